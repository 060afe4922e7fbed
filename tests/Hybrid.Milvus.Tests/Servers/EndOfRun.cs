using System.Diagnostics;

namespace Hybrid.Milvus.Tests.Servers;

/// <summary>A shell command that runs when this object is disposed, or when this process has ended, however it ended.</summary>
/// <remarks>A shell of its own session waits for the end of its input, and the system closes that with the process that holds its other end.</remarks>
internal sealed class EndOfRun : IAsyncDisposable
{
    private readonly Process _shell;

    private EndOfRun(Process shell) => _shell = shell;

    /// <summary>Runs <paramref name="command"/> (a line for sh) at the end; what it prints is dropped.</summary>
    /// <param name="arguments">$1, $2 … of the command.</param>
    public static EndOfRun Do(string command, params IEnumerable<string> arguments)
    {
        // Its output goes nowhere: whoever reads ours must not wait for it. A Ctrl-C for us is none for it.
        ProcessStartInfo start = new("setsid", ["sh", "-c", $"exec >/dev/null 2>&1; read -r _; {command}", "at-end", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new EndOfRun(Process.Start(start) ?? throw new InvalidOperationException("setsid did not start."));
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync(CancellationToken.None);
        _shell.Dispose();
    }
}

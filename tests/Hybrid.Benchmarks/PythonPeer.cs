using System.Diagnostics;
using System.Text.Json;

namespace Hybrid.Benchmarks;

/// <summary>A Python process that does the same with its own library, stays warm between rounds, and takes one command a line.</summary>
/// <param name="python">Of an environment that has the library.</param>
/// <param name="script">One of this folder.</param>
internal sealed class PythonPeer(string python, string script, params string[] arguments) : IDisposable
{
    private readonly Process _process = Process.Start(new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, script), .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    }) ?? throw new InvalidOperationException($"{python} did not start.");

    /// <summary>The answer, one line of JSON.</summary>
    public async Task<JsonElement> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        string answer = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{script} has ended; what it said is above.");
        return JsonElement.Parse(answer);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

/// <summary>Runs the built command, as a user does.</summary>
internal static class HybridCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    internal sealed record Result(int ExitCode, string Output, string Errors)
    {
        public JsonElement Json => JsonDocument.Parse(Output).RootElement;

        public JsonElement[] Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>Starts it in a folder; the caller ends and disposes it.</summary>
    public static Process Start(string folder, params IEnumerable<string> arguments)
    {
        // artifacts/bin/Hybrid.Tests/<configuration> → artifacts/bin/Hybrid.Cli/<configuration>
        string output = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        string command = Path.Combine(output, "..", "..", "Hybrid.Cli", Path.GetFileName(output), "Hybrid.Cli.dll");
        var start = new ProcessStartInfo("dotnet", [command, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        return Process.Start(start) ?? throw new InvalidOperationException("The command did not start.");
    }

    public static Task<Result> RunAsync(string folder, params string[] arguments) => RunWithInputAsync(folder, "", arguments);

    public static Task<Result> RunWithInputAsync(string folder, string input, params string[] arguments) => RunWithInputAsync(folder, System.Text.Encoding.UTF8.GetBytes(input), arguments);

    public static async Task<Result> RunWithInputAsync(string folder, byte[] input, params string[] arguments)
    {
        using Process process = Start(folder, arguments);
        return await EndAsync(process, async () =>
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        });
    }

    /// <summary>Sends it what Ctrl-C sends, and waits until it has ended; its input stays open.</summary>
    public static Task<Result> InterruptAsync(Process process) => EndAsync(process, async () =>
    {
        using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    });

    private static async Task<Result> EndAsync(Process process, Func<Task> end)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(timeout.Token), errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await end();
            await process.WaitForExitAsync(timeout.Token);
            return new Result(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}

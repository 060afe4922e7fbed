using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

/// <summary>Runs the built command, as a user does.</summary>
internal static class HybridCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // A script's background job ignores Ctrl-C, and what it starts inherits that: the command gets its signals back.
    private static readonly Lazy<string[]> Launcher = new(() => CanResetSignals() ? ["env", "--default-signal=INT,TERM"] : []);

    internal sealed record Result(int ExitCode, string Output, string Errors)
    {
        public JsonElement Json => JsonDocument.Parse(Output).RootElement;

        public JsonElement[] Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

        /// <summary>The ids of the results of one query with --json, in order.</summary>
        public IEnumerable<string?> Ids => Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("id").GetString());
    }

    /// <summary>Starts it in a folder; the caller ends and disposes it.</summary>
    public static Process Start(string folder, params IEnumerable<string> arguments) => StartProgram(folder, CommandLine(arguments));

    /// <summary>Likewise with a variable of the environment.</summary>
    public static Process StartWithEnvironment(string folder, string variable, string value, params string[] arguments) =>
        StartProgram(folder, CommandLine(arguments), variable, value);

    /// <summary>Starts a script that calls the command by the variable HYBRID.</summary>
    public static Process StartScript(string folder, string script, params string[] arguments) =>
        StartProgram(folder, ["sh", script, .. arguments], "HYBRID", string.Join(' ', CommandLine([])));

    /// <summary>Waits until it has ended.</summary>
    public static Task<Result> EndAsync(Process process) => EndAsync(process, () => Task.CompletedTask);

    public static Task<Result> RunAsync(string folder, params string[] arguments) => RunWithInputAsync(folder, "", arguments);

    public static Task<Result> RunWithInputAsync(string folder, string input, params string[] arguments) =>
        RunWithInputAsync(folder, System.Text.Encoding.UTF8.GetBytes(input), arguments);

    public static async Task<Result> RunWithInputAsync(string folder, byte[] input, params string[] arguments)
    {
        using Process process = Start(folder, arguments);
        return await EndAsync(process, async () =>
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        });
    }

    /// <summary>Runs it with a variable of the environment, "NAME=value".</summary>
    public static async Task<Result> RunWithEnvironmentAsync(string folder, string variable, params string[] arguments)
    {
        string[] parts = variable.Split('=', 2);
        using Process process = StartProgram(folder, CommandLine(arguments), parts[0], parts[1]);
        return await EndAsync(process, () => Task.CompletedTask);
    }

    /// <summary>Runs it from a shell, with redirections that a process cannot be given otherwise: "&lt; /", "&gt; /dev/full".</summary>
    public static Task<Result> RunInShellAsync(string folder, string redirections, params string[] arguments) =>
        RunInShellWithEnvironmentAsync(folder, redirections, null, arguments);

    /// <summary>Likewise, with a variable of the environment, "NAME=value".</summary>
    public static async Task<Result> RunInShellWithEnvironmentAsync(string folder, string redirections, string? variable, params string[] arguments)
    {
        string[]? parts = variable?.Split('=', 2);
        using Process process = StartProgram(folder, ["sh", "-c", $"exec \"$@\" {redirections}", "sh", .. CommandLine(arguments)], parts?[0], parts?[1]);
        return await EndAsync(process, () => Task.CompletedTask);
    }

    /// <summary>Sends it a signal ("INT" is what Ctrl-C sends), and waits until it has ended; its input stays open.</summary>
    public static Task<Result> SignalAsync(Process process, string signal) => EndAsync(process, async () =>
    {
        using Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
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

    private static string[] CommandLine(IEnumerable<string> arguments)
    {
        // artifacts/bin/Hybrid.Tests/<configuration> → artifacts/bin/Hybrid.Cli/<configuration>
        string output = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        string command = Path.Combine(output, "..", "..", "Hybrid.Cli", Path.GetFileName(output), "Hybrid.Cli.dll");
        return [.. Launcher.Value, "dotnet", command, .. arguments];
    }

    private static Process StartProgram(string folder, string[] words, string? variable = null, string? value = null)
    {
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        if (variable is not null)
            start.Environment[variable] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{words[0]} did not start.");
    }

    private static bool CanResetSignals()
    {
        if (OperatingSystem.IsWindows())
            return false;
        using Process? env = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT,TERM", "true"]) { RedirectStandardError = true });
        env?.WaitForExit();
        return env?.ExitCode == 0;   // GNU's has it since 2019, others do not
    }
}

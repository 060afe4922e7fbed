using System.Diagnostics;
using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Engine;

/// <summary>An engine in a process of its own, tests/Hybrid.Tests.Writer: it says what it begins and what it has done.</summary>
internal static class OtherProcess
{
    /// <summary>Starts it; the caller ends and disposes it.</summary>
    /// <param name="verb">"open", "train", "alias"; EngineCalls has them.</param>
    public static Process Start(string verb, HybridOptions options, params string[] arguments)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        string program = Path.Combine(AppContext.BaseDirectory, "..", "..", "Hybrid.Tests.Writer", configuration, "Hybrid.Tests.Writer.dll");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])["exec", program, "engine", verb, options.DataPath, options.ModelPath ?? MiniLm.Folder, .. arguments])
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }

    /// <summary>Runs it to its end, which must be a good one.</summary>
    public static async Task RunAsync(string verb, HybridOptions options, params string[] arguments)
    {
        using Process process = Start(verb, options, arguments);
        await ExpectDoneAsync(process);
    }

    public static async Task ExpectDoneAsync(Process process)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(token), errors = process.StandardError.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        Assert.True(process.ExitCode == 0, $"{await output}{await errors}");
    }
}

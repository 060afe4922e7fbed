using System.Diagnostics;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>Hybrid.Tests.Writer, a process that can be killed.</summary>
internal static class WriterProcess
{
    public static Process Start(params ReadOnlySpan<string> arguments)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        string program = Path.Combine(AppContext.BaseDirectory, "..", "..", "Hybrid.Tests.Writer", configuration, "Hybrid.Tests.Writer.dll");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList = { "exec", program },
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }
}

using System.CommandLine;
using Hybrid.Cli.Commands;
using Hybrid.Cli.Output;

namespace Hybrid.Cli;

internal static class Program
{
    /// <summary>Long enough to finish the batch at hand after Ctrl-C, and to undo an import.</summary>
    private static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(30);

    private static async Task<int> Main(string[] args)
    {
        ParseResult parsed = CommandTree.Build().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(e => e.Message).Distinct())
                Terminal.Error(message);
            Terminal.Note($"See `hybrid {string.Join(' ', CommandTree.PathOf(parsed))}--help`.");
            return ExitCode.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = CancellationGrace });
        }
        catch (Exception failure)
        {
            return Failures.Report(failure);
        }
    }
}

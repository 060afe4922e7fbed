using System.CommandLine;
using System.CommandLine.Invocation;
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
        // Help is asked for by people whose command line is not complete yet.
        if (parsed is { Errors.Count: > 0, Action: ParseErrorAction })
        {
            if (CommandTree.UnknownCommand(parsed) is { } unknown)
                Terminal.Error(unknown);
            else
                parsed.Errors.Select(e => e.Message).Distinct().ToList().ForEach(Terminal.Error);
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

using System.CommandLine;
using System.CommandLine.Invocation;
using Hybrid.Cli.Commands;
using Hybrid.Cli.Output;

namespace Hybrid.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        ParseResult parsed = CommandTree.Parse(args);
        // Help is asked for by people whose command line is not complete yet.
        if (parsed is { Errors.Count: > 0, Action: ParseErrorAction })
        {
            if (CommandTree.UnknownCommand(parsed) is { } unknown)
                Terminal.Error(unknown);
            else if (CommandTree.UnquotedText(parsed) is { } unquoted)
                Terminal.Error(unquoted);
            else
                parsed.Errors.Select(e => e.Message).Distinct().ToList().ForEach(Terminal.Error);
            Terminal.Note($"See `hybrid {string.Join(' ', CommandTree.PathOf(parsed))}--help`.");
            return ExitCode.Usage;
        }
        using var cancellation = new Cancellation();
        try
        {
            // Signals are ours: System.CommandLine knows no exit code for SIGTERM.
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(invocation, cancellation.Token);
        }
        catch (OperationCanceledException cancelled) when (cancellation.Token.IsCancellationRequested)
        {
            Terminal.Note(cancelled is CancelledException ? $"Cancelled. {cancelled.Message}" : "Cancelled.");
            return cancellation.ExitCode;
        }
        catch (Exception failure)
        {
            return Failures.Report(failure);
        }
    }
}

using System.CommandLine;
using System.CommandLine.Invocation;
using Hybrid.Cli.Commands;
using Hybrid.Cli.Output;

namespace Hybrid.Cli;

internal static class Program
{
    /// <summary>Threads of the pool beside those that encode, which are as many as there are processors and work for a tenth of a second at a time.</summary>
    /// <remarks>The system lets them run in between. Without them whoever asked on two processors waited for a thread: beside a backfill the p95 was 24 times
    /// what it is without, and is 1.4 times (`hybrid bench migrate --rows 1000 --texts 200`).</remarks>
    private const int ThreadsForRequests = 6;

    private static async Task<int> Main(string[] args)
    {
        ThreadPool.GetMinThreads(out int threads, out int completions);
        ThreadPool.SetMinThreads(threads + ThreadsForRequests, completions);
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

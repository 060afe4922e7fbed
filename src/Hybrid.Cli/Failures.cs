using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Cli.Output;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending;

namespace Hybrid.Cli;

/// <summary>Turns what went wrong into one clear line and an exit code.</summary>
internal static class Failures
{
    public static int Report(Exception failure)
    {
        switch (failure)
        {
            case OperationCanceledException:
                Terminal.Note("Cancelled. What was acknowledged is kept; run the same command again to go on.");
                return ExitCode.Cancelled;
            case DataFileException:
                Terminal.Error(failure.Message);
                return ExitCode.BadInput;
            case FormatException or ArgumentException:
                Terminal.Error(MessageOf(failure));
                return ExitCode.Usage;
            case IOException { HResult: BrokenPipe }:
                return ExitCode.Done;   // the reader of our output has seen enough: `hybrid export | head`
            case UnknownItemException or VectorStoreException or ModelException or Item2VecException or IOException or UnauthorizedAccessException or InvalidOperationException:
                Terminal.Error(failure.Message);
                return ExitCode.Failed;
            default:
                Terminal.Error($"This is a bug in Hybrid, please report it:{Environment.NewLine}{failure}");
                return ExitCode.Failed;
        }
    }

    /// <summary>What a person or a batch line is told of a failure they can mend.</summary>
    public static string MessageOf(Exception failure)
    {
        if (failure is not ArgumentException { ParamName: { } name })
            return failure.Message;
        string message = failure.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal);
        // The value is in the message already, in ours and in .NET's.
        return failure is ArgumentOutOfRangeException { ActualValue: { } value } ? message.Replace($"{Environment.NewLine}Actual value was {value}.", "", StringComparison.Ordinal) : message;
    }

    /// <summary>EPIPE, as .NET reports it on Unix.</summary>
    private const int BrokenPipe = 32;
}

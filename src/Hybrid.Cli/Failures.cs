using System.Text.Json;
using System.Text.RegularExpressions;
using Hybrid.Behavior;
using Hybrid.Behavior.Words;
using Hybrid.Catalog;
using Hybrid.Cli.Output;
using Hybrid.Encoding;
using Hybrid.Encoding.Adapting;
using Hybrid.Evaluation;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Recommending.Sources;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;

namespace Hybrid.Cli;

/// <summary>Turns what went wrong into one clear line and an exit code.</summary>
internal static partial class Failures
{
    /// <summary>EPIPE, as .NET reports it on Unix.</summary>
    private const int BrokenPipe = 32;

    /// <returns>The exit code.</returns>
    public static int Report(Exception failure)
    {
        switch (failure)
        {
            case DataFileException or RefusedImportException or SplitException:
                Terminal.Error(MessageOf(failure));
                return ExitCode.BadInput;
            case UsageException or FilterException:
                Terminal.Error(failure.Message);
                return ExitCode.Usage;
            case IOException { HResult: BrokenPipe }:
                return ExitCode.Done;   // the reader of our output has seen enough: `hybrid export | head`
            case NotReadyException or UnknownItemException or UnknownKeyException or AlignmentException or RecordsException or VectorStoreException
                or ModelException or AdapterException or Item2VecException or SourceException or MigrationException or IOException
                or UnauthorizedAccessException:
                Terminal.Error(MessageOf(failure));
                return ExitCode.Failed;
            default:
                Terminal.Error($"This is a bug in Hybrid, please report it:{Environment.NewLine}{failure}");
                return ExitCode.Failed;
        }
    }

    /// <summary>Whether a line of a batch can be mended by who wrote it: then it is answered with the reason, and the next line is read.</summary>
    public static bool IsOfTheQuery(Exception failure) =>
        failure is UsageException or FilterException or UnknownItemException
            or NotReadyException { Reason: NotReadyReason.ItemNotIndexed or NotReadyReason.SourceNotFitted };

    /// <summary>What the library says, with this command's way to mend it in place of the library's.</summary>
    public static string MessageOf(Exception failure) => failure switch
    {
        NotReadyException e => $"{e.What}: {(e.Reason switch
        {
            NotReadyReason.NoItems => "run `hybrid import --items items.csv` first, or name another folder with --data",
            NotReadyReason.NoRecords => "give a text, --item or --history, or name the folder that has the records with --data",
            NotReadyReason.NoEvents => "run `hybrid import --events events.csv` first",
            NotReadyReason.SourceNotFitted => "run `hybrid train --sources all`, or name it there",
            NotReadyReason.NotTrained => "run `hybrid train` first, or name a file with --vectors",
            NotReadyReason.OtherSpace => "leave --model out to search with the one it was indexed with, or run `hybrid index`",
            _ => "run `hybrid index`",
        })}.",
        RefusedImportException { RemovesItems: true } e => $"{e.What}. Add and update only with --merge, or have them removed with --replace.",
        RefusedImportException e => $"{e.What}. Mend the file, or import the rest with --accept-rejects.",
        NothingToLearnException e => $"{OptionNames(e.Message)} See `hybrid train --help`.",
        // Both names here: Alpha is what every text on word2vec calls it.
        Item2VecException { Operation: "training" } e => $"{TrainingOption().Replace(e.Message, match => $"{match.Value} ({OptionName(match)})")} "
            + "See `hybrid train --help`.",
        Item2VecException e => TrainingCall().Replace(e.Message, "`hybrid train`"),
        ModelException e => e.Message.Replace("HybridEngine.FinetuneAsync again", "`hybrid finetune`", StringComparison.Ordinal)
            .Replace("HybridEngine.BridgeAsync again", "`hybrid bridge`", StringComparison.Ordinal),
        MigrationException e => MigrationCalls(e.Message),
        SourceException e => e.Message.Replace("Train again.", "Run `hybrid train`.", StringComparison.Ordinal),
        _ => failure.Message,
    };

    /// <summary>A text of the library on how to train, with the command's option in the place of each property.</summary>
    public static string OptionNames(string text) => TrainingOption().Replace(text, OptionName);

    /// <summary>What a refused argument's message says, without the parameter's name, which .NET appends.</summary>
    public static string ReasonOf(ArgumentException refused) => refused.Message.Split(" (Parameter", 2)[0];

    /// <summary>What to do, in this command's words.</summary>
    private static string MigrationCalls(string message) => message
        .Replace(": plan one.", ": `hybrid migrate plan`.", StringComparison.Ordinal)
        .Replace(": start it.", ": `hybrid migrate start`.", StringComparison.Ordinal)
        .Replace(": resume it.", ": `hybrid migrate next --resume`.", StringComparison.Ordinal)
        .Replace("Resume it to go on.", "`hybrid migrate next --resume` goes on.", StringComparison.Ordinal)
        .Replace("finish it or roll it back first.", "`hybrid migrate finish` or `hybrid migrate rollback` first.", StringComparison.Ordinal)
        .Replace("force it to end that.", "--force ends that.", StringComparison.Ordinal)
        .Replace("or force it.", "or force it: `hybrid migrate compare`, or `hybrid migrate next --force`.", StringComparison.Ordinal);

    private static string OptionName(Match match) => $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(match.Groups[1].Value)}";

    [GeneratedRegex(
        @"\b(?:SessionOptions\.)?(VectorSize|Window|MinCount|Epochs|Workers|Negative|NsExponent|Sample|Alpha|MinAlpha|Gap|MostEventsPerUser)\b",
        RegexOptions.CultureInvariant)]
    private static partial Regex TrainingOption();

    [GeneratedRegex(@"Item2Vec\.Train( and save it)?", RegexOptions.CultureInvariant)]
    private static partial Regex TrainingCall();
}

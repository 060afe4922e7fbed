using System.CommandLine;
using Hybrid.Behavior.Words;
using Hybrid.Cli.Output;

namespace Hybrid.Cli.Commands;

/// <summary>Where the commands on vectors take them from: a file, or the trained items of a data folder.</summary>
internal static class VectorSourceOptions
{
    private static readonly string[] Formats = ["auto", "text", "binary", "glove"];

    /// <summary>Gives a command the options, and work to do on the vectors that they name.</summary>
    public static void AddTo(Command command, Action<WordVectors, ParseResult, CancellationToken> work)
    {
        var file = new Option<string?>("--vectors") { Description = "A file of vectors: word2vec (text or binary) or GloVe, also .gz.", HelpName = "file" };
        file.Validators.Add(OptionValue.RequireName);
        var format = new Option<string>("--format")
        {
            Description = "What the file is: auto, text or binary (word2vec), glove.",
            HelpName = "format",
            DefaultValueFactory = _ => Formats[0],
            CustomParser = result => OptionValue.Word(result, Formats),
        };
        var limit = new Option<int?>("--limit")
        {
            Description = "Read only the first so many vectors of the file.",
            HelpName = "n",
            CustomParser = result => OptionValue.Whole(result, 1),
        };
        Option<string> folder = SharedOptions.Data("The data folder whose trained items are meant where no file is named.");
        command.Options.Add(file);
        command.Options.Add(format);
        command.Options.Add(limit);
        command.Options.Add(folder);
        command.Validators.Add(result =>
        {
            bool hasFile = result.GetResult(file) is not null;
            if (hasFile && result.GetResult(folder) is { Implicit: false })
                result.AddError("--vectors names a file and --data a folder: which of the two?");
            if (!hasFile && (result.GetResult(limit) is not null || result.GetResult(format) is { Implicit: false }))
                result.AddError("--limit and --format are of a file: name it with --vectors.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            WordVectors vectors;
            if (parsed.GetValue(file) is { } path)
            {
                var reading = new WordVectorReading { Format = FormatOf(parsed.GetValue(format)!), Limit = parsed.GetValue(limit) };   // ! : it has a default
                vectors = await Terminal.RunAsync("Reading vectors", 0, null,
                    progress => Task.Run(() => WordVectors.Load(path, reading, progress, cancellationToken), cancellationToken));
            }
            else
            {
                vectors = await OfFolderAsync(parsed.GetValue(folder)!, cancellationToken);   // ! : it has a default
            }
            await Task.Run(() => work(vectors, parsed, cancellationToken), cancellationToken);
            return ExitCode.Done;
        });
    }

    private static async Task<WordVectors> OfFolderAsync(string folder, CancellationToken cancellationToken)
    {
        HybridOptions options = DataFolder.Options(folder);
        DataFolder.RequireRecords(options);
        await using HybridEngine engine = await HybridEngine.OpenAsync(options, cancellationToken: cancellationToken);
        return await engine.OpenBehaviorAsync(cancellationToken) is { } model ? WordVectors.Of(model)
            : throw new NotReadyException(NotReadyReason.NotTrained, $"Nothing is trained in {folder}", "train behaviour vectors first");
    }

    private static WordVectorFormat FormatOf(string name) => name switch
    {
        "text" => WordVectorFormat.Word2VecText,
        "binary" => WordVectorFormat.Word2VecBinary,
        "glove" => WordVectorFormat.GloVe,
        _ => WordVectorFormat.Auto,
    };
}

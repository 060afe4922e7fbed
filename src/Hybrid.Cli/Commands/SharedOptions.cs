using System.CommandLine;
using Hybrid.Encoding;
using Hybrid.Encoding.Adapting;

namespace Hybrid.Cli.Commands;

/// <summary>The options that several commands have, made anew for each.</summary>
internal static class SharedOptions
{
    public static Option<string> Data(string description = "The data folder.", string folder = "./hybrid-data")
    {
        var option = new Option<string>("--data", "-d") { Description = description, HelpName = "folder", DefaultValueFactory = _ => folder };
        option.Validators.Add(OptionValue.RequireName);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && File.Exists(path))
                result.AddError($"--data takes a folder, and {path} is a file.");
        });
        return option;
    }

    /// <param name="whenLeftOut">Which one it is then.</param>
    public static Option<string?> Model(string whenLeftOut = $"the one that the index was made with; {ModelFolder.DefaultName} where there is none yet")
    {
        var option = new Option<string?>("--model")
        {
            Description = $"The text encoder: one that ships with Hybrid ({string.Join(", ", ModelFolder.Names)}), or a folder. "
                + $"Default: {whenLeftOut}.",
            HelpName = "name|folder",
        };
        option.Validators.Add(OptionValue.RequireName);
        return option;
    }

    public static Option<string?> Adapter(string description = "An adapter of `hybrid finetune`, behind the model that it was trained on, as the text encoder")
    {
        var option = new Option<string?>("--adapter")
        {
            Description = $"{description}: its name in the data folder (adapter-1), or a file. An index remembers it.",
            HelpName = "name|file",
        };
        option.Validators.Add(OptionValue.RequireName);
        return option;
    }

    public static Option<string?> Bridge()
    {
        var option = new Option<string?>("--bridge")
        {
            Description = "Encode queries with a new text encoder, and search what the old one has indexed: a bridge of `hybrid bridge`, by its name in the "
                + "data folder (bridge-1), or a file.",
            HelpName = "name|file",
        };
        option.Validators.Add(OptionValue.RequireName);
        return option;
    }

    /// <summary>The model that is asked for: that of an adapter is named by the adapter's file; null: none is.</summary>
    /// <exception cref="UsageException">Both are given.</exception>
    /// <exception cref="ModelException">There is no such adapter.</exception>
    public static string? ModelOf(ParseResult parsed, Option<string?> model, Option<string?> adapter, string dataPath)
    {
        if (parsed.GetValue(adapter) is not { } name)
            return parsed.GetValue(model);
        return parsed.GetValue(model) is null ? TextAdapter.Find(dataPath, name)
            : throw new UsageException($"--adapter {name} brings its model along: leave {model.Name} out.");
    }

    /// <param name="whenLeftOut">How many there are then.</param>
    public static Option<int?> Dimension(string whenLeftOut = "as many as the index has; all for the first one") => new("--dimension")
    {
        Description = "Keep the first so many numbers of a vector, at length 1: for models that were trained for it (Matryoshka). "
            + $"Default: {whenLeftOut}.",
        HelpName = "n",
        CustomParser = result => OptionValue.Whole(result, 1, 65_536),
    };

    public static Option<bool> Json() => new("--json") { Description = "Machine-readable output; README has the schema." };

    public static Option<string?> Batch()
    {
        var option = new Option<string?>("--batch")
        {
            Description = "Many queries: a JSONL file, one object a line with fields named like the options; - is standard input. "
                + "One JSON result a line, in order.",
            HelpName = "file.jsonl",
        };
        option.Validators.Add(OptionValue.RequireName);
        return option;
    }

    public static Option<int> Count(int most) => new("--count", "-k")
    {
        Description = "How many items to return.",
        HelpName = "n",
        DefaultValueFactory = _ => 10,
        CustomParser = result => OptionValue.Whole(result, 1, most),
    };

    public static Option<string?> Filter() => new("--filter", "-f")
    {
        Description = """Only items that match, as Milvus writes it: 'category == "audio" and price < 50'.""",
        HelpName = "expression",
    };

    public static Option<string?> Exclude() => new("--exclude") { Description = "Leave these items out, commas between.", HelpName = "a,b,c" };

    public static Option<int> Offset() => new("--offset")
    {
        Description = "Pass over so many of the best: those of the pages before.",
        HelpName = "n",
        CustomParser = result => OptionValue.Whole(result, 0),
    };

    public static Option<float?> MinScore() => new("--min-score")
    {
        Description = "The least score that returns, from -1 to 1.",
        HelpName = "x",
        CustomParser = result => (float)OptionValue.Real(result),
    };

    public static Option<string?> GroupBy() => new("--group-by")
    {
        Description = "A field or an attribute, such as parent: of each of its values only the best item returns.",
        HelpName = "name",
    };

    public static Option<string?> Segment() => new("--segment")
    {
        Description = "What whoever asks belongs to, such as a country: a migration may divide its traffic by it (migrate divide).",
        HelpName = "name",
    };

    public static Option<bool> ExplainSearch() => new("--explain") { Description = "Say which rows of the index were looked at." };

    public static Option<int?> Probes() => new("--probes")
    {
        Description = "Cells of the index to visit; more finds more and takes longer. Default: planned, so that 99 % or all is found.",
        HelpName = "n",
        CustomParser = result => OptionValue.Whole(result, 1),
    };
}

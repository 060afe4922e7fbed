using System.CommandLine;
using Hybrid.Indexing;

namespace Hybrid.Cli.Commands;

/// <summary>The options that several commands have, made anew for each.</summary>
internal static class SharedOptions
{
    public static Option<string> Data() => new("--data", "-d")
    {
        Description = "The data folder.",
        HelpName = "folder",
        DefaultValueFactory = _ => "./hybrid-data",
    };

    public static Option<string?> Model() => new("--model")
    {
        Description = "The folder of the text encoder, instead of the one that ships with Hybrid.",
        HelpName = "folder",
    };

    public static Option<bool> Json() => new("--json") { Description = "Machine-readable output; README has the schema." };

    public static Option<FileInfo?> Batch() => new("--batch")
    {
        Description = "Many queries: a JSONL file, one object a line with fields named like the options; - is standard input. One JSON result a line, in order.",
        HelpName = "file.jsonl",
    };

    public static Option<int> Count() => new("--count", "-k")
    {
        Description = "How many items to return.",
        HelpName = "n",
        DefaultValueFactory = _ => 10,
    };

    public static Option<string?> Filter() => new("--filter", "-f")
    {
        Description = """Only items that match, as Milvus writes it: 'category == "audio" and price < 50'.""",
        HelpName = "expression",
    };

    public static Option<int?> Probes() => new("--probes")
    {
        Description = "Cells of the index to visit, of 128; more finds more and takes longer. Default 64.",
        HelpName = "n",
    };

    public static SearchOptions ToSearchOptions(string? filter, int? probes) => new()
    {
        Filter = filter is null ? null : Indexing.Filter.Parse(filter),
        Probes = probes,
    };
}

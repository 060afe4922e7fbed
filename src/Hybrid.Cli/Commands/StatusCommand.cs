using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Output;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Vectors;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class StatusCommand
{
    private sealed record Collection(
        string Name, IReadOnlyList<string> Aliases, bool InUse, long Items, string Model, string ModelHash, int Dimension, string Kind, string Template,
        IndexDescription Index);

    private sealed record Status(
        string Data, bool IsReadOnly, bool HasRecords, long Items, long Events, long Users, long DeadLetters, long NotIndexed, string Store,
        string? StoreFailure, string? InUse,
        IReadOnlyList<Collection> Collections, BehaviorStatus? Behavior, IReadOnlyList<string> Sources,
        QueryCacheStatus QueryCache, IReadOnlyDictionary<string, long> Files);

    public static Command Create()
    {
        Option<string> folder = SharedOptions.Data();
        Option<string?> store = StoreOption.Create();
        Option<bool> json = SharedOptions.Json();
        var deadLetters = new Option<bool>("--dead-letters")
        {
            Description = "List what came by `hybrid tail` and is no event, the last first, as JSON lines.",
        };
        var command = new ExampleCommand("status", "What is in a data folder.",
            "status",
            "status --data ./my-shop --json")
        { folder, store, json, deadLetters };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // What is not indexed is a row of its own, so nothing is noted beside it.
            HybridOptions options = DataFolder.Options(parsed.GetValue(folder)!, store: StoreOption.Of(parsed, store));   // ! : it has a default
            await using HybridEngine engine = await DataFolder.OpenAsync(options, cancellationToken);
            if (parsed.GetValue(deadLetters))
            {
                foreach (DeadLetter letter in engine.ReadDeadLetters(int.MaxValue))
                    JsonOutput.WriteLine(letter);
                return ExitCode.Done;
            }
            Status status = Describe(await engine.ReadStatusAsync(cancellationToken));
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(status);
            else
                Write(status);
            return ExitCode.Done;
        });
        return command;
    }

    private static Status Describe(EngineStatus status) => new(
        status.DataPath, status.IsReadOnly, status.HasRecords, status.Items, status.Events, status.Users, status.DeadLetters, status.NotIndexed,
        status.Store, status.StoreFailure, status.InUse,
        [.. status.Collections.Select(c => new Collection(
            c.Collection.Name, c.Collection.Aliases, c.Collection.Name == status.InUse, c.Collection.Count, c.Collection.Space.Model, c.Collection.Space.Hash,
            c.Collection.Space.Dimension, NameOf(c.Collection.Space.Kind), c.Collection.Space.Template, c.Index))],
        status.Behavior, status.Sources, status.QueryCache, status.Files);

    private static void Write(Status status)
    {
        Grid grid = new Grid().AddColumn().AddColumn();
        void Row(string name, string value) => grid.AddRow(name, Markup.Escape(Catalog.PlainText.Of(value)));
        if (status.HasRecords)
            WriteRecords(status, Row);
        else
            Row("data", $"no records in {status.Data}: the store's collection is only read");
        Row("store", status.Store);
        foreach (Collection c in status.Collections)
        {
            string readers = c.InUse ? ", in use" : c.Aliases.Count > 0 ? $", read as {string.Join(", ", c.Aliases)}" : ", not in use";
            Row("collection", $"{c.Name}: {Number(c.Items)} items, {c.Model} {c.Kind} {c.Dimension}-d{readers}");
            string saved = c.Index.File is null ? "on the server" : c.Index.IsSaved ? "saved" : "to be saved at the next build";
            Row("", $"index: {Number(c.Index.Cells)} cells{(c.Index.IsStale ? ", out of date" : "")}, {Searched(c.Index)}{saved}");
        }
        if (status.StoreFailure is { } failure)
            Row("", $"does not answer: {failure}");
        else if (status.Collections.Count == 0)
            Row("collection", status.HasRecords ? "none yet: run `hybrid index`" : "none");
        if (status.HasRecords)
            Row("behaviour", status.Behavior is { } b ? $"{Number(b.Items)} items, {b.Dimension}-d" : "not trained yet: run `hybrid train`");
        if (status.HasRecords)
            Row("sources", status.Sources.Count > 0 ? string.Join(", ", status.Sources) : "none fitted yet: run `hybrid train`");
        Row("query cache", Described(status.QueryCache));
        if (status.Files.Count > 0)
            Row("on disk", string.Join(", ", status.Files.Select(f => $"{f.Key} {Size(f.Value)}")));
        ResultTable.Write(grid);
    }

    private static void WriteRecords(Status status, Action<string, string> row)
    {
        row("data", status.IsReadOnly ? $"{status.Data} (can only be read)" : status.Data);
        row("items", Number(status.Items));
        if (status.NotIndexed > 0)
            row("not indexed yet", $"{Number(status.NotIndexed)}: run `hybrid index`");
        row("events", $"{Number(status.Events)} of {Number(status.Users)} users");
        if (status.DeadLetters > 0)
            row("dead letters", $"{Number(status.DeadLetters)}: see --dead-letters");
    }

    private static string Searched(IndexDescription index) => index.TargetRecall switch
    {
        null => "",
        1 => "every row is searched, ",
        { } recall => string.Create(CultureInfo.InvariantCulture, $"{index.Probes:N0} are searched for a recall of {recall}, "),
    };

    private static string Described(QueryCacheStatus cache) => cache switch
    {
        { Capacity: 0 } => "off",
        { HitRate: { } rate } => string.Create(CultureInfo.InvariantCulture, $"{cache.Count:N0} of {cache.Capacity:N0} vectors, hit rate {rate:F3}"),
        _ => $"{Number(cache.Count)} of {Number(cache.Capacity)} vectors; no query yet",
    };

    private static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => bytes < 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F1} KB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");

    private static string NameOf(VectorSpaceKind kind) => kind.ToString().ToLowerInvariant();
}

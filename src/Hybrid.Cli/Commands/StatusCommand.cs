using System.CommandLine;
using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Cli.Output;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending;
using Hybrid.Vectors;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class StatusCommand
{
    private sealed record Collection(string Name, IReadOnlyList<string> Aliases, long Items, string Model, string ModelSha256, int Dimension, string Kind, string Template, EmbeddedIndexState Index);

    private sealed record Behavior(int Items, int Dimension, long Pairs);

    private sealed record Status(string Data, long Items, long Events, long Users, IReadOnlyList<Collection> Collections, Behavior? Behavior, IReadOnlyDictionary<string, long> Files);

    public static Command Create()
    {
        Option<string> folder = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("status", "What is in a data folder.",
            "status",
            "status --data ./my-shop --json")
        { folder, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using HybridData data = DataFolder.OpenExisting(parsed.GetValue(folder)!);   // ! : it has a default
            Status status = await ReadAsync(data, cancellationToken);
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(status);
            else
                Write(status);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<Status> ReadAsync(HybridData data, CancellationToken cancellationToken)
    {
        IReadOnlyList<CollectionInfo> collections = await data.Store.ListAsync(cancellationToken);
        var described = new List<Collection>();
        foreach (CollectionInfo c in collections)
        {
            EmbeddedIndexState index = await ((EmbeddedCollection)await data.Store.OpenAsync(c.Name, cancellationToken: cancellationToken)).ReadIndexStateAsync(cancellationToken);
            described.Add(new Collection(c.Name, c.Aliases, c.Count, c.Space.Model, c.Space.Hash, c.Space.Dimension, NameOf(c.Space.Kind), c.Space.Template, index));
        }
        Item2VecModel? behavior = data.LoadBehavior();
        return new Status(
            Path.GetFullPath(data.Options.DataPath),
            data.Catalog.ItemCount, data.Catalog.EventCount, data.Catalog.UserCount,
            described,
            behavior is null ? null : new Behavior(behavior.Items.Count, behavior.Dimension, behavior.Pairs),
            new DirectoryInfo(data.Options.DataPath).GetFiles().OrderBy(f => f.Name, StringComparer.Ordinal).ToDictionary(f => f.Name, f => f.Length));
    }

    private static void Write(Status status)
    {
        Grid grid = new Grid().AddColumn().AddColumn();
        void Row(string name, string value) => grid.AddRow(Markup.Escape(name), Markup.Escape(value));
        Row("data", status.Data);
        Row("items", Number(status.Items));
        Row("events", $"{Number(status.Events)} of {Number(status.Users)} users");
        foreach (Collection c in status.Collections)
        {
            string readers = c.Aliases.Count > 0 ? $", read as {string.Join(", ", c.Aliases)}" : ", not in use";
            Row("collection", $"{c.Name}: {Number(c.Items)} items, {c.Model} {c.Kind} {c.Dimension}-d{readers}");
            Row("", $"index: {Number(c.Index.Cells)} cells{(c.Index.IsStale ? ", out of date" : "")}, {(c.Index.IsSaved ? "saved" : "to be saved at the next build")}");
        }
        if (status.Collections.Count == 0)
            Row("collection", "none yet: run `hybrid index`");
        Row("behaviour", status.Behavior is { } b ? $"{Number(b.Items)} items, {b.Dimension}-d" : "not trained yet: run `hybrid train`");
        Row("on disk", string.Join(", ", status.Files.Select(f => $"{f.Key} {(f.Value / 1e6).ToString("F1", CultureInfo.InvariantCulture)} MB")));
        ResultTable.Write(grid);
    }

    private static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    private static string NameOf(VectorSpaceKind kind) => kind.ToString().ToLowerInvariant();
}

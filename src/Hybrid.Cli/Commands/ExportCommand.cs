using System.CommandLine;
using Hybrid.Catalog;
using Hybrid.Cli.Output;
using Hybrid.Indexing;
using Hybrid.Recommending;

namespace Hybrid.Cli.Commands;

internal static class ExportCommand
{
    private const int ChunkSize = 1024;

    private sealed record Line(
        string Id, string Title, string Text, string? Category, string? Brand, double? Price, bool? InStock,
        IReadOnlyDictionary<string, object> Attributes, ReadOnlyMemory<float>? Vector);

    public static Command Create()
    {
        Option<string> folder = SharedOptions.Data();
        Option<string?> model = SharedOptions.Model();
        var command = new ExampleCommand("export", "Write every item with its text vector to standard output, one JSON object a line; `import --items` reads it back.",
            "export > items.jsonl",
            "export --data ./my-shop | gzip > items.jsonl.gz")
        { folder, model };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using HybridData data = DataFolder.OpenExisting(parsed.GetValue(folder)!, parsed.GetValue(model));   // ! : it has a default
            IVectorCollection collection = await data.OpenItemsAsync(cancellationToken);
            await using var output = new StreamWriter(Console.OpenStandardOutput());
            foreach (Item[] chunk in data.Catalog.ReadItems().Chunk(ChunkSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                IReadOnlyDictionary<ItemId, StoredItem> rows = await collection.GetAsync([.. chunk.Select(item => item.Id)], cancellationToken);
                foreach (Item item in chunk)
                    await output.WriteLineAsync(JsonOutput.Line(ToLine(item, rows.TryGetValue(item.Id, out StoredItem row) ? row.Vector : null)));
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static Line ToLine(Item item, ReadOnlyMemory<float>? vector) => new(
        item.Id.Value, item.Title, item.Text, item.Category, item.Brand, item.Price, item.InStock,
        item.Attributes.ToDictionary(a => a.Key, a => a.Value.Kind switch
        {
            AttributeKind.Number => (object)a.Value.Number,
            AttributeKind.Boolean => a.Value.IsTrue,
            _ => a.Value.Text,
        }),
        vector);
}

using System.CommandLine;
using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Cli.Output;

namespace Hybrid.Cli.Commands;

internal static class ExportCommand
{
    private sealed record Line(
        string Id, string Title, string Text, string? Category, string? Brand, double? Price, bool? InStock,
        IReadOnlyDictionary<string, object> Attributes, ReadOnlyMemory<float>? Vector);

    public static Command Create()
    {
        Option<string> folder = SharedOptions.Data();
        Option<string?> store = StoreOption.Create();
        Option<string?> model = SharedOptions.Model();
        var command = new ExampleCommand("export",
            "Write every item with its text vector to standard output, one JSON object a line; `import --items` reads it back.",
            "export > items.jsonl",
            "export --data ./my-shop | gzip > items.jsonl.gz")
        { folder, store, model };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // ! : it has a default.
            HybridOptions options = DataFolder.Options(parsed.GetValue(folder)!, parsed.GetValue(model), StoreOption.Of(parsed, store));
            return await DataFolder.UseAsync(options, mayBeNew: false, async engine =>
            {
                await using var output = new StreamWriter(Console.OpenStandardOutput());
                await foreach (ExportedItem exported in engine.ExportAsync(cancellationToken))
                    await output.WriteLineAsync(LineOf(exported.Item, exported.Vector));
                return ExitCode.Done;
            }, cancellationToken);
        });
        return command;
    }

    /// <summary>One line of the export, as <see cref="ItemFile"/> reads it.</summary>
    internal static string LineOf(Item item, ReadOnlyMemory<float>? vector) => JsonOutput.Line(new Line(
        item.IdAsGiven, item.Title, item.Text, item.Category, item.Brand, item.Price, item.InStock,
        item.Attributes.ToDictionary(a => a.Key, a => ValueOf(a.Value)), vector));

    private static object ValueOf(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Number => (object)JsonElement.Parse(value.AsWritten),   // 12.50 stays 12.50
        AttributeKind.Boolean => value.IsTrue,
        AttributeKind.List => value.Elements.Select(ValueOf).ToArray(),
        _ => value.Text,
    };
}

using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Spectre.Console;

namespace Hybrid.Cli.Output;

/// <summary>What the columns of imported files are taken for.</summary>
internal static class ColumnTable
{
    /// <summary>Columns that a note lists; a table of --dry-run has all.</summary>
    private const int MostNoted = 40;

    /// <summary>Says it on standard error, a line a column.</summary>
    public static void Note(FileColumns file)
    {
        Terminal.Note($"{file.File}{(file.Export is { } export ? $": {export}" : "")}");
        int width = Math.Min(30, file.Columns.Take(MostNoted).Select(column => column.Name.Length).DefaultIfEmpty().Max());
        foreach (FileColumn column in file.Columns.Take(MostNoted))
            Terminal.Note($"  {PlainText.Of(column.Name, 30).PadRight(width)}  {column.Becomes ?? "(not used)"}");
        if (file.Columns.Count > MostNoted)
            Terminal.Note($"  and {file.Columns.Count - MostNoted:N0} more columns");
    }

    /// <summary>Writes it with the first rows to standard output.</summary>
    public static void Write(ImportPreview preview)
    {
        foreach (FileColumns file in preview.Files)
        {
            Console.Out.WriteLine(PlainText.Of($"{file.File}{(file.Export is { } export ? $": {export}" : "")}"));
            Table columns = new Table().Border(TableBorder.None).AddColumns("column", "becomes", "example");
            foreach (FileColumn column in file.Columns)
                columns.AddRow(ResultTable.Cell(column.Name), column.Becomes ?? "(not used)", ResultTable.Cell(column.Example ?? ""));
            ResultTable.Write(columns);
            Console.Out.WriteLine();
        }
        if (preview.Items.Count > 0)
            ResultTable.Write(ItemsOf(preview));
        if (preview.Events.Count > 0)
            ResultTable.Write(EventsOf(preview));
        Console.Out.WriteLine($"{preview.ItemCount:N0} rows of items, {preview.EventCount:N0} events; {preview.Rejected:N0} rows would be left out. Nothing was imported.");
    }

    private static Table ItemsOf(ImportPreview preview)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("id", "title", "text", "category", "brand", "price", "in stock", "attributes");
        foreach (Item item in preview.Items)
        {
            table.AddRow([.. ((string[])
            [
                item.IdAsGiven, item.Title, PlainText.Shorten(item.Text, 60), item.Category ?? "", item.Brand ?? "",
                item.Price?.ToString("0.00", CultureInfo.InvariantCulture) ?? "", item.InStock switch { true => "yes", false => "no", null => "" },
                string.Join(", ", item.Attributes.Select(a => $"{a.Key}={a.Value}")),
            ]).Select(ResultTable.Cell)]);
        }
        return table;
    }

    private static Table EventsOf(ImportPreview preview)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("user", "item", "kind", "time", "session");
        foreach (Event happened in preview.Events)
        {
            table.AddRow([.. ((string[])
            [
                happened.User.Value, happened.Item.Value, happened.Kind,
                happened.Time?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "", happened.Session ?? "",
            ]).Select(ResultTable.Cell)]);
        }
        return table;
    }
}

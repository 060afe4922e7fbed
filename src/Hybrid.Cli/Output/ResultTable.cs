using System.Globalization;
using Hybrid.Api.Messages;
using Hybrid.Catalog;
using Hybrid.Evaluation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hybrid.Cli.Output;

/// <summary>Results for a person, on standard output.</summary>
internal static class ResultTable
{
    /// <summary>Wide enough that nothing wraps where the output is not a terminal.</summary>
    private const int PlainWidth = 1_000;

    /// <summary>The most characters of a title, or of any other cell: whoever wants all of it asks for --json.</summary>
    private const int MostShown = 120;

    /// <summary>A metric with its interval.</summary>
    public static string Interval(MetricValue value) =>
        string.Create(CultureInfo.InvariantCulture, $"{value.Value:F4} ({value.Low:F4} – {value.High:F4})");

    public static void Write(IReadOnlyList<ResultItem> results, bool explain = false)
    {
        if (results.Count == 0)
        {
            Console.Out.WriteLine("Nothing found.");
            return;
        }
        Table table = new Table().Border(TableBorder.None).AddColumns("#", "score", "id", "title", "category", "price");
        table.Columns[0].RightAligned();
        table.Columns[5].RightAligned();
        if (explain)
            table.AddColumn("why");
        foreach (ResultItem result in results)
        {
            List<string> cells =
            [
                result.Rank.ToString(CultureInfo.InvariantCulture), Score(result), result.Id, result.Label(),
                result.Category ?? "", result.Price?.ToString("0.00", CultureInfo.InvariantCulture) ?? "",
            ];
            if (explain)
                cells.Add(result.Why ?? "");
            table.AddRow([.. cells.Select(Cell)]);
        }
        Write(table);
    }

    public static void WriteSideBySide(string leftTitle, IReadOnlyList<ResultItem> left, string rightTitle, IReadOnlyList<ResultItem> right)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("#", Markup.Escape(leftTitle), "score", "", Markup.Escape(rightTitle), "score", "was");
        for (int i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            ResultItem? before = left.ElementAtOrDefault(i), after = right.ElementAtOrDefault(i);
            table.AddRow(
                (i + 1).ToString(CultureInfo.InvariantCulture),
                Cell(before?.Label() ?? ""), before is null ? "" : Score(before), "",
                Cell(after?.Label() ?? ""), after is null ? "" : Score(after), after?.RetrievalRank?.ToString(CultureInfo.InvariantCulture) ?? "");
        }
        Write(table);
    }

    /// <summary>A table in Markdown, to be copied: names in its first column, numbers in the others.</summary>
    public static Table OfNumbers(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Markdown).AddColumns(columns);
        foreach (TableColumn column in table.Columns.Skip(1))
            column.RightAligned();
        return table;
    }

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    public static void Write(IRenderable table)
    {
        if (!Console.IsOutputRedirected)
        {
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) }).Write(table);
            return;
        }
        using var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = PlainWidth;
        console.Write(table);
        // A column is as wide as its widest cell: in a pipe or a file the spaces behind the others are in the way.
        foreach (string line in text.ToString().Split(Environment.NewLine)[..^1])
            Console.Out.WriteLine(line.TrimEnd());
    }

    /// <summary>Text from data as a cell of one line, without anything that a terminal or the table's markup would obey.</summary>
    public static string Cell(string text) => Markup.Escape(PlainText.Of(text, MostShown));

    /// <summary>What a person reads of it.</summary>
    public static string Label(this ResultItem result) => result.Title is { Length: > 0 } title ? title : "(not in the catalogue)";

    private static string Score(ResultItem result) => result.Score.ToString("F3", CultureInfo.InvariantCulture);
}

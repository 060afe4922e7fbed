using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hybrid.Cli.Output;

/// <summary>Results for a person, on standard output.</summary>
internal static class ResultTable
{
    /// <summary>Wide enough that nothing wraps where the output is not a terminal.</summary>
    private const int PlainWidth = 240;

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
                result.Rank.ToString(CultureInfo.InvariantCulture), result.Score.ToString("F3", CultureInfo.InvariantCulture), result.Id, result.Label,
                result.Category ?? "", result.Price?.ToString("0.00", CultureInfo.InvariantCulture) ?? "",
            ];
            if (explain)
                cells.Add(result.Why ?? "");
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }
        Write(table);
    }

    public static void WriteSideBySide(string leftTitle, IReadOnlyList<ResultItem> left, string rightTitle, IReadOnlyList<ResultItem> right)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("#", Markup.Escape(leftTitle), "score", "", Markup.Escape(rightTitle), "score", "was");
        for (int i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            table.AddRow([(i + 1).ToString(CultureInfo.InvariantCulture), .. Cells(left.ElementAtOrDefault(i)), "", .. Cells(right.ElementAtOrDefault(i)), right.ElementAtOrDefault(i)?.RetrievalRank?.ToString(CultureInfo.InvariantCulture) ?? ""]);
        }
        Write(table);

        static string[] Cells(ResultItem? item) => item is null ? ["", ""] : [Markup.Escape(item.Label), item.Score.ToString("F3", CultureInfo.InvariantCulture)];
    }

    public static void Write(IRenderable table)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
            console.Profile.Width = PlainWidth;
        console.Write(table);
    }
}

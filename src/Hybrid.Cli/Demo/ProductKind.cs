using System.Globalization;

namespace Hybrid.Cli.Demo;

/// <summary>A line of <see cref="ProductTable"/>.</summary>
internal sealed record ProductKind(string Category, string Name, double Price, string[] Adjectives, string[] Features, string[] Uses, string[] FollowUps)
{
    /// <param name="lines">Those of a table.</param>
    public static ProductKind[] All(string lines = ProductTable.Lines) =>
    [
        .. lines.ReplaceLineEndings("\n").Replace("|\n", "|", StringComparison.Ordinal).Split('\n').Select(line => line.Split('|'))
            .Select(cells => new ProductKind(
                cells[0], cells[1], double.Parse(cells[2], CultureInfo.InvariantCulture), cells[3].Split(';'), cells[4].Split(';'), cells[5].Split(';'),
                cells.Length > 6 ? cells[6].Split(';') : [])),
    ];
}

using Hybrid.Catalog.Exports;

namespace Hybrid.Catalog.Files;

/// <summary>The fields that a kind of file has, and the names that headers give them.</summary>
/// <param name="Fields">For each field its names, the proper one first: of two columns that could hold it, the one named first here does.</param>
/// <param name="Required">What a header must have: of each group one field at least.</param>
/// <param name="Exports">Those that are known by their columns.</param>
/// <param name="Key">The field that is the row's own item id; −1 where there is none.</param>
internal sealed record DataSchema(string[][] Fields, string[][] Required, IReadOnlyList<KnownExport> Exports, int Key = -1)
{
    private const int MostColumnsShown = 30;

    /// <summary>A field's place among <see cref="Fields"/>; −1 when it is not one of them.</summary>
    public int RoleOf(string field) => Array.FindIndex(Fields, names => names[0] == field);

    /// <summary>What is wrong with a header, or null.</summary>
    /// <param name="roles">The columns that hold the fields.</param>
    public string? Reject(IReadOnlyList<string> names, ColumnMap map, int[] roles)
    {
        // Columns without a name, which spreadsheets leave behind, are nobody's.
        if (names.Where(n => n.Length > 0).GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return $"the header names the column '{PlainText.Brief(twice.Key)}' twice; rename one";
        foreach (string[] field in Fields)
        {
            if (map.ColumnOf(field[0]) is { } mapped && !names.Contains(mapped, ColumnName.Comparer))
                return $"there is no column '{mapped}', which the map gives to {field[0]}; the columns are {Listed(names)}";
        }
        foreach (string[] group in Required)
        {
            if (!group.Any(name => roles[RoleOf(name)] >= 0))
                return OtherKind(names) ?? $"no column holds {string.Join(" or ", group)}; the columns are {Listed(names)}. Map one to it: {group[0]}=column";
        }
        return null;
    }

    /// <summary>What to say when a file of events is taken for one of items, or the other way round.</summary>
    private string? OtherKind(IReadOnlyCollection<string> names)
    {
        bool isCatalog = ReferenceEquals(Exports, KnownExports.Items);
        KnownExport? other = (isCatalog ? KnownExports.Events : KnownExports.Items).FirstOrDefault(export => export.Fits(names));
        return other is null ? null : $"these are {other.Name}, which are {(isCatalog ? "events and no items" : "items and no events")}; give the file as "
            + "what it is";
    }

    private static string Listed(IReadOnlyList<string> names)
    {
        string listed = string.Join(", ", names.Take(MostColumnsShown).Select(name => PlainText.Brief(name)));
        return names.Count > MostColumnsShown ? $"{listed} and {names.Count - MostColumnsShown:N0} more" : listed;
    }
}

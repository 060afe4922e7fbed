namespace Hybrid.Catalog.Files;

/// <summary>The fields that a kind of file has, and the names that headers give them.</summary>
/// <param name="Fields">For each field its names, the proper one first: of two columns that could hold it, the one named first here does.</param>
/// <param name="Required">What a header must have: of each group one field at least.</param>
internal sealed record DataSchema(string[][] Fields, string[][] Required)
{
    /// <summary>For each field the place of its column among <paramref name="names"/>, or −1.</summary>
    public int[] FindRoles(IReadOnlyList<string> names, ColumnMap map)
    {
        int[] roles = new int[Fields.Length];
        for (int role = 0; role < roles.Length; role++)
        {
            string[] candidates = map.ColumnOf(Fields[role][0]) is { } mapped ? [mapped] : Fields[role];
            roles[role] = candidates.Select(candidate => IndexOf(names, candidate)).FirstOrDefault(i => i >= 0, -1);
        }
        // A column that was mapped to one field is not another's because of its name.
        for (int role = 0; role < roles.Length; role++)
        {
            if (roles[role] >= 0 && map.ColumnOf(Fields[role][0]) is null && Fields.Index().Any(other => other.Index != role && roles[other.Index] == roles[role] && map.ColumnOf(other.Item[0]) is not null))
                roles[role] = -1;
        }
        return roles;
    }

    /// <summary>What is wrong with a header, or null.</summary>
    public string? Reject(IReadOnlyList<string> names, ColumnMap map)
    {
        string columns = string.Join(", ", names);
        if (names is [var only] && only.IndexOfAny([';', '\t', '|']) is >= 0 and int other)
            return $"its columns are separated by {(only[other] == '\t' ? "tabs" : $"'{only[other]}'")}; write it with commas";
        // Columns without a name, which spreadsheets leave behind, are nobody's.
        if (names.Where(n => n.Length > 0).GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return $"the header names the column '{twice.Key}' twice; rename one";
        foreach (string[] field in Fields)
        {
            if (map.ColumnOf(field[0]) is { } mapped && IndexOf(names, mapped) < 0)
                return $"there is no column '{mapped}', which the map gives to {field[0]}; the columns are {columns}";
        }
        int[] roles = FindRoles(names, map);
        foreach (string[] group in Required)
        {
            if (!group.Any(name => roles[Array.FindIndex(Fields, f => f[0] == name)] >= 0))
                return $"no column holds {string.Join(" or ", group)}; the columns are {columns}. Name it with --map {group[0]}=column";
        }
        return null;
    }

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (string.Equals(names[i], name, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        return -1;
    }
}

namespace Hybrid.Indexing.Filters;

/// <summary>Which of some names was probably meant.</summary>
internal static class NearestName
{
    /// <summary>The name that takes the fewest edits, whatever its case; null where none is near.</summary>
    public static string? Find(string written, IEnumerable<string> names)
    {
        int most = Math.Max(2, written.Length / 4);
        string? nearest = null;
        foreach (string name in names)
        {
            if (Math.Abs(name.Length - written.Length) > most)
                continue;
            int edits = Edits(name.ToUpperInvariant(), written.ToUpperInvariant());
            if (edits > most || edits >= Math.Max(name.Length, written.Length))
                continue;
            (most, nearest) = (edits - 1, name);
        }
        return nearest;
    }

    private static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}

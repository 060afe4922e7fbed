namespace Hybrid.Catalog;

/// <summary>Which of some names was probably meant.</summary>
internal static class NearestName
{
    /// <summary>The name that takes the fewest edits, whatever its case; null where none is near.</summary>
    public static string? Find(string written, IEnumerable<string> names) => Find(written, names, 1) is [var nearest, ..] ? nearest : null;

    /// <summary>The names that take the fewest edits, whatever their case, the nearest first; of equally near ones those that come first.</summary>
    public static IReadOnlyList<string> Find(string written, IEnumerable<string> names, int count)
    {
        string upper = written.ToUpperInvariant();
        int most = Math.Max(2, upper.Length / 4);
        var near = new List<(int Edits, string Name)>();
        var row = new int[upper.Length + 1];
        foreach (string name in names)
        {
            if (Math.Abs(name.Length - upper.Length) > most)
                continue;
            int edits = Edits(name.ToUpperInvariant(), upper, row);
            if (edits > most || edits >= Math.Max(name.Length, upper.Length))
                continue;
            int place = near.Count;
            while (place > 0 && near[place - 1].Edits > edits)
                place--;
            near.Insert(place, (edits, name));
            if (near.Count > count)
                near.RemoveAt(count);
            if (near.Count == count)
                most = near[^1].Edits - 1;   // an equally near one that comes later is not better
        }
        return [.. near.Select(one => one.Name)];
    }

    /// <param name="row">[length of b + 1] scratch.</param>
    private static int Edits(string a, string b, int[] row)
    {
        for (int j = 0; j < row.Length; j++)
            row[j] = j;
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

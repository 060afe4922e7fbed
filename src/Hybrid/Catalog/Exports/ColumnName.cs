using System.Diagnostics.CodeAnalysis;

namespace Hybrid.Catalog.Exports;

/// <summary>Columns' names as people write them: image_link, "Image Link" and "image link" are one.</summary>
internal sealed class ColumnName : IEqualityComparer<string>
{
    private ColumnName()
    {
    }

    public static ColumnName Comparer { get; } = new();

    public bool Equals(string? x, string? y)
    {
        if (x is null || y is null || x.Length != y.Length)
            return ReferenceEquals(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            if (Folded(x[i]) != Folded(y[i]))
                return false;
        }
        return true;
    }

    public int GetHashCode([DisallowNull] string obj)
    {
        var hash = new HashCode();
        foreach (char c in obj)
            hash.Add(Folded(c));
        return hash.ToHashCode();
    }

    private static char Folded(char c) => c == '_' ? ' ' : char.ToUpperInvariant(c);
}

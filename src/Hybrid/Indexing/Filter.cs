using Hybrid.Catalog;

namespace Hybrid.Indexing;

/// <summary>A parsed filter expression.</summary>
public sealed class Filter
{
    private Filter() { }

    /// <exception cref="FormatException">The expression is malformed.</exception>
    public static Filter Parse(string expression) => throw new FormatException($"not yet: {expression}");

    public bool Matches(Item item) => item is not null && ToString() is not null;
}

using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Filters;
using Hybrid.Records;

namespace Hybrid;

public sealed partial class HybridEngine
{
    private readonly Lock _naming = new();
    private (long ItemChange, Dictionary<string, UnknownAttribute?> Names) _named = (-1, []);

    /// <summary>The attributes that a filter or a grouping names and no item of the records has: slips, more often than not.</summary>
    /// <remarks>What is found is kept until an item changes. A name that items have is found with the first of them; one that none has takes a look at every
    /// item.</remarks>
    /// <param name="groupBy">As in <see cref="SearchQuery.GroupBy"/>.</param>
    /// <returns>None where there are no items.</returns>
    /// <exception cref="RecordsException">The records failed.</exception>
    public IReadOnlyList<UnknownAttribute> FindUnknownAttributes(Filter? filter, string? groupBy = null)
    {
        string? grouped = groupBy is null ? null : new Grouping(groupBy).Attribute;
        string[] names = [.. (filter?.Attributes ?? []).Concat(grouped is null ? [] : [grouped]).Distinct(StringComparer.Ordinal)];
        if (names.Length == 0 || !Records.HasItems)
            return [];
        lock (_naming)
        {
            long change = Records.LastItemChange;
            if (_named.ItemChange != change)
                _named = (change, new(StringComparer.Ordinal));
            return [.. names.Select(FindUnknown).OfType<UnknownAttribute>()];
        }
    }

    private UnknownAttribute? FindUnknown(string name)
    {
        if (_named.Names.TryGetValue(name, out UnknownAttribute? known))
            return known;
        UnknownAttribute? unknown = Records.HasAttribute(FilterField.Attribute(name).Spellings)
            ? null
            : new UnknownAttribute(name, NearestName.Find(name, Records.ReadAttributeNames()));
        return _named.Names[name] = unknown;
    }
}

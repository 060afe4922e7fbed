using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

/// <summary>What one search keeps of all that it sees: the nearest items, or the nearest one of each group.</summary>
internal sealed class NearestItems
{
    private readonly TopK<ItemId>? _items;
    private readonly TopGroups<Grouping.Group, ItemId>? _groups;
    private readonly Grouping? _grouping;
    private readonly int _count;

    /// <param name="count">How many items or groups, at least 1.</param>
    public NearestItems(int count, Grouping? grouping)
    {
        (_count, _grouping) = (count, grouping);
        if (grouping is null)
            _items = new(count);
        else
            _groups = new(count);
    }

    /// <summary>Whether as many were found as were asked for.</summary>
    // ! here and below: one of the two is there.
    public bool IsFull => (_items?.Count ?? _groups!.Count) == _count;

    /// <summary>A score below this cannot enter any more.</summary>
    public float Threshold => _items?.Threshold ?? _groups!.Threshold;

    public void Add(float score, Item item)
    {
        if (_grouping is null)
            _items!.Add(score, item.Id);
        else
            _groups!.Add(score, item.Id, _grouping.Of(item));
    }

    /// <summary>Best first.</summary>
    public Neighbor[] ToNeighbors() =>
        Array.ConvertAll(_items?.ToSortedArray() ?? _groups!.ToSortedArray(), found => new Neighbor(found.Key, found.Score));
}

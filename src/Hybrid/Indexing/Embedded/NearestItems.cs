using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

/// <summary>What one search keeps of all that it sees: the nearest items, or the nearest one of each group.</summary>
internal sealed class NearestItems
{
    private readonly TopK<Found>? _items;
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

    public void Add(float score, IvfCell cell, int row)
    {
        if (_grouping is null)
            _items!.Add(score, new(cell, row));
        else
            _groups!.Add(score, cell[row].Id, _grouping.Of(cell[row].Fields));
    }

    /// <summary>Best first.</summary>
    public Neighbor[] ToNeighbors() => _items is { } items
        ? items.ToSortedArray((score, found) => new Neighbor(found.Id, score))
        : Array.ConvertAll(_groups!.ToSortedArray(), found => new Neighbor(found.Key, found.Score));

    /// <summary>A row whose id is read at the end, and before that where scores are equal.</summary>
    private readonly record struct Found(IvfCell Cell, int Row) : IComparable<Found>
    {
        public ItemId Id => Cell[Row].Id;

        public int CompareTo(Found other) => Id.CompareTo(other.Id);
    }
}

using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <summary>The rows of one cell, one after another in memory, so that a scan of it streams.</summary>
internal sealed class IvfCell(int dimension, int capacity = 0)
{
    private const int FirstCapacity = 8;

    private float[] _vectors = new float[(long)capacity * dimension];
    private Item[] _items = new Item[capacity];

    public int Count { get; private set; }

    /// <summary>[count × d].</summary>
    public ReadOnlyMemory<float> Vectors => _vectors.AsMemory(0, Count * dimension);

    public ReadOnlySpan<Item> Items => _items.AsSpan(0, Count);

    public ReadOnlySpan<float> Vector(int row) => _vectors.AsSpan(row * dimension, dimension);

    /// <summary>Adds a row and gives its place for the vector to be written to.</summary>
    public Span<float> Add(Item item)
    {
        if (Count == _items.Length)
        {
            // By half, not by doubling: vectors are most of the memory that Hybrid takes.
            int capacity = Math.Max(FirstCapacity, (int)Math.Min(Array.MaxLength / dimension, Count + Count / 2L));
            Array.Resize(ref _vectors, capacity * dimension);
            Array.Resize(ref _items, capacity);
        }
        _items[Count] = item;
        return _vectors.AsSpan(Count++ * dimension, dimension);
    }

    public void Replace(int row, Item item, ReadOnlySpan<float> vector)
    {
        _items[row] = item;
        vector.CopyTo(_vectors.AsSpan(row * dimension, dimension));
    }

    /// <summary>Removes a row by putting the last one in its place; returns the item that moved, or null when it was the last.</summary>
    public Item? RemoveAt(int row)
    {
        int last = --Count;
        Item moved = _items[last];
        _items[last] = null!;   // ! : beyond Count nothing is read
        if (row == last)
            return null;
        _vectors.AsSpan(last * dimension, dimension).CopyTo(_vectors.AsSpan(row * dimension, dimension));
        _items[row] = moved;
        return moved;
    }
}

using Hybrid.Catalog;

namespace Hybrid.Indexing;

/// <summary>Items with their vectors, to be written together.</summary>
/// <remarks>A collection keeps an item's id and what filters read (category, brand, price, stock, attributes); title and text stay in the catalogue.</remarks>
public sealed class ItemBatch
{
    /// <param name="items">[n], no id twice.</param>
    /// <param name="vectors">[n × d], row-major, each row of unit length.</param>
    /// <param name="fingerprints">[n] or empty: what each row was made from, given back by <see cref="IVectorCollection.ReadFingerprintsAsync"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or an id is missing or comes twice.</exception>
    public ItemBatch(IReadOnlyList<Item> items, ReadOnlyMemory<float> vectors, IReadOnlyList<string>? fingerprints = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        fingerprints ??= [];
        if (items.Count == 0 ? vectors.Length != 0 : vectors.Length == 0 || vectors.Length % items.Count != 0)
            throw new ArgumentException($"{items.Count} items cannot share {vectors.Length} floats evenly.", nameof(vectors));
        if (fingerprints.Count != 0 && fingerprints.Count != items.Count)
            throw new ArgumentException($"{items.Count} items need {items.Count} fingerprints or none, got {fingerprints.Count}.", nameof(fingerprints));
        var seen = new HashSet<ItemId>(items.Count);
        foreach (Item item in items)
        {
            if (item.Id == default)
                throw new ArgumentException("An item of the batch has no id.", nameof(items));
            if (!seen.Add(item.Id))
                throw new ArgumentException($"The item {item.Id} comes twice in the batch.", nameof(items));
        }
        Items = items;
        Vectors = vectors;
        Fingerprints = fingerprints;
    }

    public IReadOnlyList<Item> Items { get; }

    public ReadOnlyMemory<float> Vectors { get; }

    public IReadOnlyList<string> Fingerprints { get; }

    /// <summary>Floats per vector; 0 for an empty batch.</summary>
    public int Dimension => Items.Count == 0 ? 0 : Vectors.Length / Items.Count;
}

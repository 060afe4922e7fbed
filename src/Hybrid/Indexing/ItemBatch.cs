using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing;

/// <summary>Items with their vectors, to be written together.</summary>
/// <remarks>A collection keeps an item's id and what filters read (category, brand, price, stock, attributes); title and text stay in the catalogue.</remarks>
public sealed class ItemBatch
{
    /// <param name="space">The space of the vectors; a collection of another one refuses the batch.</param>
    /// <param name="items">[n], no id twice.</param>
    /// <param name="vectors">[n × d], row-major, each row of unit length.</param>
    /// <param name="fingerprints">[n] or empty: what each row was made from, given back with the row.</param>
    /// <param name="sequences">[n] or empty: of the record that each row was made from, likewise.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or an id is missing or comes twice.</exception>
    public ItemBatch(
        VectorSpace space, IReadOnlyList<Item> items, ReadOnlyMemory<float> vectors, IReadOnlyList<string>? fingerprints = null,
            IReadOnlyList<long>? sequences = null)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(items);
        fingerprints ??= [];
        sequences ??= [];
        if (vectors.Length != (long)items.Count * space.Dimension)
        {
            throw new ArgumentException(
                $"{items.Count} items of dimension {space.Dimension} need {(long)items.Count * space.Dimension} floats, got {vectors.Length}.",
                    nameof(vectors));
        }
        if (fingerprints.Count != 0 && fingerprints.Count != items.Count)
            throw new ArgumentException($"{items.Count} items need {items.Count} fingerprints or none, got {fingerprints.Count}.", nameof(fingerprints));
        if (sequences.Count != 0 && sequences.Count != items.Count)
            throw new ArgumentException($"{items.Count} items need {items.Count} sequences or none, got {sequences.Count}.", nameof(sequences));
        var seen = new HashSet<ItemId>(items.Count);
        foreach (Item item in items)
        {
            if (item.Id == default)
                throw new ArgumentException("An item of the batch has no id.", nameof(items));
            if (!seen.Add(item.Id))
                throw new ArgumentException($"The item {item.Id} comes twice in the batch.", nameof(items));
        }
        Space = space;
        Items = items;
        Vectors = vectors;
        Fingerprints = fingerprints;
        Sequences = sequences;
    }

    public VectorSpace Space { get; }

    public IReadOnlyList<Item> Items { get; }

    public ReadOnlyMemory<float> Vectors { get; }

    public IReadOnlyList<string> Fingerprints { get; }

    public IReadOnlyList<long> Sequences { get; }

    /// <summary>"" where the batch has none.</summary>
    internal string FingerprintOf(int row) => Fingerprints.Count > 0 ? Fingerprints[row] : "";

    /// <summary>0 where the batch has none.</summary>
    internal long SequenceOf(int row) => Sequences.Count > 0 ? Sequences[row] : 0;

    /// <summary>[d]: the vector of one of <see cref="Items"/>.</summary>
    public ReadOnlySpan<float> VectorOf(int row) => Vectors.Span.Slice(row * Space.Dimension, Space.Dimension);
}

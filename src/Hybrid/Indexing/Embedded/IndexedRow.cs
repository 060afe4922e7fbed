using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <summary>A row as an index in memory has it.</summary>
/// <param name="Fields">The item's id and what filters read.</param>
/// <param name="Vector">[d], where it lies; empty: of a row that is dead.</param>
/// <param name="Place">The <see cref="VectorPlace.Number"/> of the vector, by which it is found again; 0 in an index that is never saved.</param>
internal readonly record struct IndexedRow(Item Fields, ReadOnlyMemory<float> Vector, long Place, long Sequence, string Fingerprint)
{
    /// <param name="row">Its vector does not count.</param>
    public IndexedRow(in StoredItem row, ReadOnlyMemory<float> vector, long place)
        : this(row.Fields, vector, place, row.Sequence, row.Fingerprint)
    {
    }

    /// <summary>Without the vector.</summary>
    public StoredItem Stored => new(Fields, default, Sequence, Fingerprint);
}

using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <summary>A row as an index in memory has it: what is known of it, as it came or as it was saved, and its vector.</summary>
/// <param name="origin">Has the row.</param>
/// <param name="at">Where the origin has it.</param>
/// <param name="vector">[d], where it lies; empty: of a row that is dead.</param>
internal struct IndexedRow(RowOrigin origin, int at, ReadOnlyMemory<float> vector)
{
    private readonly RowOrigin _origin = origin;
    private readonly int _at = at;
    private Item? _fields;   // once somebody has asked: a filter asks for all of them, again and again

    public ReadOnlyMemory<float> Vector { get; set; } = vector;

    /// <summary>The item's id and what filters read; kept, where the row stays in its place.</summary>
    public Item Fields => _fields ??= _origin.Fields(_at);

    /// <summary>Likewise, not kept: for who goes through all rows once.</summary>
    public readonly Item Peek => _fields ?? _origin.Fields(_at);

    public readonly ItemId Id => _fields?.Id ?? _origin.Id(_at);

    /// <summary>A hash of the id: <see cref="RowOrigin.HashOf"/>.</summary>
    public readonly int IdHash => _origin.IdHash(_at);

    public readonly long Place => _origin.Place(_at);

    public readonly long Sequence => _origin.Sequence(_at);

    public readonly string Fingerprint => _origin.Fingerprint(_at);

    public readonly bool HasId(ReadOnlySpan<byte> utf8) => _origin.HasId(_at, utf8);

    /// <summary>Without the vector.</summary>
    public StoredItem Stored => new(Fields, default, Sequence, Fingerprint);
}

namespace Hybrid.Indexing;

/// <summary>What indexing a catalogue did.</summary>
public sealed record IndexReport
{
    /// <summary>The collection that now holds the catalogue, "products@3".</summary>
    public required string Collection { get; init; }

    /// <summary>Items whose text was encoded, because it is new or changed.</summary>
    public long Encoded { get; init; }

    /// <summary>Items written with the vector they had, because only price, stock or attributes changed.</summary>
    public long Refreshed { get; init; }

    public long Unchanged { get; init; }

    /// <summary>Items that the catalogue no longer has.</summary>
    public long Removed { get; init; }

    /// <summary>Items in the collection now.</summary>
    public long Items => Encoded + Refreshed + Unchanged;
}

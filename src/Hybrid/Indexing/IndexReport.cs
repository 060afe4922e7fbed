namespace Hybrid.Indexing;

/// <summary>What indexing a catalogue did.</summary>
public sealed record IndexReport
{
    /// <summary>The collection that now holds the catalogue, "products@3".</summary>
    public required string Collection { get; init; }

    /// <summary>Items whose text was encoded, because it is new or changed.</summary>
    public long Encoded { get; init; }

    /// <summary>Of these, items whose text is longer than <see cref="MaxTokens"/>: the vector is of its beginning.</summary>
    public long TooLong { get; init; }

    /// <summary>The most tokens of a text that the model takes.</summary>
    public int MaxTokens { get; init; }

    /// <summary>Items written with the vector they had, because only price, stock or attributes changed.</summary>
    public long Refreshed { get; init; }

    /// <summary>Items of a new version whose vector is that of an older one, because their text is the same: they were not encoded again. They count as
    /// refreshed or unchanged, too.</summary>
    public long TakenOver { get; init; }

    /// <summary>Items whose row was right as it was.</summary>
    public long Unchanged => Items - Encoded - Refreshed;

    /// <summary>Items taken out, because the records no longer have them.</summary>
    public long Removed { get; init; }

    /// <summary>Items of the records, which the collection holds now.</summary>
    public long Items { get; init; }
}

namespace Hybrid.Api.Keys;

/// <summary>What a key may do; each role may do what those before it may.</summary>
public enum ApiRole
{
    /// <summary>Recommend, search, read items, make vectors.</summary>
    Query,

    /// <summary>Write items and events, too.</summary>
    Ingest,

    /// <summary>Everything: what users did, erasing them, indexing, training, metrics.</summary>
    Admin,
}

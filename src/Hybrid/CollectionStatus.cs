using Hybrid.Indexing;

namespace Hybrid;

/// <summary>A collection of the store, and its index.</summary>
public sealed record CollectionStatus(CollectionInfo Collection, IndexDescription Index);

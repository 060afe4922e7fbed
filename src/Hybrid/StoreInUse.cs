using Hybrid.Indexing;
using Hybrid.Records;

namespace Hybrid;

/// <summary>A vector store with what the records know of it.</summary>
/// <param name="Name">By which the records know it.</param>
internal sealed record StoreInUse(IVectorStore Store, CollectionVersions Versions, ChangeLog Changes, string Name);

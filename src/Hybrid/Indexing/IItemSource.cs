using Hybrid.Catalog;

namespace Hybrid.Indexing;

/// <summary>A collection that keeps its items' titles, too: what a process shows that has a collection and no records.</summary>
/// <remarks>A store on a server keeps <see cref="Item.Title"/> of a batch in its rows. A row of <see cref="IVectorCollection.GetAsync"/> has none all the same:
/// beside the records the title is theirs, and newer. The embedded store lies beside its records and keeps none.</remarks>
public interface IItemSource
{
    /// <summary>Those of the items that are there, with title, category, brand, price, stock and attributes; without their text.</summary>
    /// <exception cref="VectorStoreException">The store failed.</exception>
    Task<IReadOnlyDictionary<ItemId, Item>> FindAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default);
}

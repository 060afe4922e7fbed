using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Contracts;

/// <summary>Shorter ways to ask a collection, for tests.</summary>
public static class CollectionCalls
{
    extension(IVectorCollection collection)
    {
        /// <summary>A search with a vector of the collection's own space.</summary>
        public Task<IReadOnlyList<Neighbor>> SearchAsync(float[] vector, int count, SearchOptions? options = null,
            CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(collection);
            return collection.SearchAsync(new QueryVector(vector, collection.Space), count, options, cancellationToken);
        }

        /// <summary>Every row, in the order in which it came.</summary>
        public async Task<List<StoredItem>> ReadAllAsync(ItemId after = default, bool withVectors = true, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(collection);
            var rows = new List<StoredItem>();
            await foreach (StoredItem row in collection.ReadAsync(after, withVectors, cancellationToken))
                rows.Add(row);
            return rows;
        }
    }
}

using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Streaming;

/// <summary>What requests need to know of the events, wherever it is kept: never the truth, and made again from the records.</summary>
/// <remarks>Threads: every member may be called concurrently.</remarks>
internal interface IFeatureStore
{
    /// <summary>A user's newest events, by <see cref="FeatureOptions.HistoryLength"/>; of a user who has none, none.</summary>
    /// <returns>Null where what they are on depends on the catalogue: then the records know.</returns>
    /// <exception cref="FeatureStoreException">It cannot be told now.</exception>
    ValueTask<RecentEvents?> FindAsync(UserId user, CancellationToken cancellationToken);

    /// <summary>How many events of each kind there are.</summary>
    /// <exception cref="FeatureStoreException">It cannot be told now.</exception>
    ValueTask<IReadOnlyDictionary<string, long>> ReadKindsAsync(CancellationToken cancellationToken);

    /// <summary>The items of the events, the most popular first.</summary>
    /// <exception cref="FeatureStoreException">It cannot be told now.</exception>
    ValueTask<IReadOnlyList<ItemId>> ReadPopularAsync(CancellationToken cancellationToken);
}

using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Streaming;

/// <summary>Where a mirror has what it writes from.</summary>
/// <param name="Popular">The items, the most popular first.</param>
/// <param name="Kinds">How many events of each kind there are.</param>
/// <param name="HistoryLength">As <see cref="FeatureOptions.HistoryLength"/>.</param>
internal sealed record FeatureFacts(
    RecordStore Records, Func<IReadOnlyList<ItemId>> Popular, Func<CancellationToken, IReadOnlyDictionary<string, long>> Kinds, int HistoryLength);

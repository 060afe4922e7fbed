using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Streaming;

namespace Hybrid.Api.Messages;

/// <summary>What the service has.</summary>
/// <param name="EventsByKind">How many events of each kind; "" are those without one.</param>
/// <param name="DeadLetters">What came by streams and is no event: /v1/admin/dead-letters lists the last ones.</param>
/// <param name="NotIndexed">Items that were added or changed and are not indexed yet.</param>
/// <param name="LiveIndex">How far the index is behind the items.</param>
/// <param name="InUse">The collection that searches go to.</param>
public sealed record StatusAnswer(
    bool IsReadOnly, bool HasRecords, long Items, long Events, IReadOnlyDictionary<string, long> EventsByKind, long Users, long DeadLetters,
    long NotIndexed, StatusAnswer.Following? LiveIndex, string Store, string? StoreFailure, string? InUse,
    IReadOnlyList<StatusAnswer.Collection> Collections, BehaviorStatus? Behavior, QueryCacheStatus QueryCache, IReadOnlyDictionary<string, long> Files)
{
    internal static StatusAnswer Of(EngineStatus status, IReadOnlyDictionary<string, long> kinds) => new(
        status.IsReadOnly, status.HasRecords, status.Items, status.Events, kinds, status.Users, status.DeadLetters, status.NotIndexed,
        Following.Of(status.LiveIndex), status.Store,
        status.StoreFailure, status.InUse,
        [.. status.Collections.Select(c => new Collection(c.Collection.Name, c.Collection.Aliases, c.Collection.Name == status.InUse, c.Collection.Count,
            c.Collection.Space.Model, c.Collection.Space.Dimension, c.Index))],
        status.Behavior, status.QueryCache, status.Files);

    /// <summary>How far the index is behind the items.</summary>
    /// <param name="Waiting">Items that were changed and are not indexed so yet, removed ones included.</param>
    /// <param name="LagSeconds">How long ago the first of them was seen.</param>
    /// <param name="Failure">Why it does not get on; absent where it does.</param>
    public sealed record Following(long Waiting, double LagSeconds, string? Failure)
    {
        internal static Following? Of(LiveIndexStatus? status) => status is null ? null
            : new(status.Waiting, Math.Round(status.Lag.TotalSeconds, 3), status.Failure);
    }

    /// <summary>A collection of the store of vectors, and its index.</summary>
    public sealed record Collection(
        string Name, IReadOnlyList<string> Aliases, bool InUse, long Items, string Model, int Dimension, IndexDescription Index);
}

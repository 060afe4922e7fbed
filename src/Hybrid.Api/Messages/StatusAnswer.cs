using Hybrid.Encoding;
using Hybrid.Indexing;

namespace Hybrid.Api.Messages;

/// <summary>What the service has.</summary>
/// <param name="EventsByKind">How many events of each kind; "" are those without one.</param>
/// <param name="NotIndexed">Items that were added or changed and are not indexed yet.</param>
/// <param name="InUse">The collection that searches go to.</param>
public sealed record StatusAnswer(
    bool IsReadOnly, bool HasRecords, long Items, long Events, IReadOnlyDictionary<string, long> EventsByKind, long Users, long NotIndexed,
    string Store, string? StoreFailure, string? InUse,
    IReadOnlyList<StatusAnswer.Collection> Collections, BehaviorStatus? Behavior, QueryCacheStatus QueryCache, IReadOnlyDictionary<string, long> Files)
{
    internal static StatusAnswer Of(EngineStatus status, IReadOnlyDictionary<string, long> kinds) => new(
        status.IsReadOnly, status.HasRecords, status.Items, status.Events, kinds, status.Users, status.NotIndexed, status.Store,
        status.StoreFailure, status.InUse,
        [.. status.Collections.Select(c => new Collection(c.Collection.Name, c.Collection.Aliases, c.Collection.Name == status.InUse, c.Collection.Count,
            c.Collection.Space.Model, c.Collection.Space.Dimension, c.Index))],
        status.Behavior, status.QueryCache, status.Files);

    /// <summary>A collection of the store of vectors, and its index.</summary>
    public sealed record Collection(
        string Name, IReadOnlyList<string> Aliases, bool InUse, long Items, string Model, int Dimension, IndexDescription Index);
}

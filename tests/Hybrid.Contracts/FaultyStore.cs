using System.Runtime.CompilerServices;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Contracts;

/// <summary>What befalls a store's calls.</summary>
public enum StoreFault
{
    None,

    /// <summary>The connection is cut before a call has done anything.</summary>
    CutBefore,

    /// <summary>The connection is cut after a call was done: nobody hears that it was.</summary>
    CutAfter,

    /// <summary>The store is gone: every call fails until it is back.</summary>
    Down,

    /// <summary>It takes no more rows until there is room again; it is still read.</summary>
    Full,

    /// <summary>A call is done late: what else goes on then has gone on meanwhile.</summary>
    Slow,

    /// <summary>A call for rows is answered late, and as if there were none: what a server may say of a collection that is being dropped.</summary>
    Emptied,
}

/// <summary>A real store some of whose calls fail, are done unheard, or late.</summary>
/// <remarks>Threads: every member may be called concurrently.</remarks>
public sealed class FaultyStore(IVectorStore inner) : IVectorStore
{
    private readonly Lock _arming = new();
    private StoreFault _fault;
    private int _callsLeft;
    private TaskCompletionSource _late = new(), _hit = new();

    /// <summary>How many calls were hit so far.</summary>
    public int Hits { get; private set; }

    /// <summary>Has a fault befall a call: the so manieth from now on.</summary>
    /// <returns>Ends when it has.</returns>
    public Task Arm(StoreFault fault, int afterCalls)
    {
        lock (_arming)
        {
            (_fault, _callsLeft, _late) = (fault, afterCalls, new(TaskCreationOptions.RunContinuationsAsynchronously));
            _hit = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _hit.Task;
        }
    }

    /// <summary>Has all go well again; what was late is done.</summary>
    public void Heal()
    {
        lock (_arming)
        {
            _fault = StoreFault.None;
            _late.TrySetResult();
        }
    }

    public async Task<IVectorCollection> CreateAsync(string name, VectorSpace space, CancellationToken cancellationToken = default) =>
        new Collection(this, await CallAsync(isWrite: true, () => inner.CreateAsync(name, space, cancellationToken)));

    public async Task<IVectorCollection> OpenAsync(string nameOrAlias, VectorSpace? space = null, CancellationToken cancellationToken = default) =>
        new Collection(this, await CallAsync(isWrite: false, () => inner.OpenAsync(nameOrAlias, space, cancellationToken)));

    public Task<string?> ResolveAsync(string nameOrAlias, CancellationToken cancellationToken = default) =>
        CallAsync(isWrite: false, () => inner.ResolveAsync(nameOrAlias, cancellationToken));

    public Task<IReadOnlyList<CollectionInfo>> ListAsync(CancellationToken cancellationToken = default) =>
        CallAsync(isWrite: false, () => inner.ListAsync(cancellationToken));

    public Task SetAliasAsync(string alias, string collection, CancellationToken cancellationToken = default) =>
        CallAsync(isWrite: false, () => inner.SetAliasAsync(alias, collection, cancellationToken));

    public Task DropAsync(string collection, CancellationToken cancellationToken = default) =>
        CallAsync(isWrite: false, () => inner.DropAsync(collection, cancellationToken));

    /// <summary>The store itself stays its owner's.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<bool> CallAsync(bool isWrite, Func<Task> call) => CallAsync(isWrite, async () =>
    {
        await call();
        return true;
    });

    /// <param name="ofNone">The same call for no rows.</param>
    private async Task<T> CallAsync<T>(bool isWrite, Func<Task<T>> call, Func<Task<T>>? ofNone = null)
    {
        (StoreFault fault, Task late) = Next(isWrite, isForRows: ofNone is not null);
        if (fault is StoreFault.Slow or StoreFault.Emptied)
            await late;
        if (fault is StoreFault.CutBefore or StoreFault.Down)
            throw new VectorStoreException("faulty", "call", "the connection was cut. Try again.", isTransient: true);
        if (fault == StoreFault.Full)
            throw new VectorStoreException("faulty", "call", "there is no room left. Make some.", isTransient: false);
        T done = await (fault == StoreFault.Emptied ? ofNone!() : call());   // ! : Next gives this fault to calls for rows alone
        return fault == StoreFault.CutAfter
            ? throw new VectorStoreException("faulty", "call", "the connection was cut while an answer was waited for. Try again.", isTransient: true) : done;
    }

    private (StoreFault Fault, Task Late) Next(bool isWrite, bool isForRows)
    {
        lock (_arming)
        {
            if (_fault == StoreFault.None || (_fault == StoreFault.Full && !isWrite) || (_fault == StoreFault.Emptied && !isForRows) || _callsLeft-- > 0)
                return (StoreFault.None, Task.CompletedTask);
            Hits++;
            _hit.TrySetResult();
            StoreFault fault = _fault;
            // What lasts ends when it is healed.
            if (fault is not (StoreFault.Down or StoreFault.Full))
                _fault = StoreFault.None;
            return (fault, _late.Task);
        }
    }

    private sealed class Collection(FaultyStore store, IVectorCollection inner) : IVectorCollection
    {
        public string Name => inner.Name;

        public VectorSpace Space => inner.Space;

        public Task<long> CountAsync(CancellationToken cancellationToken = default) =>
            store.CallAsync(isWrite: false, () => inner.CountAsync(cancellationToken));

        public Task UpsertAsync(ItemBatch batch, CancellationToken cancellationToken = default) =>
            store.CallAsync(isWrite: true, () => inner.UpsertAsync(batch, cancellationToken));

        public Task RemoveAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default) =>
            store.CallAsync(isWrite: true, () => inner.RemoveAsync(items, cancellationToken));

        public Task<IReadOnlyDictionary<ItemId, StoredItem>> GetAsync(
            IReadOnlyCollection<ItemId> items, bool withVectors = true, CancellationToken cancellationToken = default) =>
            store.CallAsync(isWrite: false, () => inner.GetAsync(items, withVectors, cancellationToken),
                () => inner.GetAsync([], withVectors, cancellationToken));

        public async IAsyncEnumerable<StoredItem> ReadAsync(
            ItemId after = default, bool withVectors = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await store.CallAsync(isWrite: false, () => Task.CompletedTask);
            await foreach (StoredItem row in inner.ReadAsync(after, withVectors, cancellationToken))
                yield return row;
        }

        public Task<IReadOnlyList<Neighbor>> SearchAsync(QueryVector query, int count, SearchOptions? options = null,
            CancellationToken cancellationToken = default) =>
            store.CallAsync(isWrite: false, () => inner.SearchAsync(query, count, options, cancellationToken));

        public Task<IReadOnlyList<IReadOnlyList<Neighbor>>> SearchManyAsync(
            IReadOnlyList<QueryVector> queries, int count, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
            store.CallAsync(isWrite: false, () => inner.SearchManyAsync(queries, count, options, cancellationToken));

        public Task BuildIndexAsync(CancellationToken cancellationToken = default) =>
            store.CallAsync(isWrite: true, () => inner.BuildIndexAsync(cancellationToken));

        public Task TuneIndexAsync(double? recall, CancellationToken cancellationToken = default) => inner.TuneIndexAsync(recall, cancellationToken);

        public Task<IndexDescription> DescribeIndexAsync(CancellationToken cancellationToken = default) => inner.DescribeIndexAsync(cancellationToken);
    }
}

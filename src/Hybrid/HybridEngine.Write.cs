using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Streaming;
using Microsoft.Extensions.Logging;

namespace Hybrid;

public sealed partial class HybridEngine
{
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(5);

    /// <summary>Adds items to the records, or changes them; <see cref="IndexAsync"/> makes them searchable, or the engine itself within a second:
    /// <see cref="HybridOptions.LiveIndex"/>.</summary>
    /// <remarks>One transaction. Of several with one id the last one counts.</remarks>
    /// <returns>How many were new or other than they were.</returns>
    /// <exception cref="ArgumentException">An item has no id; nothing was written.</exception>
    /// <exception cref="OverloadedException">Too many changed items wait to be indexed by the engine itself; nothing was written.</exception>
    /// <exception cref="RecordsException">The records failed; nothing was written.</exception>
    public Task<long> AddAsync(IEnumerable<Item> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        return WriteAsync("add items", async () =>
        {
            _worker?.ThrowIfOverloaded();
            long written = await Records.UpsertAsync([.. items], cancellationToken).ConfigureAwait(false);
            _worker?.Signal();
            return written;
        }, cancellationToken);
    }

    /// <inheritdoc cref="AddAsync(IEnumerable{Item}, CancellationToken)"/>
    public Task<long> AddAsync(Item item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return AddAsync([item], cancellationToken);
    }

    /// <summary>Writes an item, if it is as the caller wants it: nobody changes it in between.</summary>
    /// <param name="require">Told of the item as it is, null where it is not there; what it throws is thrown, and nothing is written.</param>
    internal Task<long> ReplaceAsync(Item item, Action<Item?> require, CancellationToken cancellationToken) => WriteAsync("add items", async () =>
    {
        _worker?.ThrowIfOverloaded();
        long written = await Records.UpsertAsync([item], require, cancellationToken).ConfigureAwait(false);
        _worker?.Signal();
        return written;
    }, cancellationToken);

    /// <summary>Removes an item, likewise.</summary>
    internal Task<long> RemoveAsync(ItemId item, Action<Item?> require, CancellationToken cancellationToken) => WriteAsync("remove items", async () =>
    {
        long removed = await Records.RemoveAsync([item], require, cancellationToken).ConfigureAwait(false);
        _worker?.Signal();
        return removed;
    }, cancellationToken);

    /// <summary>Removes items from the records; they are found no more, at once. Their events stay.</summary>
    /// <returns>How many were there.</returns>
    /// <exception cref="RecordsException">The records failed; nothing was removed.</exception>
    public Task<long> RemoveAsync(IEnumerable<ItemId> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        return WriteAsync("remove items", async () =>
        {
            long removed = await Records.RemoveAsync([.. items], cancellationToken).ConfigureAwait(false);
            _worker?.Signal();
            return removed;
        }, cancellationToken);
    }

    /// <summary>Adds events to the log; they are a user's history at once, and <see cref="TrainAsync"/> learns from them.</summary>
    /// <remarks>On the disk when the task completes. The events of one call are in one transaction, which they share with those of other callers: many who
    /// append at the same time pay for few writes to the disk.</remarks>
    /// <returns>Of each event whether it was added; false: one with its <see cref="Event.Id"/> is there already.</returns>
    /// <exception cref="ArgumentException">An event has no user or no item; nothing was written.</exception>
    /// <exception cref="OverloadedException">Too many events wait to be written; nothing was.</exception>
    /// <exception cref="RecordsException">The records failed; nothing was written.</exception>
    public Task<IReadOnlyList<bool>> AppendAsync(IEnumerable<Event> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        return WriteAsync("append events", () => _events.AppendAsync([.. events], cancellationToken), cancellationToken);
    }

    /// <summary>Takes what a stream has brought: all of it, and how far the stream has been read with it, or nothing.</summary>
    /// <returns>How many events were added; the ids of the others are there already.</returns>
    internal Task<int> TakeAsync(StreamBatch batch, CancellationToken cancellationToken) => WriteAsync("append events", async () =>
    {
        int added = await Records.TakeAsync(batch, cancellationToken).ConfigureAwait(false);
        FollowEvents();
        return added;
    }, cancellationToken);

    /// <summary>The newest of what came by streams and is no event, the last one first. The last 10,000 are kept.</summary>
    /// <exception cref="RecordsException">The records failed.</exception>
    public IReadOnlyList<DeadLetter> ReadDeadLetters(int count = 100)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        using RunningCalls.Call running = _calls.Enter();
        return Records.DeadLetters.Read(count);
    }

    private async Task<T> WriteAsync<T>(string operation, Func<Task<T>> write, CancellationToken cancellationToken)
    {
        using RunningCalls.Call running = _calls.Enter();
        await ThrowIfOthersOwnAsync(operation, cancellationToken).ConfigureAwait(false);
        return await write().ConfigureAwait(false);
    }

    /// <summary>Refuses to begin records where the store has a collection already, whose records are elsewhere: two owners would take it from each
    /// other.</summary>
    /// <remarks>A store that does not answer keeps nobody from writing records: they need none.</remarks>
    private async Task ThrowIfOthersOwnAsync(string operation, CancellationToken cancellationToken)
    {
        ThrowIfWithoutRecords(operation);
        if (_storeName == RecordStore.OwnStore || !Records.IsUnused)
            return;
        try
        {
            string? held = await AskStoreAsync(_versions.ReadAliasAsync, cancellationToken).ConfigureAwait(false);
            if (held is not null)
                throw NoRecords(operation, $"{_storeName} holds {held}, which is made from the records of another folder");
        }
        catch (VectorStoreException e)
        {
            _logger.LogWarning(e, "Whether {Store} holds a collection of other records could not be seen.", _storeName);
        }
    }

    private void ThrowIfWithoutRecords(string operation)
    {
        if (Options.WithoutRecords)
            throw NoRecords(operation, $"{_storeName} is only read here");
    }

    private RecordsException NoRecords(string operation, string why) => new($"records {Options.RecordsPath}", operation,
        $"there are no records, and {why}. Write in the folder that has them, or name another database of the server; for a catalogue of its own here import "
        + "it without the store first.", isTransient: false);

    /// <summary>Asks the store elsewhere something that can be done without: it gets a few seconds.</summary>
    /// <exception cref="VectorStoreException">The store failed, or took longer.</exception>
    private async Task<T> AskStoreAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (Options.Store is null)
            return await ask(cancellationToken).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(StorePatience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await ask(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new VectorStoreException(_storeName, "open", $"no answer within {StorePatience.TotalSeconds:0} s. Check that the server runs and can "
                + $"be reached.",
                isTransient: true, e);
        }
    }
}

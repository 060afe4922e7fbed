using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>Adds items to the records, or changes them; <see cref="IndexAsync"/> makes them searchable.</summary>
    /// <remarks>One transaction. Of several with one id the last one counts.</remarks>
    /// <returns>How many were new or other than they were.</returns>
    /// <exception cref="ArgumentException">An item has no id; nothing was written.</exception>
    /// <exception cref="RecordsException">The records failed; nothing was written.</exception>
    public Task<long> AddAsync(IEnumerable<Item> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        return WriteAsync(() => Records.UpsertAsync([.. items], cancellationToken));
    }

    /// <inheritdoc cref="AddAsync(IEnumerable{Item}, CancellationToken)"/>
    public Task<long> AddAsync(Item item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return AddAsync([item], cancellationToken);
    }

    /// <summary>Removes items from the records; they are found no more, at once. Their events stay.</summary>
    /// <returns>How many were there.</returns>
    /// <exception cref="RecordsException">The records failed; nothing was removed.</exception>
    public Task<long> RemoveAsync(IEnumerable<ItemId> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        return WriteAsync(() => Records.RemoveAsync([.. items], cancellationToken));
    }

    /// <summary>Adds events to the log; they are a user's history at once, and <see cref="TrainAsync"/> learns from them.</summary>
    /// <exception cref="ArgumentException">An event has no user or no item; nothing was written.</exception>
    /// <exception cref="RecordsException">The records failed; nothing was written.</exception>
    public Task AppendAsync(IEnumerable<Event> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        return WriteAsync(async () =>
        {
            await Records.AppendAsync([.. events], cancellationToken).ConfigureAwait(false);
            return true;
        });
    }

    private async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        using RunningCalls.Call running = _calls.Enter();
        return await write().ConfigureAwait(false);
    }
}

using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;

namespace Hybrid;

/// <summary>A store that is opened by the first call that needs it: a server that is down fails that call, and nothing that does without it.</summary>
/// <remarks>A failure is not kept: the next call opens it again. Threads: every member may be called concurrently; one opens, the others wait.</remarks>
internal sealed class StoreOnDemand(ExternalStore source, ILoggerFactory loggers) : IVectorStore
{
    private readonly RunningCalls _calls = new(source.Name);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private volatile IVectorStore? _opened;
    private int _isClosing;

    public Task<IVectorCollection> CreateAsync(string name, VectorSpace space, CancellationToken cancellationToken = default) =>
        WithAsync(store => store.CreateAsync(name, space, cancellationToken), cancellationToken);

    public Task<IVectorCollection> OpenAsync(string nameOrAlias, VectorSpace? space = null, CancellationToken cancellationToken = default) =>
        WithAsync(store => store.OpenAsync(nameOrAlias, space, cancellationToken), cancellationToken);

    public Task<string?> ResolveAsync(string nameOrAlias, CancellationToken cancellationToken = default) =>
        WithAsync(store => store.ResolveAsync(nameOrAlias, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<CollectionInfo>> ListAsync(CancellationToken cancellationToken = default) =>
        WithAsync(store => store.ListAsync(cancellationToken), cancellationToken);

    public Task SetAliasAsync(string alias, string collection, CancellationToken cancellationToken = default) => WithAsync(async store =>
    {
        await store.SetAliasAsync(alias, collection, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    public Task DropAsync(string collection, CancellationToken cancellationToken = default) => WithAsync(async store =>
    {
        await store.DropAsync(collection, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _calls.CloseAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _isClosing, 1) != 0)
            return;
        if (_opened is { } store)
            await store.DisposeAsync().ConfigureAwait(false);
        _opening.Dispose();
    }

    private async Task<T> WithAsync<T>(Func<IVectorStore, Task<T>> work, CancellationToken cancellationToken)
    {
        using RunningCalls.Call running = _calls.Enter();
        return await work(_opened ?? await OpenAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task<IVectorStore> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _opened ??= await source.OpenAsync(loggers, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }
}

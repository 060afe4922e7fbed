using Hybrid.Indexing;
using Hybrid.Milvus.Client;
using Hybrid.Records;
using Microsoft.Extensions.Logging;

namespace Hybrid.Milvus;

/// <summary>How a store and its collections call the server: counted, so that closing can wait, and with the server's failures as those of a store.</summary>
internal sealed class StoreCalls(MilvusClient client, ILogger logger)
{
    private readonly RunningCalls _running = new(nameof(MilvusVectorStore));

    public MilvusClient Client { get; } = client;

    /// <summary>"milvus localhost:19530/shop".</summary>
    public string Store { get; } = $"milvus {client.Options}";

    public Task CloseAsync() => _running.CloseAsync();

    public RunningCalls.Call Enter() => _running.Enter();

    /// <summary>One call of a store's user.</summary>
    /// <param name="collection">Where it is of one: what to bring back into the server's memory when it is not there, and what is gone when it is gone.</param>
    /// <exception cref="VectorStoreException">The server failed, or has no such collection.</exception>
    public async Task<T> RunAsync<T>(string operation, Loaded? collection, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        using RunningCalls.Call running = _running.Enter();
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (MilvusException e) when (e.Kind == MilvusErrorKind.NotLoaded && collection is { } released)
            {
                // After a restart some servers have nothing in memory until they are told to.
                logger.LogInformation("{Collection} is not in the memory of {Store}; it is loaded.", released.Name, Store);
                await Client.LoadAsync(released.Physical, released.Replicas, cancellationToken: cancellationToken).ConfigureAwait(false);
                return await work().ConfigureAwait(false);
            }
        }
        catch (MilvusException e) when (e.Kind == MilvusErrorKind.CollectionNotFound && collection is { } gone)
        {
            throw Gone(operation, gone.Name, e);
        }
        catch (MilvusException e)
        {
            throw Failure(operation, e.Code == 0 ? e.Reason : $"{e.Reason} (code {e.Code})", e.IsTransient, e);
        }
    }

    public Task RunAsync(string operation, Loaded? collection, Func<Task> work, CancellationToken cancellationToken) => RunAsync(operation, collection,
        async () =>
    {
        await work().ConfigureAwait(false);
        return true;
    }, cancellationToken);

    public VectorStoreException Gone(string operation, string name, Exception? cause = null) =>
        new(Store, operation, $"{name} has been dropped. Open the alias again, or index the items into a new collection.", isTransient: false,
            cause)
        { IsGone = true };

    public VectorStoreException Failure(string operation, string reason, bool isTransient = false, Exception? cause = null) =>
        new(Store, operation, reason, isTransient, cause);

    /// <summary>A collection that calls are of.</summary>
    internal sealed record Loaded(string Name, string Physical, int Replicas);
}

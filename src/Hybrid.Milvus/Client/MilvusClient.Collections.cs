using Google.Protobuf;
using Hybrid.Milvus.Client.Wire;
using KeyValuePair = Hybrid.Milvus.Client.Wire.KeyValuePair;

namespace Hybrid.Milvus.Client;

public sealed partial class MilvusClient
{
    // Asked again after a twentieth of the time waited so far, so that a wait of minutes is no load.
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(50), LongestPoll = TimeSpan.FromSeconds(2),
        LongestRefresh = TimeSpan.FromSeconds(30);

    /// <summary>Smaller segments get none, unless the server is told otherwise.</summary>
    private const int RowsWorthAnIndex = 1024;

    /// <exception cref="MilvusException">Likewise where there is one of that name.</exception>
    public Task CreateCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var wire = new Wire.CollectionSchema { Name = schema.Name, EnableDynamicField = schema.HasDynamicField };
        wire.Fields.AddRange(schema.Fields.Select(field => field.ToWire()));
        var request = new CreateCollectionRequest
        {
            CollectionName = schema.Name,
            Schema = wire.ToByteString(),
            ShardsNum = schema.Shards,
            ConsistencyLevel = (Wire.ConsistencyLevel)schema.Consistency,
        };
        request.Properties.AddRange(Pairs(schema.Properties));
        return CallAsync(RemoteCalls.CreateCollection, request, schema.Name, cancellationToken);
    }

    /// <param name="collection">A collection's name or an alias.</param>
    public async Task<CollectionDescription> DescribeCollectionAsync(string collection, CancellationToken cancellationToken = default)
    {
        DescribeCollectionResponse found = await CallAsync(
            RemoteCalls.DescribeCollection, new DescribeCollectionRequest { CollectionName = collection }, collection, cancellationToken).ConfigureAwait(false);
        // Older servers repeat the name that was asked for, an alias too, and have the collection's own in the schema.
        string name = found.Schema.Name.Length > 0 ? found.Schema.Name : found.CollectionName;
        return new CollectionDescription(name, [.. found.Schema.Fields.Where(f => !f.IsDynamic).Select(FieldSchema.Of)],
            found.Properties.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal))
        {
            HasDynamicField = found.Schema.EnableDynamicField,
            Shards = found.ShardsNum,
            Id = found.CollectionID,
        };
    }

    /// <param name="collection">A collection's name or an alias.</param>
    public async Task<bool> HasCollectionAsync(string collection, CancellationToken cancellationToken = default) => (await CallAsync(
        RemoteCalls.HasCollection, new HasCollectionRequest { CollectionName = collection }, collection, cancellationToken).ConfigureAwait(false)).Value;

    /// <summary>The names of all collections of the database, without aliases, in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default)
    {
        ShowCollectionsResponse found = await CallAsync(RemoteCalls.ShowCollections, new ShowCollectionsRequest(), null,
            cancellationToken).ConfigureAwait(false);
        return [.. found.CollectionNames.Order(StringComparer.Ordinal)];
    }

    public Task RenameCollectionAsync(string collection, string name, CancellationToken cancellationToken = default) =>
        CallAsync(RemoteCalls.RenameCollection, new RenameCollectionRequest { OldName = collection, NewName = name }, collection, cancellationToken);

    /// <summary>Removes a collection and its rows for good; one that is not there is ignored. Drop its aliases first: some servers leave them
    /// dangling.</summary>
    public Task DropCollectionAsync(string collection, CancellationToken cancellationToken = default)
    {
        _writes.Forget(collection);
        return CallAsync(RemoteCalls.DropCollection, new DropCollectionRequest { CollectionName = collection }, collection, cancellationToken);
    }

    /// <summary>Sets these properties; the others stay.</summary>
    public Task SetPropertiesAsync(string collection, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var request = new AlterCollectionRequest { CollectionName = collection };
        request.Properties.AddRange(Pairs(properties));
        return CallAsync(RemoteCalls.AlterCollection, request, collection, cancellationToken);
    }

    /// <summary>Brings a collection into the server's memory, so that it can be searched; does nothing where it is there.</summary>
    /// <param name="replicas">Copies in memory, each on a node of its own.</param>
    /// <param name="progress">Told percents.</param>
    /// <exception cref="MilvusException">Likewise where it has no index, on servers that want one, and where it takes longer than
    /// <see cref="MilvusClientOptions.LongTimeout"/>.</exception>
    public async Task LoadAsync(string collection, int replicas = 1, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var request = new LoadCollectionRequest { CollectionName = collection, ReplicaNumber = replicas };
        await CallAsync(RemoteCalls.LoadCollection, request, collection, cancellationToken).ConfigureAwait(false);
        await WaitAsync("load", collection, async () =>
        {
            GetLoadingProgressResponse state = await ProgressOfAsync(collection, cancellationToken).ConfigureAwait(false);
            progress?.Report((int)state.Progress);
            return state.Progress >= 100;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a collection that is in memory take up what was flushed and indexed since, and waits for it: until then Milvus searches those rows with a
    /// stopgap index, whose probes are its own.</summary>
    /// <remarks>Does nothing on a server that knows no such thing. Waits half a minute at most, since rows that are written again meanwhile leave what was
    /// flushed; a server needs 10 s where it is busy.</remarks>
    /// <param name="rows">How many there are that were flushed.</param>
    public async Task RefreshAsync(string collection, long rows, CancellationToken cancellationToken = default)
    {
        if ((await ProgressOfAsync(collection, cancellationToken).ConfigureAwait(false)).RefreshProgress == 0)
            return;   // of one that knows it, 100 at rest
        await CallAsync(RemoteCalls.LoadCollection, new LoadCollectionRequest { CollectionName = collection, Refresh = true }, collection, cancellationToken)
            .ConfigureAwait(false);
        await WaitAsync("refresh", collection, async () =>
            (await ProgressOfAsync(collection, cancellationToken).ConfigureAwait(false)).RefreshProgress >= 100, cancellationToken).ConfigureAwait(false);
        long started = TimeProvider.System.GetTimestamp();
        await WaitAsync("refresh", collection, async () =>
            await IsSearchedByIndexAsync(collection, rows, cancellationToken).ConfigureAwait(false)
            || TimeProvider.System.GetElapsedTime(started) > LongestRefresh, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether so many rows are searched in the segments that were flushed, and by these segments' own indexes.</summary>
    /// <remarks>A busy server says 100 of a refresh that it has yet to make, lists a flushed segment while it still searches the one that grew, and takes one
    /// into memory before its index.</remarks>
    private async Task<bool> IsSearchedByIndexAsync(string collection, long rows, CancellationToken cancellationToken)
    {
        var flushed = new QueryRequest(collection) { OutputFields = [CountField], Consistency = ConsistencyLevel.Strong, IgnoresGrowing = true };
        if (await CountAsync(flushed, cancellationToken).ConfigureAwait(false) < rows)
            return false;
        try
        {
            GetQuerySegmentInfoResponse searched = await CallAsync(RemoteCalls.GetQuerySegmentInfo,
                new GetQuerySegmentInfoRequest { CollectionName = collection }, collection, cancellationToken).ConfigureAwait(false);
            return searched.Infos.All(segment => segment.IndexName.Length > 0 || segment.NumRows < RowsWorthAnIndex);
        }
        catch (MilvusException e) when (e.Kind is MilvusErrorKind.Unsupported or MilvusErrorKind.PermissionDenied)
        {
            return true;   // a hosted server need not tell how it keeps its rows
        }
    }

    /// <summary>Lets a collection go from the server's memory.</summary>
    public Task ReleaseAsync(string collection, CancellationToken cancellationToken = default) =>
        CallAsync(RemoteCalls.ReleaseCollection, new ReleaseCollectionRequest { CollectionName = collection }, collection, cancellationToken);

    /// <summary>Whether a collection is in the server's memory as a whole.</summary>
    public async Task<bool> IsLoadedAsync(string collection, CancellationToken cancellationToken = default)
    {
        GetLoadStateResponse state = await CallAsync(
            RemoteCalls.GetLoadState, new GetLoadStateRequest { CollectionName = collection }, collection, cancellationToken).ConfigureAwait(false);
        return state.State == LoadState.Loaded;
    }

    private Task<GetLoadingProgressResponse> ProgressOfAsync(string collection, CancellationToken cancellationToken) => CallAsync(
        RemoteCalls.GetLoadingProgress, new GetLoadingProgressRequest { CollectionName = collection }, collection, cancellationToken);

    private static IEnumerable<KeyValuePair> Pairs(IReadOnlyDictionary<string, string> values) =>
        values.Select(value => new KeyValuePair { Key = value.Key, Value = value.Value });

    private async Task WaitAsync(string operation, string collection, Func<Task<bool>> isDone, CancellationToken cancellationToken)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (!await isDone().ConfigureAwait(false))
        {
            TimeSpan waited = TimeProvider.System.GetElapsedTime(started);
            if (waited > Options.LongTimeout)
            {
                throw new MilvusException(_place, $"{operation} {collection}", $"it was not done after {Options.LongTimeout.TotalSeconds:0} s",
                    MilvusErrorKind.TimedOut);
            }
            TimeSpan poll = waited / 20;
            await Task.Delay(poll < ShortestPoll ? ShortestPoll : poll > LongestPoll ? LongestPoll : poll, cancellationToken).ConfigureAwait(false);
        }
    }
}

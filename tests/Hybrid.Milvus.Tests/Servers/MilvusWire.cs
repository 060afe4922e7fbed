using Grpc.Core;
using Grpc.Net.Client;
using Hybrid.Milvus.Client.Wire;
using Status = Hybrid.Milvus.Client.Wire.Status;

namespace Hybrid.Milvus.Tests.Servers;

/// <summary>The bare messages that the tests' servers are asked with. Not Hybrid's client, so that no mistake in it can hide a server or its remains.</summary>
internal sealed class MilvusWire : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // A loaded machine takes longer for a database or a collection than for a word about its health.
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(60);

    // Not in our .proto, because Hybrid does not call it; milvus-lite does not have it, every Milvus has.
    private static readonly Method<byte[], byte[]> AllocTimestamp = new(MethodType.Unary, "milvus.proto.milvus.MilvusService", "AllocTimestamp",
        Marshallers.Create(bytes => bytes, bytes => bytes), Marshallers.Create(bytes => bytes, bytes => bytes));

    private readonly GrpcChannel _channel;

    public MilvusWire(Uri endpoint)
    {
        // Else the channel says "unavailable" without asking for 3 to 5 s after a server came back.
        _channel = GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions
        {
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
            MaxReconnectBackoff = TimeSpan.FromMilliseconds(500),
        });
        Service = new MilvusService.MilvusServiceClient(_channel);
    }

    public MilvusService.MilvusServiceClient Service { get; }

    public void Dispose() => _channel.Dispose();

    /// <summary>Whether the server answers that it is healthy, or, where it wants a password first, at all.</summary>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await Service.CheckHealthAsync(new CheckHealthRequest(), Call(Patience, cancellationToken))).IsHealthy;
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            return e.StatusCode == StatusCode.Unauthenticated;
        }
    }

    public async Task<bool> BecomesHealthyAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        long started = TimeProvider.System.GetTimestamp();
        using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        do
        {
            if (await IsHealthyAsync(cancellationToken))
                return true;
        }
        while (TimeProvider.System.GetElapsedTime(started) < within && await interval.WaitForNextTickAsync(cancellationToken));
        return false;
    }

    /// <summary>By what it can do: Milvus 2.3.5 calls itself "v2.3.5-lite".</summary>
    public async Task<MilvusEngine> EngineAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _channel.CreateCallInvoker().AsyncUnaryCall(AllocTimestamp, null, Call(LongPatience, cancellationToken), []);
            return MilvusEngine.Standalone;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            return MilvusEngine.Lite;
        }
    }

    public async Task CreateDatabaseAsync(string name, CancellationToken cancellationToken) =>
        Expect(await Service.CreateDatabaseAsync(new CreateDatabaseRequest { DbName = name }, Call(LongPatience, cancellationToken)),
            $"create database {name}");

    public async Task<IReadOnlyList<string>> DatabasesAsync(CancellationToken cancellationToken)
    {
        ListDatabasesResponse answer = await Service.ListDatabasesAsync(new ListDatabasesRequest(), Call(LongPatience, cancellationToken));
        Expect(answer.Status, "list databases");
        return answer.DbNames;
    }

    /// <summary>Drops it with its aliases and collections: Milvus drops no database that has collections, and 2.3.5 keeps the aliases of dropped
    /// ones.</summary>
    public async Task DropDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        CallOptions here = Call(LongPatience, cancellationToken).WithHeaders(new Metadata { { "dbname", name } });
        ShowCollectionsResponse shown = await Service.ShowCollectionsAsync(new ShowCollectionsRequest(), here);
        Expect(shown.Status, $"list collections of {name}");
        foreach (string collection in shown.CollectionNames)
        {
            DescribeCollectionResponse described = await Service.DescribeCollectionAsync(new DescribeCollectionRequest { CollectionName = collection }, here);
            Expect(described.Status, $"describe {name}/{collection}");
            foreach (string alias in described.Aliases)
                Expect(await Service.DropAliasAsync(new DropAliasRequest { DbName = name, Alias = alias }, here), $"drop alias {name}/{alias}");
            Expect(await Service.DropCollectionAsync(new DropCollectionRequest { CollectionName = collection }, here), $"drop {name}/{collection}");
        }
        Expect(await Service.DropDatabaseAsync(new DropDatabaseRequest { DbName = name }, Call(LongPatience, cancellationToken)), $"drop database {name}");
    }

    private static CallOptions Call(TimeSpan patience, CancellationToken cancellationToken) =>
        new(deadline: (TimeProvider.System.GetUtcNow() + patience).UtcDateTime, cancellationToken: cancellationToken);

    private static void Expect(Status status, string operation)
    {
        if (status.Code != 0 || status.ErrorCode != 0)
            throw new InvalidOperationException($"{operation}: {status.Reason} (code {status.Code}, error_code {status.ErrorCode})");
    }
}

using Hybrid.Milvus.Client;

namespace Hybrid.Milvus.Tests.Servers;

/// <summary>An empty database of one test, dropped with its aliases and collections when the test disposes it.</summary>
/// <remarks>A server has at most 64 at a time (Milvus' default), so a test keeps none longer than it needs it.</remarks>
public sealed class MilvusDatabase : IAsyncDisposable
{
    private readonly MilvusWire _wire;

    internal MilvusDatabase(Uri endpoint, MilvusEngine engine, string name, MilvusWire wire) =>
        (Options, Engine, _wire) = (new MilvusClientOptions { Endpoint = endpoint, Database = name }, engine, wire);

    /// <summary>What a client of this database is made with.</summary>
    public MilvusClientOptions Options { get; }

    public MilvusEngine Engine { get; }

    /// <summary>"http://127.0.0.1:port", the server's.</summary>
    public Uri Endpoint => Options.Endpoint;

    public string Name => Options.Database!;   // set in the constructor

    public ValueTask DisposeAsync() => new(_wire.DropDatabaseAsync(Name, CancellationToken.None));
}

using Hybrid.Milvus.Client;
using Hybrid.Milvus.Client.Wire;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests;

/// <summary>That the servers of the tests are what the other tests take them for.</summary>
public sealed class MilvusServerTests(MilvusServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_says_its_version_and_is_found_to_be_what_was_asked_for()
    {
        MilvusWire wire = await server.WireAsync();
        GetVersionResponse version = await wire.Service.GetVersionAsync(new GetVersionRequest(), cancellationToken: Token);
        Assert.NotEmpty(version.Version);
        Assert.Equal(version.Version.StartsWith("milvus_lite", StringComparison.Ordinal) ? MilvusEngine.Lite : MilvusEngine.Standalone,
            await server.EngineAsync());
        if (Environment.GetEnvironmentVariable("MILVUS_ENGINE") is { Length: > 0 } asked)
            Assert.Equal(asked, (await server.EngineAsync()).ToString(), ignoreCase: true);
    }

    [Fact]
    public async Task Every_test_gets_an_empty_database_of_its_own_and_leaves_none()
    {
        MilvusWire wire = await server.WireAsync();
        string name;
        await using (MilvusDatabase database = await server.NewDatabaseAsync())
        await using (MilvusDatabase other = await server.NewDatabaseAsync())
        {
            name = database.Name;
            Assert.NotEqual(name, other.Name);
            Assert.Contains(name, await wire.DatabasesAsync(Token));
            using var client = new MilvusClient(database.Options);
            await ToyCollection.CreateAsync(client);
            await client.CreateAliasAsync("shop", ToyCollection.Name, Token);
            using var neighbor = new MilvusClient(other.Options);
            Assert.Empty(await neighbor.ListCollectionsAsync(Token));
        }
        Assert.DoesNotContain(name, await wire.DatabasesAsync(Token));
    }
}

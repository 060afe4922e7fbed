using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests;

/// <summary>That a server works at all, in the least time: what a new container, image or cluster is looked at with.</summary>
public sealed class MilvusSmokeTests(MilvusServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collection_is_made_filled_searched_and_dropped()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options);
        Assert.Empty(await client.CheckHealthAsync(Token));
        await ToyCollection.CreateAsync(client);
        await ToyCollection.UpsertAsync(client, ("train", 0), ("puzzle", 90), ("book", 180));
        await client.CreateAliasAsync("shop", ToyCollection.Name, Token);
        Assert.Equal(["puzzle", "train"], await ToyCollection.NearestAsync(client, 60, count: 2));
        await client.DropAliasAsync("shop", Token);
        await client.DropCollectionAsync(ToyCollection.Name, Token);
        Assert.Empty(await client.ListCollectionsAsync(Token));
    }
}

using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests.Client;

/// <summary>What each server says of the same mistakes, as the one kind of failure that callers act on.</summary>
public sealed class MilvusFailureTests(MilvusServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Code, older code and words as the two servers sent them (lite 3.2.2, Milvus 2.3.5).</summary>
    [Theory]
    [InlineData(100, 4, "collection 'absent' does not exist", MilvusErrorKind.CollectionNotFound)]
    [InlineData(100, 4, "collection not found[database=default][collection=absent]", MilvusErrorKind.CollectionNotFound)]
    [InlineData(100, 4, "alias 'al_absent' does not exist", MilvusErrorKind.AliasNotFound)]
    [InlineData(1600, 1, "alias not found[database=default][alias=al_absent]", MilvusErrorKind.AliasNotFound)]
    [InlineData(101, 101, "Collection 'sc_main' is in state 'released'; call load() before search/get/query", MilvusErrorKind.NotLoaded)]
    [InlineData(101, 1, "failed to search: collection not loaded[collection=470650295580365634]", MilvusErrorKind.NotLoaded)]
    [InlineData(700, 25, "index not found[collection=sc_main]", MilvusErrorKind.IndexNotFound)]
    [InlineData(800, 1, "database not found[database=absent_db]", MilvusErrorKind.DatabaseNotFound)]
    [InlineData(1, 0, "database 'absent_db' does not exist", MilvusErrorKind.DatabaseNotFound)]
    [InlineData(8, 49, "request is rejected by grpc RateLimiter middleware, please retry later", MilvusErrorKind.RateLimited)]
    [InlineData(9, 48, "memory quota exceeded", MilvusErrorKind.QuotaExceeded)]
    [InlineData(1, 1, "collection 'sc_main' already exists", MilvusErrorKind.AlreadyExists)]
    [InlineData(1, 1, "alias 'sc_main' conflicts with an existing collection", MilvusErrorKind.AlreadyExists)]
    [InlineData(35, 35, "index already exists for field 'embedding'; call drop_index first", MilvusErrorKind.AlreadyExists)]
    [InlineData(1601, 1, "alias and collection name conflict[database=default][alias=sc_main]", MilvusErrorKind.AlreadyExists)]
    [InlineData(65535, 1, "create duplicate collection with different parameters, collection: sc_main", MilvusErrorKind.AlreadyExists)]
    [InlineData(65535, 1, "duplicated new collection name default:sc_main with other collection name or alias", MilvusErrorKind.AlreadyExists)]
    [InlineData(6, 6, "vector field 'embedding' expected dim 384, got 8", MilvusErrorKind.InvalidRequest)]
    [InlineData(1100, 5, "the length (101) of 0th string exceeds max length (100)", MilvusErrorKind.InvalidRequest)]
    [InlineData(65535, 1, "the length(8) of float data should divide the dim(384)", MilvusErrorKind.InvalidRequest)]
    [InlineData(65535, 1, "cannot parse expression: price <<< 1, error: line 1:8 extraneous input", MilvusErrorKind.InvalidRequest)]
    [InlineData(65535, 1, "value 'NaN' is not a number or infinity", MilvusErrorKind.InvalidRequest)]
    [InlineData(65535, 1, "session not found->datanode-2: node not found[node=2]: unrecoverable error", MilvusErrorKind.NotReady)]
    [InlineData(65535, 1, "rpc error: code = Unknown desc = node not match[expectedNodeID=2][actualNodeID=3]", MilvusErrorKind.NotReady)]
    [InlineData(65535, 1, "proxy TaskCondition context Done", MilvusErrorKind.TimedOut)]
    [InlineData(1, 0, "", MilvusErrorKind.Other)]
    public void An_answer_is_of_one_kind_whichever_server_gave_it(int code, int errorCode, string reason, MilvusErrorKind kind) =>
        Assert.Equal(kind, Failures.KindOf(code, errorCode, reason));

    [Fact]
    public async Task Both_servers_mistakes_come_as_the_same_kinds()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options);
        await ToyCollection.CreateAsync(client);
        await client.CreateAliasAsync("shop", ToyCollection.Name, Token);
        using var elsewhere = new MilvusClient(database.Options with { Database = "absent_db" });
        var toys = new SearchRequest(ToyCollection.Name, new float[] { 1, 0 }, 2, 2);

        (string What, Func<Task> Do, MilvusErrorKind Kind)[] mistakes =
        [
            ("search what is absent", () => client.SearchAsync(toys with { Collection = "absent" }, Token), MilvusErrorKind.CollectionNotFound),
            ("query what is absent", () => client.CountAsync("absent", cancellationToken: Token), MilvusErrorKind.CollectionNotFound),
            ("describe what is absent", () => client.DescribeCollectionAsync("absent", Token), MilvusErrorKind.CollectionNotFound),
            ("write to what is absent", () => client.UpsertAsync(ToyCollection.Rows(("train", 0)) with { Collection = "absent" }, Token),
                MilvusErrorKind.CollectionNotFound),
            ("move an absent alias", () => client.AlterAliasAsync("absent_alias", ToyCollection.Name, Token), MilvusErrorKind.AliasNotFound),
            ("an alias named like a collection", () => client.CreateAliasAsync(ToyCollection.Name, ToyCollection.Name, Token), MilvusErrorKind.AlreadyExists),
            ("a name that is taken", () => client.CreateCollectionAsync(new CollectionSchema(ToyCollection.Name,
                [new FieldSchema("id", FieldType.Int64) { IsKey = true }, new FieldSchema("v", FieldType.FloatVector) { Dimension = 3 }]), Token),
                    MilvusErrorKind.AlreadyExists),
            ("an absent database", () => elsewhere.ListCollectionsAsync(Token), MilvusErrorKind.DatabaseNotFound),
            ("an expression that is none", () => client.SearchAsync(toys with { Filter = "id <<< 1" }, Token), MilvusErrorKind.InvalidRequest),
            ("a vector of another dimension", () => client.UpsertAsync(new WriteRequest(ToyCollection.Name,
                [new TextColumn("id", ["x"]), new VectorColumn("embedding", 3, new float[3])]), Token), MilvusErrorKind.InvalidRequest),
            ("a key that is too long", () => client.UpsertAsync(ToyCollection.Rows((new string('x', 101), 0)), Token), MilvusErrorKind.InvalidRequest),
        ];
        foreach ((string what, Func<Task> mistake, MilvusErrorKind kind) in mistakes)
        {
            MilvusException e = await Assert.ThrowsAsync<MilvusException>(mistake);
            Assert.True(e.Kind == kind, $"{what}: {e.Kind}, not {kind}: {e.Message}");
            Assert.False(e.IsTransient, what);
        }
        Assert.Null(await client.DescribeAliasAsync("absent_alias", Token));
        await client.DropCollectionAsync("absent", Token);
        await client.DropAliasAsync("absent_alias", Token);
    }

    [Fact]
    public async Task A_collection_that_nobody_loaded_is_said_at_once_to_be_loaded_first_also_by_its_alias()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options with { Timeout = TimeSpan.FromMinutes(2) });
        await ToyCollection.CreateAsync(client);
        await client.CreateAliasAsync("shop", ToyCollection.Name, Token);
        await client.ReleaseAsync(ToyCollection.Name, Token);
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (string name in (string[])[ToyCollection.Name, "shop"])
        {
            MilvusException search = await Assert.ThrowsAsync<MilvusException>(() => client.SearchAsync(new SearchRequest(name, new float[] { 1, 0 }, 2,
                2), Token));
            MilvusException query = await Assert.ThrowsAsync<MilvusException>(() => client.QueryAsync(new QueryRequest(name) { Filter = "id != \"\"" }, Token));
            foreach (MilvusException e in (MilvusException[])[search, query])
            {
                Assert.Equal(MilvusErrorKind.NotLoaded, e.Kind);
                Assert.EndsWith("Load it first (code 101).", e.Message, StringComparison.Ordinal);
            }
        }
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        await client.LoadAsync(ToyCollection.Name, cancellationToken: Token);
        Assert.Equal(0, await client.CountAsync("shop", cancellationToken: Token));
    }
}

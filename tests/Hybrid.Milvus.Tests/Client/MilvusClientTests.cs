using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests.Client;

/// <summary>What the client does on a real server.</summary>
public sealed class MilvusClientTests(MilvusServer server)
{
    private const string Name = "things";

    private static readonly Dictionary<string, int> None = [], Cells = new() { ["nlist"] = 16 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_type_of_field_comes_back_as_it_was_written()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options);
        await client.CreateCollectionAsync(new CollectionSchema(Name,
        [
            new FieldSchema("id", FieldType.VarChar) { IsKey = true, MaxLength = 100 },
            new FieldSchema("count", FieldType.Int64), new FieldSchema("price", FieldType.Double), new FieldSchema("ready", FieldType.Bool),
            new FieldSchema("more", FieldType.Json), new FieldSchema("tags", FieldType.Array) { MaxCapacity = 10, MaxLength = 50 },
            new FieldSchema("v", FieldType.FloatVector) { Dimension = 2 },
        ])
        {
            HasDynamicField = true,
            Properties = new Dictionary<string, string> { ["space"] = "a \"quoted\" space" },
        }, Token);
        await client.CreateIndexAsync(new IndexRequest(Name, "v", "FLAT") { Metric = "COSINE" }, Token);
        await client.LoadAsync(Name, cancellationToken: Token);
        string[] ids = ["a \"b\"", @"back\slash", "é中文🦊"];
        await client.UpsertAsync(new WriteRequest(Name,
        [
            new TextColumn("id", ids), new Int64Column("count", [long.MinValue, 0, long.MaxValue]), new DoubleColumn("price", [-0.5, 1e300, 3]),
            new BoolColumn("ready", [true, false, true]), new JsonColumn("more", [.. Utf8("{\"x\":1}", "{}", "{\"y\":[1,2]}")]),
            new TextListColumn("tags", [["one", "two"], [], ["drei"]]), new VectorColumn("v", 2, new float[] { 1, 0, 0, 1, .5f, -.5f }),
            new JsonColumn(JsonColumn.DynamicName, [.. Utf8("{\"color\":\"red\"}", "{}", "{}")]),
        ]), Token);

        RowSet rows = await client.QueryAsync(new QueryRequest(Name)
        {
            Filter = "count <= 9223372036854775807",
            OutputFields = ["id", "count", "price", "ready", "more", "tags", "v", "color"],
            Consistency = ConsistencyLevel.Session,
        }, Token);
        Assert.Equal(3, rows.Count);
        IReadOnlyList<string> keys = rows.Column<TextColumn>("id").Values;
        Assert.Equal(ids.Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
        int[] at = [.. ids.Select(id => keys.ToList().IndexOf(id))];
        Assert.Equal([long.MinValue, 0, long.MaxValue], at.Select(i => rows.Column<Int64Column>("count").Values[i]));
        Assert.Equal([-0.5, 1e300, 3], at.Select(i => rows.Column<DoubleColumn>("price").Values[i]));
        Assert.Equal([true, false, true], at.Select(i => rows.Column<BoolColumn>("ready").Values[i]));
        Assert.Equal([["one", "two"], [], ["drei"]], at.Select(i => rows.Column<TextListColumn>("tags").Values[i]));
        Assert.Equal([.5f, -.5f], rows.Column<VectorColumn>("v")[at[2]].ToArray());
        Assert.Contains("red", System.Text.Encoding.UTF8.GetString(rows.Column<JsonColumn>(JsonColumn.DynamicName).Values[at[0]].Span),
            StringComparison.Ordinal);
        using var more = System.Text.Json.JsonDocument.Parse(rows.Column<JsonColumn>("more").Values[at[2]]);
        Assert.Equal(2, more.RootElement.GetProperty("y").GetArrayLength());

        CollectionDescription found = await client.DescribeCollectionAsync(Name, Token);
        Assert.Equal("a \"quoted\" space", found.Properties["space"]);
        Assert.True(found.HasDynamicField);
        Assert.Equal(["id", "count", "price", "ready", "more", "tags", "v"], found.Fields.Select(f => f.Name));
        await client.SetPropertiesAsync(Name, new Dictionary<string, string> { ["probes"] = "64" }, Token);
        CollectionDescription changed = await client.DescribeCollectionAsync(Name, Token);
        Assert.Equal("64", changed.Properties["probes"]);
        Assert.Equal("a \"quoted\" space", changed.Properties["space"]);
        Assert.Equal(ids.Length - 1, (await client.GetAsync(Name, "id", ids[1..], ["id"], ConsistencyLevel.Session, Token)).Sum(r => r.Count));
    }

    [Theory]
    [InlineData("FLAT")]
    [InlineData("IVF_FLAT")]
    [InlineData("HNSW")]
    [InlineData("AUTOINDEX")]
    public async Task An_index_of_each_type_is_made_found_and_dropped(string type)
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options);
        await CreateAsync(client, FieldType.VarChar);
        Dictionary<string, int> parameters = type switch
        {
            "IVF_FLAT" => new() { ["nlist"] = 16 },
            "HNSW" => new() { ["M"] = 16, ["efConstruction"] = 100 },
            _ => [],
        };
        await client.CreateIndexAsync(new IndexRequest(Name, "v", type) { Metric = "COSINE", Parameters = parameters }, Token);
        await client.UpsertAsync(Rows(0, 500, FieldType.VarChar), Token);
        await client.FlushAsync(Name, Token);
        await client.WaitForIndexAsync(Name, "v", cancellationToken: Token);
        await client.LoadAsync(Name, cancellationToken: Token);
        IndexInfo index = Assert.Single(await client.DescribeIndexesAsync(Name, Token));
        Assert.Equal("v", index.Field);
        if (type != "AUTOINDEX")
            Assert.Equal(type, index.Type);
        if (type == "IVF_FLAT")
            Assert.Equal("16", index.Parameters["nlist"]);
        SearchHits hits = await client.SearchAsync(new SearchRequest(Name, VectorOf(7), 4, 3)
        {
            Probes = type == "IVF_FLAT" ? 16 : null,
            Ef = type == "HNSW" ? 100 : null,
            Consistency = ConsistencyLevel.Strong,
        }, Token);
        Assert.Equal(KeyOf(7), ((TextColumn)hits.Keys).Values[0]);
        await client.ReleaseAsync(Name, Token);
        Assert.False(await client.IsLoadedAsync(Name, Token));
        await client.DropIndexAsync(Name, "v", cancellationToken: Token);
        Assert.Empty(await client.DescribeIndexesAsync(Name, Token));
    }

    [Fact]
    public async Task A_scalar_index_is_made_where_the_server_has_it_for_the_type_and_refused_with_words_elsewhere()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options);
        await CreateAsync(client, FieldType.VarChar);
        var inverted = new IndexRequest(Name, "id", "INVERTED");
        if (database.Engine == MilvusEngine.Lite)
        {
            await client.CreateIndexAsync(inverted, Token);
            return;
        }
        try
        {
            await client.CreateIndexAsync(inverted, Token);
        }
        catch (MilvusException e) when (e.Message.Contains("expected=Trie", StringComparison.Ordinal))
        {
            // 2.3 has Trie in its place.
            Assert.Equal(MilvusErrorKind.InvalidRequest, e.Kind);
            await client.CreateIndexAsync(inverted with { Type = "Trie" }, Token);
        }
    }

    [Fact]
    public async Task A_collection_and_its_rows_go_by_the_new_name()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options);
        await ToyCollection.CreateAsync(client);
        await client.RenameCollectionAsync(ToyCollection.Name, "games", Token);
        Assert.Equal(["games"], await client.ListCollectionsAsync(Token));
        Assert.False(await client.HasCollectionAsync(ToyCollection.Name, Token));
    }

    [Theory]
    [InlineData(FieldType.VarChar)]
    [InlineData(FieldType.Int64)]
    public async Task All_rows_come_page_after_page_by_key_each_once(FieldType keys)
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options);
        FieldSchema key = await CreateAsync(client, keys);
        await client.CreateIndexAsync(new IndexRequest(Name, "v", "FLAT") { Metric = "COSINE" }, Token);
        await client.LoadAsync(Name, cancellationToken: Token);
        await client.UpsertAsync(Rows(0, 350, keys), Token);
        var query = new QueryRequest(Name) { OutputFields = [key.Name], Consistency = ConsistencyLevel.Session };

        List<object> found = [];
        int pages = 0;
        await foreach (RowSet page in client.QueryPagesAsync(query, key, pageRows: 100, cancellationToken: Token))
        {
            pages++;
            found.AddRange(keys == FieldType.VarChar ? page.Column<TextColumn>(key.Name).Values : page.Column<Int64Column>(key.Name).Values.Cast<object>());
        }
        Assert.InRange(pages, 2, 20);
        Assert.Equal(350, found.Distinct().Count());
        Assert.Equal(350, found.Count);

        int behind = 0;
        object after = keys == FieldType.VarChar ? KeyOf(300) : 300L;
        await foreach (RowSet page in client.QueryPagesAsync(query, key, after, 20, Token))
            behind += page.Count;
        Assert.Equal(keys == FieldType.VarChar ? Enumerable.Range(0, 350).Count(i => Utf8Compare(KeyOf(i), KeyOf(300)) > 0) : 49, behind);
    }

    [Theory]
    [InlineData(FieldType.VarChar, "FLAT")]
    [InlineData(FieldType.Int64, "IVF_FLAT")]
    public async Task All_hits_come_page_after_page_the_best_first_each_once(FieldType keys, string index)
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options);
        FieldSchema key = await CreateAsync(client, keys);
        await client.UpsertAsync(Rows(0, 2000, keys), Token);   // a segment of fewer than 1,024 gets a stopgap for an index
        await client.FlushAsync(Name, Token);
        await client.CreateIndexAsync(
            new IndexRequest(Name, "v", index) { Metric = "COSINE", Parameters = index == "FLAT" ? None : Cells }, Token);
        await client.WaitForIndexAsync(Name, "v", cancellationToken: Token);
        await client.LoadAsync(Name, cancellationToken: Token);
        var search = new SearchRequest(Name, VectorOf(3), 4, 300)
        {
            Consistency = ConsistencyLevel.Strong,
            Probes = index == "FLAT" ? null : 16,
            Filter = keys == FieldType.VarChar ? "id != \"nobody\"" : "",
        };

        List<object> found = [];
        List<float> scores = [];
        await foreach (SearchHits page in client.SearchPagesAsync(search, key, Token))
        {
            Assert.InRange(page.Keys.Count, 1, 300);
            found.AddRange(page.Keys is TextColumn texts ? texts.Values : ((Int64Column)page.Keys).Values.Cast<object>());
            scores.AddRange(page.Scores.ToArray());
        }
        Assert.Equal(found.Count, found.Distinct().Count());
        Assert.Equal(2000, found.Count);
        if (index == "FLAT")
            Assert.Equal(scores.OrderDescending(), scores);
        Assert.Throws<ArgumentException>(() => client.SearchPagesAsync(search with { Offset = 1 }, key, Token));
    }

    [Fact]
    public async Task Counts_leave_out_what_was_deleted_and_deletes_by_key_ignore_what_is_absent()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options);
        await ToyCollection.CreateAsync(client);
        await ToyCollection.UpsertAsync(client, ("train", 0), ("puzzle", 90), ("\"quoted\\\"", 180));
        await client.DeleteAsync(ToyCollection.Name, "id", ["train", "absent", "\"quoted\\\""], Token);
        Assert.Equal(1, await client.CountAsync(ToyCollection.Name, consistency: ConsistencyLevel.Session, cancellationToken: Token));
    }

    internal static async Task<FieldSchema> CreateAsync(MilvusClient client, FieldType keys)
    {
        var key = new FieldSchema("id", keys) { IsKey = true, MaxLength = keys == FieldType.VarChar ? 100 : 0 };
        await client.CreateCollectionAsync(new CollectionSchema(Name, [key, new FieldSchema("v", FieldType.FloatVector) { Dimension = 4 }]), Token);
        return key;
    }

    private static WriteRequest Rows(int start, int count, FieldType keys) => new(Name,
    [
        keys == FieldType.VarChar ? new TextColumn("id", [.. Enumerable.Range(start, count).Select(KeyOf)])
            : new Int64Column("id", [.. Enumerable.Range(start, count).Select(i => (long)i)]),
        new VectorColumn("v", 4, Enumerable.Range(start, count).SelectMany(VectorOf).ToArray()),
    ]);

    // With whatever an expression might stumble over.
    private static string KeyOf(int i) => (i % 4) switch { 0 => $"a\"{i}", 1 => $"b\\{i}", 2 => $"é{i}🦊", _ => $"z'{i}" };

    private static float[] VectorOf(int i)
    {
        var random = new Random(i);
        return [random.NextSingle() - .5f, random.NextSingle() - .5f, random.NextSingle() - .5f, random.NextSingle() - .5f];
    }

    private static int Utf8Compare(string a, string b) =>
        System.Text.Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(b));

    private static IEnumerable<ReadOnlyMemory<byte>> Utf8(params string[] texts) =>
        texts.Select(text => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(text));
}

using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;
using Hybrid.Recommending;

namespace Hybrid.Milvus.Tests;

/// <summary>The Python program that Hybrid was modelled on, step for step, on the collection that it makes: an id and an embedding.</summary>
public sealed class SeedProgramTests(MilvusServer server)
{
    private static readonly Dictionary<string, string> Products = new()
    {
        ["P100"] = "无线蓝牙耳机 主动降噪 续航30小时",
        ["P203"] = "智能手机 5G 128GB存储 三摄系统",
        ["P501"] = "智能手表 健康监测 GPS 防水",
        ["P305"] = "平板电脑 10英寸 2K屏幕 8核处理器",
    };

    private static readonly Dictionary<string, int> Cells = new() { ["nlist"] = 128 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Four_products_are_indexed_searched_and_recommended_with_and_without_behavior()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using TextEncoder encoder = TextEncoder.Load(RepositoryFiles.Model("all-MiniLM-L6-v2"));
        string[] ids = [.. Products.Keys];
        float[] embeddings = [.. Products.Values.SelectMany(text => encoder.Encode(text, TextRole.Passage))];

        // connections.connect, CollectionSchema, Collection
        using var client = new MilvusClient(database.Options);
        await client.CreateCollectionAsync(new CollectionSchema("products",
        [
            new("id", FieldType.VarChar) { IsKey = true, MaxLength = 100 },
            new("embedding", FieldType.FloatVector) { Dimension = 384 },
        ]), Token);
        // create_index
        await client.CreateIndexAsync(new("products", "embedding", "IVF_FLAT") { Metric = "COSINE", Parameters = Cells }, Token);
        // insert, load
        WriteResult inserted = await client.InsertAsync(
            new WriteRequest("products", [new TextColumn("id", ids), new VectorColumn("embedding", 384, embeddings)]), Token);
        Assert.Equal(4, inserted.Rows);
        await client.LoadAsync("products", cancellationToken: Token);

        // search_similar_products('P100')
        SearchHits hits = await client.SearchAsync(new SearchRequest("products", embeddings.AsMemory(0, 384), 384, Count: 3)
        {
            Field = "embedding",
            Metric = "COSINE",
            Probes = 10,
            OutputFields = ["id"],
            Consistency = ConsistencyLevel.Session,
        }, Token);
        (string Id, double Score)[] nearest = [.. Products.Keys.Select((id, i) => (id, Cosine(embeddings, 0, i))).OrderByDescending(p => p.Item2).Take(3)];
        Assert.Equal("P100", nearest[0].Id);
        Assert.Equal(nearest.Select(p => p.Id), hits.Fields.Column<TextColumn>("id").Values);
        Assert.Equal(nearest.Select(p => p.Score), hits.Scores.ToArray().Select(score => (double)score), (a, b) => Math.Abs(a - b) < 1e-4);

        // HybridRecommender on that collection
        await using MilvusVectorStore store = await MilvusVectorStore.OpenAsync(new MilvusStoreOptions { Client = database.Options }, cancellationToken: Token);
        var template = new ItemTextTemplate("{title}");
        IVectorCollection collection = await store.OpenForeignAsync("products", "id", "embedding", encoder.SpaceFor(template), Token);
        Assert.Equal(4, await collection.CountAsync(Token));
        Item2VecModel behavior = Item2Vec.Train(
            ItemSequences.From([.. Enumerable.Range(0, 200).Select(i => (ItemId[])(i % 2 == 0 ? ["P203", "P305", "P203", "P305"] : ["P501", "P100",
                "P501", "P100"]))]),
            new Item2VecOptions { VectorSize = 16, MinCount = 1, Window = 1 }, cancellationToken: Token);
        var recommender = new HybridRecommender(encoder, collection, behavior, template: template);
        await recommender.WarmupCacheAsync(Products.Select(product => new Item(product.Key) { Title = product.Value }), Token);

        float[] asked = encoder.Encode("无线降噪耳机", TextRole.Query);
        IReadOnlyList<Recommendation> byText = await recommender.RecommendAsync("无线降噪耳机", 5, cancellationToken: Token);
        Assert.Equal(ids.OrderByDescending(id => Dot(asked, embeddings.AsSpan(Array.IndexOf(ids, id) * 384, 384))), byText.Select(r => r.Item.Id.Value));

        IReadOnlyList<Recommendation> byBehavior = await recommender.RecommendAsync("P100", 3, history: ["P203", "P305", "P203"], Token);
        Assert.Equal(["P203", "P305"], byBehavior.Take(2).Select(r => r.Item.Id.Value).Order(StringComparer.Ordinal));
        Assert.All(byBehavior, r => Assert.NotNull(r.BehaviorScore));
    }

    [Fact]
    public async Task A_collection_of_others_is_only_read_and_says_what_it_has()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options);
        await client.CreateCollectionAsync(new CollectionSchema("others",
            [new("key", FieldType.Int64) { IsKey = true }, new("v", FieldType.FloatVector) { Dimension = 2 }]), Token);
        await client.CreateIndexAsync(new("others", "v", "FLAT") { Metric = "L2" }, Token);
        await client.InsertAsync(new WriteRequest("others", [new Int64Column("key", [7, 10, -3]), new VectorColumn("v", 2, (float[])[1, 0, 0.6f, 0.8f, -1,
            0])]), Token);
        await client.LoadAsync("others", cancellationToken: Token);
        await using MilvusVectorStore store = await MilvusVectorStore.OpenAsync(new MilvusStoreOptions { Client = database.Options }, cancellationToken: Token);
        Assert.Empty(await store.ListAsync(Token));

        IVectorCollection others = await store.OpenForeignAsync("others", "key", "v", UnitVectors.Space(2), Token);

        float[] query = [1, 0];
        IReadOnlyList<Neighbor> found = await others.SearchAsync(query, 10, cancellationToken: Token);
        Assert.Equal(["7", "10", "-3"], found.Select(n => n.Item.Value));
        Assert.Equal([1, 0.6, -1], found.Select(n => (double)n.Score), (a, b) => Math.Abs(a - b) < 1e-6);
        var search = new SearchOptions { Exclude = ["7", "007", "x"], Filter = Filter.Parse("id != \"-3\"") };
        Assert.Equal(["10"], (await others.SearchAsync(query, 10, search, Token)).Select(n => n.Item.Value));
        Assert.Equal(["-3", "7", "10"], (await others.ReadAllAsync(cancellationToken: Token)).Select(row => row.Fields.Id.Value));
        StoredItem row = (await others.GetAsync(["10", "11", "x"], cancellationToken: Token)).Single().Value;
        Assert.Equal([0.6f, 0.8f], row.Vector.ToArray());
        ArgumentException unknown = await Assert.ThrowsAsync<ArgumentException>(
            () => others.SearchAsync(query, 1, new SearchOptions { Filter = Filter.Parse("price > 3") }, Token));
        Assert.Contains("only the id can be asked for", unknown.Message, StringComparison.Ordinal);
        VectorStoreException readOnly = await Assert.ThrowsAsync<VectorStoreException>(() => others.UpsertAsync(UnitVectors.Batch(("7", [1, 0])), Token));
        Assert.Contains("only reads it", readOnly.Message, StringComparison.Ordinal);
        VectorStoreException field = await Assert.ThrowsAsync<VectorStoreException>(() => store.OpenForeignAsync("others", "id", "v",
            UnitVectors.Space(2), Token));
        Assert.Contains("It has: key (Int64), v (FloatVector, 2-d).", field.Message, StringComparison.Ordinal);
        VectorStoreException gone = await Assert.ThrowsAsync<VectorStoreException>(() => store.OpenForeignAsync("other", "key", "v", UnitVectors.Space(2),
            Token));
        Assert.True(gone.IsGone);
        Assert.Contains("There are: others.", gone.Message, StringComparison.Ordinal);
    }

    private static double Cosine(float[] vectors, int a, int b) => Dot(vectors.AsSpan(a * 384, 384), vectors.AsSpan(b * 384, 384));

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }
}

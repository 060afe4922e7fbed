using Hybrid.Milvus.Client;

namespace Hybrid.Milvus.Tests;

/// <summary>The smallest collection that can be searched: a key and a vector of two numbers.</summary>
internal static class ToyCollection
{
    public const string Name = "toys";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes it with an index and loads it.</summary>
    public static async Task CreateAsync(MilvusClient client)
    {
        await client.CreateCollectionAsync(new CollectionSchema(Name,
        [
            new FieldSchema("id", FieldType.VarChar) { IsKey = true, MaxLength = 100 },
            new FieldSchema("embedding", FieldType.FloatVector) { Dimension = 2 },
        ]), Token);
        await client.CreateIndexAsync(new IndexRequest(Name, "embedding", "FLAT") { Metric = "COSINE" }, Token);
        await client.LoadAsync(Name, cancellationToken: Token);
    }

    /// <summary>Puts each toy at its angle on the circle.</summary>
    public static Task UpsertAsync(MilvusClient client, params (string Id, double Degrees)[] toys) => client.UpsertAsync(Rows(toys), Token);

    public static WriteRequest Rows(params (string Id, double Degrees)[] toys) => new(Name,
    [
        new TextColumn("id", [.. toys.Select(toy => toy.Id)]),
        new VectorColumn("embedding", 2, toys.SelectMany(toy => At(toy.Degrees)).ToArray()),
    ]);

    /// <summary>The toys nearest to an angle, the nearest first, every acknowledged one among those looked at.</summary>
    public static async Task<IReadOnlyList<string>> NearestAsync(MilvusClient client, double degrees, int count)
    {
        SearchHits hits = await client.SearchAsync(
            new SearchRequest(Name, At(degrees), 2, count) { Metric = "COSINE", Consistency = ConsistencyLevel.Strong }, Token);
        return ((TextColumn)hits.Keys).Values;
    }

    private static float[] At(double degrees) => [(float)Math.Cos(double.DegreesToRadians(degrees)), (float)Math.Sin(double.DegreesToRadians(degrees))];
}

using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests.Client;

/// <summary>Tests that run when no other does: they measure what the whole process allocates.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Messages that are larger than one side takes.</summary>
[Collection(nameof(Alone))]
public sealed class MessageSizeTests(MilvusServer server)
{
    private const string Name = "large";
    private const int Dimension = 2000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_larger_than_a_message_is_cut_and_an_answer_larger_than_one_is_refused_with_words()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options with { MaxMessageBytes = 1 << 20 });
        await CreateAsync(client);
        await client.UpsertAsync(Rows(300), Token);   // 2.4 MB
        Assert.Equal(300, await client.CountAsync(Name, consistency: ConsistencyLevel.Session, cancellationToken: Token));

        MilvusException e = await Assert.ThrowsAsync<MilvusException>(() => client.QueryAsync(
            new QueryRequest(Name) { Limit = 300, OutputFields = ["v"], Consistency = ConsistencyLevel.Session }, Token));
        Assert.Equal(MilvusErrorKind.TooLarge, e.Kind);
        Assert.Contains("the answer is larger than MaxMessageBytes, 1,048,576", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task A_row_that_is_larger_than_a_message_is_refused_with_words_and_the_rows_that_are_in_are_named()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options with { MaxMessageBytes = 1 << 16, WriteParallelism = 1 });
        await CreateAsync(client);
        string tooLarge = new('x', 70_000);
        MilvusException alone = await Assert.ThrowsAsync<MilvusException>(() => client.UpsertAsync(new WriteRequest(Name,
            [new TextColumn("id", [tooLarge]), new VectorColumn("v", Dimension, new float[Dimension])]), Token));
        Assert.Equal(MilvusErrorKind.TooLarge, alone.Kind);
        Assert.Contains("MaxMessageBytes, 65,536", alone.Message, StringComparison.Ordinal);

        string[] keys = [.. Enumerable.Range(0, 20).Select(i => i == 15 ? tooLarge : $"k{i}")];
        MilvusPartialWriteException part = await Assert.ThrowsAsync<MilvusPartialWriteException>(() => client.UpsertAsync(new WriteRequest(Name,
            [new TextColumn("id", keys), new VectorColumn("v", Dimension, new float[20 * Dimension])]), Token));
        Assert.Equal(MilvusErrorKind.TooLarge, part.Kind);
        Range written = Assert.Single(part.Written);
        Assert.Equal(0, written.Start.Value);
        Assert.Equal(15, written.End.Value);
        Assert.Contains("of 20 rows these are written: 0 to 14", part.Message, StringComparison.Ordinal);
        Assert.Equal(15, await client.CountAsync(Name, consistency: ConsistencyLevel.Session, cancellationToken: Token));
    }

    [Fact]
    public async Task Memory_stays_bounded_for_a_write_of_200_MB_and_for_an_answer_that_is_too_large()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(database.Options with { Timeout = TimeSpan.FromMinutes(3) });
        await CreateAsync(client);
        WriteRequest rows = Rows(database.Engine == MilvusEngine.Lite ? 5_000 : 25_000);   // 200 MB; lite, in Python, would take minutes for it
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        await client.UpsertAsync(rows, Token);
        // The vectors go out through a few buffers that are used again, and the caller's own are not copied whole. Tests beside this one are counted, too.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - allocated, 0, 150 << 20);

        using var small = new MilvusClient(database.Options with { MaxMessageBytes = 1 << 20 });
        await small.GetVersionAsync(Token);
        allocated = GC.GetTotalAllocatedBytes(precise: true);
        MilvusException e = await Assert.ThrowsAsync<MilvusException>(() => small.QueryAsync(
            new QueryRequest(Name) { Limit = 4000, Filter = "id != \"\"", OutputFields = ["v"], Consistency = ConsistencyLevel.Eventually }, Token));   // 32 MB
        Assert.Equal(MilvusErrorKind.TooLarge, e.Kind);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - allocated, 0, 24 << 20);
    }

    private static async Task CreateAsync(MilvusClient client)
    {
        await client.CreateCollectionAsync(new CollectionSchema(Name,
            [new FieldSchema("id", FieldType.VarChar) { IsKey = true, MaxLength = 100 }, new FieldSchema("v",
                FieldType.FloatVector) { Dimension = Dimension }]), Token);
        await client.CreateIndexAsync(new IndexRequest(Name, "v", "FLAT") { Metric = "L2" }, Token);
        await client.LoadAsync(Name, cancellationToken: Token);
    }

    private static WriteRequest Rows(int count)
    {
        float[] values = new float[count * Dimension];
        for (int i = 0; i < values.Length; i++)
            values[i] = i % 97;
        return new WriteRequest(Name, [new TextColumn("id", [.. Enumerable.Range(0, count).Select(i => $"k{i}")]), new VectorColumn("v", Dimension, values)]);
    }
}

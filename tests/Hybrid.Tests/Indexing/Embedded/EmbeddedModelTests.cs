using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>Long random runs of everything one can do to a collection, held against a dictionary that does the same.</summary>
public sealed class EmbeddedModelTests(ITestOutputHelper output)
{
    private const int Dimension = 6;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(0)]
    public async Task A_collection_is_a_dictionary_whatever_happens_to_it(int given)
    {
        int seed = given == 0 ? Environment.TickCount : given;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        Dictionary<ItemId, (string Fingerprint, float[] Vector)> twin = [];
        List<EmbeddedVectorStore> stores = [Open(), Open()];   // two, as two processes
        await stores[0].CreateAsync("products", UnitVectors.Space(Dimension), Token);
        byte[]? olderIndex = null;
        for (int step = 0; step < 250; step++)
        {
            EmbeddedVectorStore store = stores[random.Next(stores.Count)];
            IVectorCollection collection = await store.OpenAsync("products@1", cancellationToken: Token);
            switch (random.Next(14))
            {
                case < 5:
                    ItemId[] written = Ids();
                    float[][] vectors = [.. written.Select(_ => UnitVectors.Draw(random, Dimension))];
                    await collection.UpsertAsync(new ItemBatch(UnitVectors.Space(Dimension), [.. written.Select(id => new Item(id))],
                        vectors.SelectMany(v => v).ToArray(), [.. written.Select(id => $"{id}/{step}")]), Token);
                    for (int i = 0; i < written.Length; i++)
                        twin[written[i]] = ($"{written[i]}/{step}", vectors[i]);
                    break;
                case < 8:
                    ItemId[] removed = Ids();
                    await collection.RemoveAsync(removed, Token);
                    foreach (ItemId id in removed)
                        twin.Remove(id);
                    break;
                case 8:
                    await collection.BuildIndexAsync(Token);
                    break;
                case 9:
                    stores.Remove(store);
                    await store.DisposeAsync();
                    stores.Add(Open());
                    break;
                case 10 when File.Exists(Saved()):
                    File.Delete(Saved());
                    break;
                case 11 when File.Exists(Saved()):
                    olderIndex = await File.ReadAllBytesAsync(Saved(), Token);
                    break;
                case 12 when olderIndex is not null:
                    // In one step: a process has the file that was there in its memory, where it must not change.
                    await File.WriteAllBytesAsync(folder.File("older"), olderIndex, Token);
                    File.Move(folder.File("older"), Saved(), overwrite: true);
                    break;
                default:
                    await ExpectEqualAsync(collection, step);
                    break;
            }
        }
        foreach (EmbeddedVectorStore store in stores)
        {
            await ExpectEqualAsync(await store.OpenAsync("products@1", cancellationToken: Token), -1);
            await store.DisposeAsync();
        }

        EmbeddedVectorStore Open() => EmbeddedVectorStore.Open(folder.File("vectors.db"));

        string Saved() => folder.File("vectors.db.products@1.ivf");

        ItemId[] Ids() => [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => new ItemId($"P{random.Next(60)}")).Distinct()];

        async Task ExpectEqualAsync(IVectorCollection collection, int step)
        {
            string where = $"step {step}, seed {seed}";
            Assert.True(twin.Count == await collection.CountAsync(Token), where);
            List<StoredItem> rows = await collection.ReadAllAsync(cancellationToken: Token);
            Assert.True(twin.OrderBy(t => t.Key).Select(t => (t.Key, t.Value.Fingerprint)).SequenceEqual(rows.Select(r => (r.Fields.Id, r.Fingerprint))),
                where);
            float[] query = UnitVectors.Draw(random, Dimension);
            IReadOnlyList<Neighbor> found = await collection.SearchAsync(query, 15, new SearchOptions { Probes = int.MaxValue }, Token);
            UnitVectors.ExpectNearest(twin.Select(t => KeyValuePair.Create(t.Key, t.Value.Vector)), query, 15, found, where);
            IReadOnlyDictionary<ItemId, StoredItem> vectors = await collection.GetAsync([.. twin.Keys], cancellationToken: Token);
            Assert.True(twin.All(t => t.Value.Vector.AsSpan().SequenceEqual(vectors[t.Key].Vector.Span)), where);
        }
    }
}

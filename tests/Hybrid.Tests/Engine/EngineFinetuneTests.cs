using Hybrid.Behavior;
using Hybrid.Encoding;
using Hybrid.Encoding.Adapting;
using Hybrid.Indexing;
using Hybrid.Tests.Encoding;
using Hybrid.Tests.Encoding.Adapting;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;

namespace Hybrid.Tests.Engine;

public sealed class EngineFinetuneTests
{
    private static readonly string[] Colors =
        ["red", "blue", "green", "yellow", "black", "white", "purple", "orange", "pink", "brown", "golden", "silver"];

    private static readonly string[] Things =
    [
        "kettle", "tent", "guitar", "running shoes", "toy train", "kitchen knife", "garden hose", "fishing rod", "desk lamp", "winter coat", "headphones",
        "umbrella", "bicycle", "novel",
    ];

    /// <summary>Quick, and enough for the synthetic shop below.</summary>
    private static readonly AdapterOptions Quick = new() { Passes = 3, PairsAPass = 2_560, Rate = 0.003, Decay = 0.1 };

    [Fact]
    public async Task A_shop_where_people_buy_by_color_gains_and_its_index_and_searches_go_over_to_the_adapter()
    {
        using var shop = new Shop();
        FinetuneReport report;
        await using (HybridEngine engine = await OpenAsync(shop))
        {
            await engine.IndexAsync(cancellationToken: Token);
            report = await engine.FinetuneAsync(Quick, cancellationToken: Token);
            Assert.Equal(("adapter-1", "all-MiniLM-L6-v2"), (report.Adapter, report.Model));
            Assert.True(report.Gain.Ndcg.Low > 0, report.ToString());
            Assert.True(report.Gain.Recall.Low > 0, report.ToString());
            Assert.Equal(report.Tuned.Ndcg.Value - report.Untuned.Ndcg.Value, report.Gain.Ndcg.Value, 1e-9);
            Assert.Equal((Colors.Length * Things.Length, 90), (report.Items, report.HeldOut));

            byte[] first = await File.ReadAllBytesAsync(shop.DataFile("adapter-1.bin"), Token);
            FinetuneReport again = await engine.FinetuneAsync(Quick, cancellationToken: Token);
            Assert.Equal("adapter-2", again.Adapter);
            Assert.Equal(TextAdapter.Load(shop.DataFile("adapter-1.bin")).Checksum, TextAdapter.Load(shop.DataFile("adapter-2.bin")).Checksum);
            Assert.Equal(first, await File.ReadAllBytesAsync(shop.DataFile("adapter-1.bin"), Token));
        }

        // Not indexed with it yet: refused, with both spaces named.
        HybridOptions tuned = shop.Options with { ModelPath = shop.DataFile("adapter-1.bin") };
        await using (HybridEngine engine = await HybridEngine.OpenAsync(tuned, cancellationToken: Token))
        {
            NotReadyException refused = await Assert.ThrowsAsync<NotReadyException>(() => engine.SearchAsync("red", cancellationToken: Token));
            Assert.Equal(NotReadyReason.OtherSpace, refused.Reason);
            Assert.Contains("all-MiniLM-L6-v2+adapter-1@", refused.Message, StringComparison.Ordinal);
            // The vectors are there already: the matrix makes the new ones of them, and no text is encoded.
            IndexReport indexed = await engine.IndexAsync(cancellationToken: Token);
            Assert.Equal((0, Colors.Length * Things.Length), (indexed.Encoded, indexed.TakenOver));
            Assert.Equal("all-MiniLM-L6-v2+adapter-1", (await engine.ReadStatusAsync(Token)).Collections[^1].Collection.Space.Model);
            using var other = new Shop();
            await using HybridEngine encoded = await HybridEngine.OpenAsync(other.Options with { ModelPath = tuned.ModelPath }, cancellationToken: Token);
            await AddAsync(encoded);
            Assert.Equal(Colors.Length * Things.Length, (await encoded.IndexAsync(cancellationToken: Token)).Encoded);
            IReadOnlyList<SearchResult> of = await encoded.SearchAsync("something red", cancellationToken: Token);
            IReadOnlyList<SearchResult> same = await engine.SearchAsync("something red", cancellationToken: Token);
            Assert.Equal(of.Select(one => one.Item.Id), same.Select(one => one.Item.Id));
            Assert.All(of.Zip(same), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5f));
        }

        // The index remembers it; the model without it is refused.
        await using (HybridEngine engine = await HybridEngine.OpenAsync(shop.Options with { ModelPath = null }, cancellationToken: Token))
        {
            Assert.Contains("red", (await engine.SearchAsync("something red", cancellationToken: Token))[0].Item.Title, StringComparison.Ordinal);
            Assert.NotEmpty(await engine.RecommendAsync(new RecommendQuery { Text = "something red", Count = 3 }, Token));
            Assert.Equal("all-MiniLM-L6-v2+adapter-1", engine.Encoder.Manifest.Name);
            await engine.AddAsync([Shop.Product("new", "A red violin")], Token);
            Assert.Equal(1, (await engine.IndexAsync(cancellationToken: Token)).Encoded);
        }
        await using HybridEngine untuned = await shop.OpenAsync();
        await Assert.ThrowsAsync<NotReadyException>(() => untuned.SearchAsync("red", cancellationToken: Token));
    }

    [Fact]
    public async Task Too_few_sessions_or_pairs_and_no_events_are_refused_and_cancelled_nothing_is_written()
    {
        using var shop = new Shop();
        await using HybridEngine engine = await shop.OpenAsync();
        await engine.AddAsync(Shop.Items, Token);
        Assert.Equal(NotReadyReason.NoEvents, (await Assert.ThrowsAsync<NotReadyException>(() => engine.FinetuneAsync(cancellationToken: Token))).Reason);
        await engine.AppendAsync(Shop.Events, Token);
        Assert.Contains("there are 42 sessions of two or more items that have a text",
            (await Assert.ThrowsAsync<AdapterException>(() => engine.FinetuneAsync(cancellationToken: Token))).Message, StringComparison.Ordinal);
        await engine.AppendAsync(Shop.Sessions("d", ["P1", "P2", "gone"], 200), Token);
        Assert.Contains("pairs of items that have a text occur together in",
            (await Assert.ThrowsAsync<AdapterException>(() => engine.FinetuneAsync(cancellationToken: Token))).Message, StringComparison.Ordinal);

        await AddAsync(engine);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            engine.FinetuneAsync(Quick, new CancelAtFirst(source), cancellationToken: source.Token));
        Assert.DoesNotContain(shop.FileNames, name => name.StartsWith("adapter", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_migration_leads_to_an_adapter()
    {
        using var shop = new Shop();
        await using HybridEngine engine = await shop.OpenIndexedAsync();
        TextAdapterTests.Adapter(MiniLm.Encoder.Manifest, MiniLm.Folder, seed: 1).Save(shop.DataFile("adapter-1.bin"));
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "tuned", Encoder = shop.DataFile("adapter-1.bin") }, Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        Assert.Contains((await engine.ReadStatusAsync(Token)).Collections, one => one.Collection.Space.Model == "all-MiniLM-L6-v2+adapter-1");
    }

    [Fact]
    public async Task By_a_bridge_the_new_encoder_asks_what_the_old_one_has_indexed_and_nothing_else()
    {
        using var shop = new Shop();
        await using (HybridEngine engine = await shop.OpenIndexedAsync())
        {
            TextAdapterTests.Adapter(MiniLm.Encoder.Manifest, MiniLm.Folder, seed: 1).Save(shop.DataFile("adapter-1.bin"));
            Assert.Contains("share the vectors of 10 texts, and a bridge is fitted on 5,000 or more", (await Assert.ThrowsAsync<AlignmentException>(() =>
                engine.BridgeAsync(new BridgeQuery(shop.DataFile("adapter-1.bin")), cancellationToken: Token))).Message, StringComparison.Ordinal);
            Assert.Contains("its queries need no bridge", (await Assert.ThrowsAsync<ModelException>(() =>
                engine.BridgeAsync(new BridgeQuery(MiniLm.Folder), cancellationToken: Token))).Message, StringComparison.Ordinal);
        }
        VectorSpace old = MiniLm.Encoder.SpaceFor(ItemTextTemplate.Default);
        string file = Bridge(shop, old);
        await using (HybridEngine engine = await HybridEngine.OpenAsync(shop.Options with { Bridge = file }, cancellationToken: Token))
        {
            IReadOnlyList<SearchResult> found = await engine.SearchAsync("espresso", 3, Token);
            Assert.Equal("K1", found[0].Item.Id.Value);
            Assert.NotEqual(await ScoreAsync(shop, "espresso"), found[0].Score);
            Assert.NotEmpty(await engine.RecommendAsync(new RecommendQuery { Text = "espresso", Count = 3 }, Token));
            await engine.AddAsync([Shop.Product("K9", "Espresso cups")], Token);
            Assert.Equal(1, (await engine.IndexAsync(cancellationToken: Token)).Encoded);   // by the old model, into the old collection
        }
        string other = Bridge(shop, old with { Hash = "00" + old.Hash[2..] });
        await using HybridEngine wrong = await HybridEngine.OpenAsync(shop.Options with { Bridge = other }, cancellationToken: Token);
        NotReadyException refused = await Assert.ThrowsAsync<NotReadyException>(() => wrong.SearchAsync("espresso", cancellationToken: Token));
        Assert.Contains("this engine makes vectors of all-MiniLM-L6-v2+adapter-1@", refused.Message, StringComparison.Ordinal);
        Assert.Contains(" in all-MiniLM-L6-v2@", refused.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>From the adapter of the folder; its transpose leads its queries back.</summary>
    private static string Bridge(Shop shop, VectorSpace target)
    {
        string file = shop.File($"{Guid.NewGuid():N}.bin");
        var adapter = TextAdapter.Load(shop.DataFile("adapter-1.bin"));
        int d = adapter.Dimension;
        var transposed = new float[d * d];
        MatrixProducts.Transpose(adapter.Matrix.Span, transposed, d);
        VectorSpace source = ModelManifest.Load(shop.DataFile("adapter-1.bin")).SpaceFor(ItemTextTemplate.Default);
        new TextBridge(1, shop.DataFile("adapter-1.bin"), new SpaceMap(SpaceMapKind.Ridge, source, target, transposed, new float[d], new float[d])).Save(file);
        return file;
    }

    private static async Task<float> ScoreAsync(Shop shop, string text)
    {
        await using HybridEngine engine = await shop.OpenAsync();
        return (await engine.SearchAsync(text, 1, Token))[0].Score;
    }

    private static async Task<HybridEngine> OpenAsync(Shop shop)
    {
        HybridEngine engine = await shop.OpenAsync();
        await AddAsync(engine);
        return engine;
    }

    /// <summary>A synthetic shop: texts are near by what a thing is, and people buy things of one color.</summary>
    private static async Task AddAsync(HybridEngine engine)
    {
        var random = new Random(11);
        await engine.AddAsync(from color in Colors from thing in Things select Shop.Product($"{color} {thing}", $"{thing}, {color}"), Token);
        await engine.AppendAsync(Enumerable.Range(0, 900).SelectMany(user => Enumerable.Range(0, 4).Select(place => new Event(
            $"U{user}", $"{Colors[user % Colors.Length]} {Things[(user / Colors.Length + place * (1 + user % 5) + random.Next(3)) % Things.Length]}", "view",
            new DateTimeOffset(2026, 5, 1, 12, place, 0, TimeSpan.Zero)))), Token);
    }

    private sealed class CancelAtFirst(CancellationTokenSource source) : IProgress<AdapterProgress>
    {
        public void Report(AdapterProgress value) => source.Cancel();
    }
}

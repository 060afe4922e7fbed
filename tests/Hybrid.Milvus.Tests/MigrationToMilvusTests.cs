using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;
using Hybrid.Recommending;
using Hybrid.Tests.Encoding;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Milvus.Tests;

/// <summary>A shop's index led over from the data folder to a server, blended with old vectors on the way, and back.</summary>
public sealed class MigrationToMilvusTests(MilvusServer server) : IDisposable
{
    private const int Count = 300;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-milvus-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Old_vectors_are_blended_in_and_led_over_to_a_server_that_answers_in_the_end()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        await using HybridEngine engine = await OpenAsync();
        await PlanAsync(engine, database);
        while ((await engine.NextMigrationAsync(cancellationToken: Token)).Stage != MigrationStage.Shadowing)
        {
        }
        ReconcileReport reconciled = await engine.ReconcileMigrationAsync(cancellationToken: Token);
        Assert.Equal((Count, 0L), ((int)reconciled.Rows, reconciled.Differences));
        while ((await engine.NextMigrationAsync(force: true, cancellationToken: Token)).Share < .5)
        {
        }
        var split = new TrafficSplit("lead", .5);
        foreach (UserId user in Enumerable.Range(0, 20).Select(i => new UserId(i.ToString(CultureInfo.InvariantCulture))))
        {
            AnswerOrigin? origin = (await engine.SearchAsync(new SearchQuery { Text = "lamp 7", Count = 1, User = user }, Token))[0].Origin;
            Assert.Equal(split.Of(user.Value), origin?.Variant);
        }
        while ((await engine.NextMigrationAsync(force: true, cancellationToken: Token)).Stage != MigrationStage.Completed)
        {
        }

        await engine.AddAsync(new Item("T1") { Title = "Turntable" }, Token);
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal("T1", (await engine.SearchAsync("turntable", 1, Token))[0].Item.Id.Value);
        await using HybridEngine remote = await HybridEngine.OpenAsync(new HybridOptions { DataPath = DataPath }.UseMilvus(UriOf(database)),
            cancellationToken: Token);
        Assert.Equal("T1", (await remote.SearchAsync("turntable", 1, Token))[0].Item.Id.Value);
        Assert.Equal((0, Count + 1), await remote.IndexAsync(cancellationToken: Token) is var index ? (index.Encoded, index.Items) : default);
    }

    [Fact]
    public async Task Rows_of_a_server_that_differ_are_found_and_a_rollback_at_full_share_loses_nothing()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        await using HybridEngine engine = await OpenAsync();
        await PlanAsync(engine, database);
        while ((await engine.NextMigrationAsync(cancellationToken: Token)).Stage != MigrationStage.Shadowing)
        {
        }
        ExternalStore external = MilvusStoreOptions.Parse(UriOf(database)).ToExternalStore();
        await using (IVectorStore store = await external.OpenAsync(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, Token))
        {
            IVectorCollection rows = await store.OpenAsync("products@1", cancellationToken: Token);
            StoredItem row = (await rows.GetAsync(["I7"], cancellationToken: Token))["I7"];
            float[] flipped = row.Vector.ToArray();
            flipped[5] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(flipped[5]) ^ 1);
            await rows.UpsertAsync(new ItemBatch(rows.Space, [row.Fields], flipped, [row.Fingerprint], [row.Sequence]), Token);
            await rows.UpsertAsync(new ItemBatch(rows.Space, [new Item("GHOST")], row.Vector), Token);
            await rows.RemoveAsync(["I9"], Token);
        }
        ReconcileReport found = await engine.ReconcileMigrationAsync(repairs: true, cancellationToken: Token);
        Assert.Equal(("I9", "GHOST", "I7"), (found.Missing.Single().Value, found.Extra.Single().Value, found.Changed.Single().Value));
        Assert.Equal(0, (await engine.ReconcileMigrationAsync(cancellationToken: Token)).Differences);

        while ((await engine.NextMigrationAsync(force: true, cancellationToken: Token)).Share < 1)
        {
        }
        await engine.AddAsync(Enumerable.Range(0, 100).Select(i => new Item($"N{i}") { Title = $"New thing {i % 10}" }), Token);
        await engine.RemoveAsync(["I1", "I2"], Token);
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(0, (await engine.ReconcileMigrationAsync(cancellationToken: Token)).Differences);
        await engine.RollBackMigrationAsync(dropsNew: true, cancellationToken: Token);
        IVectorCollection old = await engine.Store.OpenAsync("products@1", cancellationToken: Token);
        Assert.Equal(engine.Records.ReadItems().Select(item => item.Id),
            (await old.ReadAsync(withVectors: false, cancellationToken: Token).ToArrayAsync(Token)).Select(row => row.Fields.Id));
        Assert.Equal(Variant.Old, (await engine.SearchAsync("lamp 7", 1, Token))[0].Origin?.Variant);
    }

    [Fact]
    public async Task After_ten_thousand_writes_the_old_collection_is_what_that_of_the_server_was()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using TinyModel first = new(), second = new();
        second.Pool("max_tokens");
        using TextEncoder encoder = TextEncoder.Load(second.Folder);
        ExternalStore external = MilvusStoreOptions.Parse(UriOf(database)).ToExternalStore();
        await using IVectorStore store = await external.OpenAsync(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, Token);
        await using HybridEngine engine = await HybridEngine.OpenAsync(
            new HybridOptions { DataPath = DataPath, ModelPath = first.Folder, OtherStore = _ => external }, cancellationToken: Token);
        var plan = new MigrationPlan { Name = "max", Encoder = second.Folder, Store = UriOf(database) };
        var campaign = new RollbackCampaign(engine, plan, async (made, token) =>
        {
            IVectorCollection collection = await store.OpenAsync(made, cancellationToken: token);
            await new CatalogIndexer(encoder, ItemTextTemplate.Default).UpdateAsync(
                collection, engine.Records, engine.Records.ChangesOf(external.Name), reused: null, progress: null, token);
            return collection;
        });
        await campaign.RunAsync(MigrationStage.Ramping, Token);
    }

    [Fact]
    public async Task No_answer_mixes_the_folder_and_a_server_while_shares_and_ways_back_swap_them()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        await using HybridEngine engine = await OpenAsync();
        string file = await WriteOldVectorsAsync();
        var campaign = new SwapCampaign(engine, round => new MigrationPlan { Name = $"round_{round}", Legacy = file, Store = UriOf(database) },
            finishes: _ => false)
        {
            Texts = ["lamp 7", "lamp 12", "a lamp"],
            Items = ["I3", "I20", "I77", "I150"],
        };

        await campaign.RunAsync(requests: 500, swaps: 8, Token);

        Assert.All(new[] { Variant.Old, Variant.New }, side => Assert.InRange(campaign.By.GetValueOrDefault(side), 20, long.MaxValue));
    }

    [Fact]
    public async Task A_large_shop_is_loaded_as_a_whole_and_what_changes_meanwhile_is_taken_behind_it()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        await using HybridEngine engine = await OpenAsync();
        engine.LoadFrom = Count;
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "move", Store = UriOf(database) }, Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        int reports = 0;
        var progress = new CallingProgress(rows =>
        {
            if (reports++ > 0 || rows == 0)
                return;
            engine.Records.UpsertAsync([new Item("I7") { Title = "Changed while it was loaded" }, new Item("NEW") { Title = "Likewise new" }], Token)
                .GetAwaiter().GetResult();
            engine.Records.RemoveAsync(["I9"], Token).GetAwaiter().GetResult();
        });
        MigrationStatus filled = await engine.NextMigrationAsync(progress: progress, cancellationToken: Token);
        Assert.Equal((MigrationStage.Verifying, 0L), (filled.Stage, filled.Pending));
        Assert.Contains("2 of them encoded", filled.Steps[^1].Why, StringComparison.Ordinal);
        ReconcileReport reconciled = await engine.ReconcileMigrationAsync(cancellationToken: Token);
        Assert.Equal((Count, 0L), ((int)reconciled.Rows, reconciled.Differences));
        await engine.NextMigrationAsync(cancellationToken: Token);
        IReadOnlyList<Hybrid.SearchResult> found = await engine.SearchAsync(
            new SearchQuery { Text = "likewise new", Count = 1, Variant = Variant.New }, Token);
        Assert.Equal(("NEW", Variant.New), (found[0].Item.Id.Value, found[0].Origin!.Variant));
    }

    [Fact]
    public async Task Vectors_of_a_collection_that_others_made_are_read_as_they_are_and_blended_in()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(new MilvusClientOptions { Endpoint = database.Endpoint, Database = database.Name });
        await client.CreateCollectionAsync(new CollectionSchema("shop_vectors",
        [
            new FieldSchema("sku", FieldType.VarChar) { IsKey = true, MaxLength = 100 },
            new FieldSchema("image", FieldType.FloatVector) { Dimension = 3 },
        ]), Token);
        string[] keys = ["I1", "I2", "it's", "耳机-01", "not an\titem"];
        await client.UpsertAsync(new WriteRequest("shop_vectors",
            [new TextColumn("sku", keys), new VectorColumn("image", 3, keys.SelectMany((_, i) => new float[] { i, 2, -1 }).ToArray())]), Token);
        await client.CreateIndexAsync(new IndexRequest("shop_vectors", "image", "FLAT") { Metric = "L2" }, Token);
        string setting = $"{UriOf(database)}/shop_vectors";

        KeyedVector[] rows = [.. MilvusVectors.Read(setting, Token)];
        Assert.Equal(keys.Order(StringComparer.Ordinal), rows.Select(row => row.Key).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Equal([Array.IndexOf(keys, row.Key), 2, -1], row.Vector.ToArray()));
        VectorStoreException other = Assert.Throws<VectorStoreException>(() => MilvusVectors.Read($"{setting}?field=text", Token).Count());
        Assert.Contains("it has no vectors 'text'. Name one of them as field=…: image (3-d)", other.Message, StringComparison.Ordinal);
        Assert.True(Assert.Throws<VectorStoreException>(() => MilvusVectors.Read($"{UriOf(database)}/nothing", Token).Count()).IsGone);
        Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => MilvusVectors.Read("milvus://root:a/secret@host", Token)).Message,
            StringComparison.Ordinal);

        await using HybridEngine engine = await OpenAsync(new HybridOptions { OtherVectors = source => MilvusVectors.Read(source, Token) });
        MigrationEstimate estimate = await engine.PlanMigrationAsync(new MigrationPlan { Name = "blend", Legacy = setting, IsSourceReadOnly = true }, Token);
        Assert.Equal(Count * 4L * (384 + 3), estimate.VectorBytes);
        await engine.StartMigrationAsync(cancellationToken: Token);
        while ((await engine.NextMigrationAsync(cancellationToken: Token)).Stage != MigrationStage.Shadowing)
        {
        }
        IVectorCollection made = await engine.Store.OpenAsync("products@2", cancellationToken: Token);
        Assert.Equal(384 + 3, made.Space.Dimension);
        // Of I1 and I2 the shop had a vector, of I3 none.
        IReadOnlyDictionary<ItemId, StoredItem> blended = await made.GetAsync(["I1", "I2", "I3"], cancellationToken: Token);
        Assert.Equal([true, true, false], blended.OrderBy(row => row.Key).Select(row => row.Value.Vector.Span[384..].ContainsAnyExcept(0f)));
    }

    private string DataPath => Path.Combine(_folder.FullName, "data");

    private async Task<HybridEngine> OpenAsync(HybridOptions? given = null)
    {
        HybridOptions options = (given ?? new()) with
        {
            DataPath = DataPath,
            OtherStore = setting => MilvusStoreOptions.Parse(setting).ToExternalStore(),
        };
        HybridEngine engine = await HybridEngine.OpenAsync(options, cancellationToken: Token);
        await engine.AddAsync(Enumerable.Range(0, Count).Select(i => new Item($"I{i}") { Title = $"Lamp {i}", Price = i }), Token);
        await engine.IndexAsync(cancellationToken: Token);
        return engine;
    }

    private async Task PlanAsync(HybridEngine engine, MilvusDatabase database)
    {
        string file = await WriteOldVectorsAsync();
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "lead", Legacy = file, Store = UriOf(database) }, Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
    }

    private async Task<string> WriteOldVectorsAsync()
    {
        string file = Path.Combine(_folder.FullName, "old.txt");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, Count).Select(i => $"I{i} {i % 7} {i % 5} 1"), Token);
        return file;
    }

    private static string UriOf(MilvusDatabase database) => $"milvus://{database.Endpoint.Authority}/{database.Name}";

    /// <summary>Calls at once, on the thread that reports.</summary>
    private sealed class CallingProgress(Action<long> call) : IProgress<long>
    {
        public void Report(long value) => call(value);
    }
}

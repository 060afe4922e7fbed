using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Tests.Encoding;
using Hybrid.Tests.Engine;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;
using Microsoft.Data.Sqlite;

namespace Hybrid.Tests.Upkeep;

/// <summary>A shop's index led over to another one, step by step, and back.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_blend_with_old_vectors_takes_the_place_of_texts_in_steps_that_are_written_down()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        MigrationEstimate estimate = await engine.PlanMigrationAsync(Blend("blend"), Token);
        Assert.Equal((10L, 0L, "products@1", 10L * 4 * (384 + 3)), (estimate.Items, estimate.ToEncode, estimate.Old, estimate.VectorBytes));
        await Assert.ThrowsAsync<MigrationException>(() => engine.NextMigrationAsync(cancellationToken: Token));

        Assert.Equal((MigrationStage.DualWriting, 10L, "products@2"), Of(await engine.StartMigrationAsync(cancellationToken: Token)));
        Assert.Equal((MigrationStage.Verifying, 0L, "products@2"), Of(await engine.NextMigrationAsync(cancellationToken: Token)));
        Assert.Equal(MigrationStage.Shadowing, (await engine.NextMigrationAsync(cancellationToken: Token)).Stage);
        Assert.Equal(Variant.Old, await WhoAnswersAsync(engine, "u1"));
        Assert.Equal(Variant.New, await WhoAnswersAsync(engine, "u1", Variant.New));
        double[] shares = [.01, .1, .25, .5, 1];
        foreach (double share in shares)
        {
            MigrationStatus ramp = await engine.NextMigrationAsync(force: true, cancellationToken: Token);
            Assert.Equal((MigrationStage.Ramping, share), (ramp.Stage, ramp.Share));
        }
        Assert.Equal(Variant.New, await WhoAnswersAsync(engine, "u1"));
        Assert.Equal(MigrationStage.Holding, (await engine.NextMigrationAsync(cancellationToken: Token)).Stage);
        Assert.Contains("holds until", (await Assert.ThrowsAsync<MigrationException>(() => engine.NextMigrationAsync(cancellationToken: Token))).Message,
            StringComparison.Ordinal);

        MigrationStatus done = await engine.FinishMigrationAsync(dropsOld: true, force: true, cancellationToken: Token);

        Assert.Equal(MigrationStage.Completed, done.Stage);
        Assert.Equal(["products@2"], (await engine.Store.ListAsync(Token)).Select(collection => collection.Name));
        Assert.Equal("products@2", await engine.Store.ResolveAsync(HybridEngine.ItemsAlias, Token));
        Assert.Equal(12, done.Steps.Count);
        Assert.Contains("10 items taken, 0 of them encoded", done.Steps[3].Why, StringComparison.Ordinal);
        Assert.Equal(MigrationStage.Completed, done.Steps[^1].Stage);
    }

    [Fact]
    public async Task After_a_blend_the_folder_is_opened_searched_and_kept_up_without_being_told()
    {
        await using (HybridEngine engine = await _shop.OpenIndexedAsync())
        {
            await engine.PlanMigrationAsync(Blend("blend"), Token);
            await FinishAsync(engine);
        }
        await using HybridEngine next = await HybridEngine.OpenAsync(_shop.Options with { ModelPath = null }, cancellationToken: Token);
        Assert.Equal("K1", Shop.Ids(await next.SearchAsync("espresso", 1, Token))[0]);
        // By text it is no headphone, by the old vectors it is one.
        Assert.Equal("K3", Shop.Ids(await next.SimilarAsync("P1", 1, Token))[0]);
        await next.AddAsync(Shop.Product("T1", "Turntable"), Token);
        Assert.Equal(1, (await next.IndexAsync(cancellationToken: Token)).Encoded);
        Assert.Equal("T1", Shop.Ids(await next.SearchAsync("turntable", 1, Token))[0]);
        Assert.Equal(VectorSpaceKind.Blended, (await next.OpenItemsAsync(Token)).Space.Kind);
        Assert.NotEmpty(await next.RecommendAsync(new RecommendQuery { Item = "P1", History = ["K1"] }, Token));
        // Who names a model means that one.
        await using HybridEngine named = await _shop.OpenAsync();
        NotReadyException refused = await Assert.ThrowsAsync<NotReadyException>(() => named.SearchAsync("espresso", 1, Token));
        Assert.Equal(NotReadyReason.OtherSpace, refused.Reason);
    }

    [Fact]
    public async Task Another_encoder_answers_its_share_with_its_own_queries_also_where_the_program_names_the_old_one()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "e5", Encoder = E5.Folder }, Token);
        await ToShadowingAsync(engine);
        IReadOnlyList<SearchResult> chinese = await engine.SearchAsync(new SearchQuery { Text = "降噪耳机", Count = 1, Variant = Variant.New }, Token);
        Assert.Equal(("P1", "products@2"), (chinese[0].Item.Id.Value, chinese[0].Origin?.Collection));
        await engine.NextMigrationAsync(force: true, cancellationToken: Token);
        await engine.NextMigrationAsync(cancellationToken: Token);
        await engine.NextMigrationAsync(cancellationToken: Token);
        var split = new TrafficSplit("e5", .25);
        foreach (string user in Enumerable.Range(0, 40).Select(i => i.ToString(CultureInfo.InvariantCulture)))
            Assert.Equal(split.Of(user), await WhoAnswersAsync(engine, user));
    }

    [Fact]
    public async Task What_changes_at_any_stage_is_in_both_and_a_rollback_loses_nothing()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.PlanMigrationAsync(Blend("blend"), Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        await engine.AddAsync(Shop.Product("D1", "Desk lamp"), Token);
        await engine.RemoveAsync(["K2"], Token);
        await engine.IndexAsync(cancellationToken: Token);
        await engine.NextMigrationAsync(cancellationToken: Token);
        await engine.NextMigrationAsync(cancellationToken: Token);
        await engine.AddAsync([Shop.Product("D2", "Floor lamp"), Shop.Product("D1", "Bedside lamp")], Token);
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(0, (await engine.ReconcileMigrationAsync(cancellationToken: Token)).Differences);
        while ((await engine.NextMigrationAsync(force: true, cancellationToken: Token)).Stage != MigrationStage.Holding)
        {
        }
        await engine.RemoveAsync(["D1"], Token);
        await engine.AddAsync(Shop.Product("D3", "Table lamp"), Token);

        MigrationStatus back = await engine.RollBackMigrationAsync(dropsNew: true, cancellationToken: Token);

        Assert.Equal((MigrationStage.RolledBack, 0.0, 0L), (back.Stage, back.Share, back.OldPending));
        await AssertIsCatalogAsync(engine, "products@1");
        IReadOnlyList<SearchResult> found = await engine.SearchAsync(new SearchQuery { Text = "table lamp", Count = 1, Variant = Variant.New }, Token);
        Assert.Equal(("D3", Variant.Old), (found[0].Item.Id.Value, found[0].Origin!.Variant));
        Assert.Equal(["products@1"], (await engine.Store.ListAsync(Token)).Select(collection => collection.Name));
        // The next one begins anew.
        await engine.PlanMigrationAsync(Blend("again"), Token);
        await FinishAsync(engine);
        await AssertIsCatalogAsync(engine, "products@3");
    }

    [Fact]
    public async Task Rows_that_are_missing_extra_stale_changed_or_of_another_space_are_found_and_made_anew()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.PlanMigrationAsync(Blend("blend"), Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        await engine.NextMigrationAsync(cancellationToken: Token);
        IVectorCollection made = await engine.Store.OpenAsync("products@2", cancellationToken: Token);
        StoredItem[] rows = [.. await made.ReadAsync(cancellationToken: Token).ToArrayAsync(Token)];
        Dictionary<string, StoredItem> by = rows.ToDictionary(row => row.Fields.Id.Value);
        await made.RemoveAsync(["P1"], Token);
        await WriteAsync(made, by["P2"], item: new Item("GHOST"));
        await WriteAsync(made, by["P3"], sequence: by["P3"].Sequence - 1);
        float[] flipped = by["P4"].Vector.ToArray();
        flipped[0] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(flipped[0]) ^ 1);
        await WriteAsync(made, by["P4"], flipped);
        await WriteAsync(made, by["P5"], [.. by["P5"].Vector.ToArray().Reverse()]);

        ReconcileReport found = await engine.ReconcileMigrationAsync(repairs: true, cancellationToken: Token);

        Assert.Equal(["P1"], found.Missing.Select(item => item.Value));
        Assert.Equal(["GHOST"], found.Extra.Select(item => item.Value));
        Assert.Equal(["P3"], found.Stale.Select(item => item.Value));
        Assert.Equal(["P4", "P5"], found.Changed.Select(item => item.Value));
        Assert.InRange(found.DifferingBuckets, 4, 5);
        ReconcileReport again = await engine.ReconcileMigrationAsync(cancellationToken: Token);
        Assert.Equal((0L, 10L, 0), (again.Differences, again.Rows, again.DifferingBuckets));
        StoredItem[] mended = [.. await made.ReadAsync(cancellationToken: Token).ToArrayAsync(Token)];
        Assert.All(rows.Zip(mended), pair => Assert.Equal(pair.First.Vector.ToArray(), pair.Second.Vector.ToArray()));
        Assert.Equal(MigrationStage.Shadowing, (await engine.NextMigrationAsync(cancellationToken: Token)).Stage);
    }

    [Fact]
    public async Task It_leads_from_one_store_into_another_and_who_keeps_the_old_setting_follows()
    {
        var server = new SecondStore(_shop);
        HybridOptions options = _shop.Options with { OtherStore = setting => setting == "there" ? server.Store : null };
        await using HybridEngine engine = await HybridEngine.OpenAsync(options, cancellationToken: Token);
        await engine.AddAsync(Shop.Items, Token);
        await engine.IndexAsync(cancellationToken: Token);
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "move", Store = "there" }, Token);
        await ToShadowingAsync(engine);
        Assert.Equal(("P1", "products@1", Variant.New), await engine.SearchAsync(
            new SearchQuery { Text = "noise-cancelling headphones", Count = 1, Variant = Variant.New }, Token) is var one
            ? (one[0].Item.Id.Value, one[0].Origin!.Collection, one[0].Origin!.Variant) : default);
        await FinishAsync(engine);
        await engine.AddAsync(Shop.Product("T1", "Turntable"), Token);
        Assert.Equal(1, engine.NotIndexed);
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(("T1", 0L), (Shop.Ids(await engine.SearchAsync("turntable", 1, Token))[0], engine.NotIndexed));
        await using HybridEngine remote = await server.OpenAsync();
        Assert.Equal("T1", Shop.Ids(await remote.SearchAsync("turntable", 1, Token))[0]);
        Assert.Equal(0, (await remote.IndexAsync(cancellationToken: Token)).Encoded);
    }

    [Fact]
    public async Task What_it_cannot_do_as_it_stands_is_said()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await Assert.ThrowsAsync<NotReadyException>(() => engine.PlanMigrationAsync(Blend("a"), Token));
        await engine.AddAsync(Shop.Items, Token);
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Null(await engine.ReadMigrationAsync(cancellationToken: Token));
        await SaysAsync("No migration is under way", () => engine.NextMigrationAsync(cancellationToken: Token));
        await SaysAsync("name another encoder", () => engine.PlanMigrationAsync(new MigrationPlan { Name = "a" }, Token));
        await SaysAsync("set HybridOptions.OtherStore", () => engine.PlanMigrationAsync(new MigrationPlan { Name = "a", Store = "there" }, Token));
        foreach (string secret in (string[])["redis://:s3cret@host/old", "milvus://u:s3/cret@host:19530/old", "Host=db;Password=s3cret"])
        {
            MigrationPlan plan = Blend("a") with { Legacy = secret };
            MigrationException refused = await Assert.ThrowsAsync<MigrationException>(() => engine.PlanMigrationAsync(plan, Token));
            Assert.Contains("has a password", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("cret", refused.Message, StringComparison.Ordinal);
        }
        await engine.PlanMigrationAsync(Blend("a"), Token);
        await SaysAsync("migration a is under way", () => engine.PlanMigrationAsync(Blend("b"), Token));
        await engine.StartMigrationAsync(cancellationToken: Token);
        await SaysAsync("is started when it is Planned", () => engine.StartMigrationAsync(cancellationToken: Token));
        Assert.True((await engine.PauseMigrationAsync(cancellationToken: Token)).IsPaused);
        await SaysAsync("is paused", () => engine.NextMigrationAsync(cancellationToken: Token));
        Assert.Equal(MigrationStage.Verifying, (await engine.NextMigrationAsync(resume: true, cancellationToken: Token)).Stage);
        await SaysAsync("is finished when it is Holding", () => engine.FinishMigrationAsync(cancellationToken: Token));
        await using (HybridEngine other = await HybridEngine.OpenAsync(_shop.Options with { ModelPath = E5.Folder }, cancellationToken: Token))
            await SaysAsync("finish it or roll it back first", () => other.IndexAsync(cancellationToken: Token));
        await engine.RollBackMigrationAsync(cancellationToken: Token);
        await SaysAsync("has ended", () => engine.RollBackMigrationAsync("a", cancellationToken: Token));
    }

    [Fact]
    public async Task Both_are_compared_on_what_users_did_next_and_only_a_good_verdict_leads_on()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.AppendAsync(Shop.Sessions("u", ["P1", "K3", "P5", "P6", "K1", "K2"], 60), Token);
        await engine.PlanMigrationAsync(Blend("blend"), Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        await SaysAsync("both collections are compared from Shadowing on", () => engine.CompareMigrationAsync(cancellationToken: Token));
        await engine.NextMigrationAsync(cancellationToken: Token);
        await engine.NextMigrationAsync(cancellationToken: Token);
        await SaysAsync("was not compared", () => engine.NextMigrationAsync(cancellationToken: Token));

        MigrationComparison found = await engine.CompareMigrationAsync(
            thresholds: new VerdictThresholds { MaxSlowdown = 1_000 }, cancellationToken: Token);

        // K1 leads to K2 in the old vectors: all 60 users find it first; by text an espresso machine is near a grinder, too.
        Assert.Equal((60, 1.0), (found.Queries, found.New.Value));
        Assert.Equal(found.New.Value - found.Old.Value, found.Ahead.Value, 9);
        Assert.Equal(Verdict.Promote, found.Verdict);
        Assert.Equal(("cold", 60), (found.Strata[^1].Name, found.Strata.Sum(stratum => stratum.Queries)));
        Assert.InRange(found.OverlapAt10, .5, 1);
        Assert.InRange(found.RankBiasedOverlap, .3, 1);
        Assert.Equal(0, found.NoiseFloor);
        MigrationStatus ramp = await engine.NextMigrationAsync(cancellationToken: Token);
        Assert.Equal(.01, ramp.Share);
        Assert.StartsWith("verdict Promote: NDCG@10", ramp.Steps[^1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_shown_is_counted_by_variant_and_erased_with_its_user()
    {
        await using (HybridEngine engine = await _shop.OpenIndexedAsync())
        {
            await engine.AppendAsync(Shop.Events, Token);
            await engine.PlanMigrationAsync(Blend("blend"), Token);
            await ToShadowingAsync(engine);
            await AskAsync(engine, "before", "a1");
            while ((await engine.NextMigrationAsync(force: true, cancellationToken: Token)).Share < .5)
            {
            }
            for (int i = 0; i < 40; i++)
                await AskAsync(engine, $"r{i}", $"u{i}");
            await engine.AppendAsync([new Event("u3", "P1", "click", DateTimeOffset.UnixEpoch, Request: "r3")], Token);
        }
        await using HybridEngine next = await _shop.OpenAsync();
        MigrationTraffic traffic = (await next.ReadMigrationAsync(cancellationToken: Token))!.Traffic!;
        Assert.Equal((40L, 1L), (traffic.Old.Requests + traffic.New.Requests, traffic.Old.Answered + traffic.New.Answered));
        Assert.Equal(Enumerable.Range(0, 40).Count(i => new TrafficSplit("blend", .5).Of($"u{i}") == Variant.New), traffic.New.Users);
        await next.EraseAsync("u3", Token);
        Assert.Equal(39, (await next.ReadMigrationAsync(cancellationToken: Token))!.Traffic!.Users);
        await next.NextMigrationAsync(cancellationToken: Token);
    }

    [Fact]
    public async Task Old_vectors_come_from_any_reader_of_a_database_that_the_program_opens()
    {
        string file = _shop.File("old.db");
        using (var made = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            made.Open();
            using SqliteCommand command = made.CreateCommand();
            command.CommandText = "CREATE TABLE v (sku TEXT, e TEXT); INSERT INTO v VALUES ('P1', '[1, 0]'), ('K3', '[1, .1]'), ('P2', '[0, 1]');";
            command.ExecuteNonQuery();
        }
        HybridOptions options = _shop.Options with { OtherVectors = source => source == "db://old" ? ReadDatabase(file) : null };
        await using HybridEngine engine = await HybridEngine.OpenAsync(options, cancellationToken: Token);
        await engine.AddAsync(Shop.Items, Token);
        await engine.IndexAsync(cancellationToken: Token);
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "blend", Legacy = "db://old", Alpha = .2, IsSourceReadOnly = true }, Token);
        await ToShadowingAsync(engine);
        IReadOnlyList<SearchResult> near = await engine.SearchAsync(new SearchQuery { Item = "P1", Count = 1, Variant = Variant.New }, Token);
        Assert.Equal("K3", near[0].Item.Id.Value);
    }

    private static IEnumerable<KeyedVector> ReadDatabase(string file)
    {
        using var opened = new SqliteConnection($"Data Source={file};Pooling=False");
        opened.Open();
        using SqliteCommand command = opened.CreateCommand();
        command.CommandText = "SELECT sku, e FROM v ORDER BY sku";
        using SqliteDataReader reader = command.ExecuteReader();
        foreach (KeyedVector row in LegacyVectors.Read(reader, "sku", "e"))
            yield return row;
    }

    private static Task<IReadOnlyList<Recommendation>> AskAsync(HybridEngine engine, string request, string user) =>
        engine.RecommendAsync(new RecommendQuery { Item = "P4", User = user, Request = request, Count = 2 }, Token);

    private static async Task SaysAsync(string message, Func<Task> work) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<MigrationException>(work)).Message, StringComparison.Ordinal);

    private static (MigrationStage Stage, long Pending, string? New) Of(MigrationStatus status) => (status.Stage, status.Pending, status.New);

    private static async Task<Variant?> WhoAnswersAsync(HybridEngine engine, string user, Variant? forced = null) =>
        (await engine.SearchAsync(new SearchQuery { Text = "phone", Count = 1, User = user, Variant = forced }, Token))[0].Origin?.Variant;

    private static async Task ToShadowingAsync(HybridEngine engine)
    {
        await engine.StartMigrationAsync(cancellationToken: Token);
        while ((await engine.NextMigrationAsync(cancellationToken: Token)).Stage != MigrationStage.Shadowing)
        {
        }
    }

    private static async Task FinishAsync(HybridEngine engine)
    {
        if ((await engine.ReadMigrationAsync(cancellationToken: Token))!.Stage == MigrationStage.Planned)
            await engine.StartMigrationAsync(cancellationToken: Token);
        while ((await engine.NextMigrationAsync(force: true, cancellationToken: Token)).Stage != MigrationStage.Completed)
        {
        }
    }

    private static async Task WriteAsync(IVectorCollection into, StoredItem row, float[]? vector = null, Item? item = null, long? sequence = null) =>
        await into.UpsertAsync(new ItemBatch(into.Space, [item ?? row.Fields], vector ?? row.Vector, [row.Fingerprint], [sequence ?? row.Sequence]), Token);

    private static async Task AssertIsCatalogAsync(HybridEngine engine, string collection)
    {
        IVectorCollection rows = await engine.Store.OpenAsync(collection, cancellationToken: Token);
        Assert.Equal(engine.Records.ReadItems().Select(item => item.Id),
            (await rows.ReadAsync(withVectors: false, cancellationToken: Token).ToArrayAsync(Token)).Select(row => row.Fields.Id));
    }

    /// <summary>Old vectors of three numbers in which P1 is a kettle's neighbour; N1 has none, and X is of no item.</summary>
    private MigrationPlan Blend(string name)
    {
        string file = _shop.File("old.txt");
        File.WriteAllText(file, "10 3\nP1 5 0 0\nK3 5 .1 0\nP2 0 1 0\nP3 0 1 .2\nP4 0 .9 .3\nP5 0 0 1\nP6 0 .1 1\nK1 -1 0 0\nK2 -1 .1 0\nX 1 1 1\n");
        return new MigrationPlan { Name = name, Legacy = file, Alpha = .3 };
    }
}

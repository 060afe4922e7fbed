using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Tests.Engine;
using Hybrid.Tests.Streaming;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>A blend whose alpha changes with time: a collection for each, built aside and swapped whole.</summary>
public sealed class AlphaScheduleTests : IDisposable
{
    /// <summary>Whatever the shop's few events say is good enough.</summary>
    private static readonly VerdictThresholds Anything = new() { MaxLoss = 1, MaxStratumLoss = 1, MaxSlowdown = 1_000 };

    private readonly Shop _shop = new();
    private readonly SetClock _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void A_schedule_is_read_as_it_is_written()
    {
        AlphaSchedule schedule = AlphaSchedule.Parse(".3..1 over 14d");
        Assert.Equal((8, .3, .4, 1.0), (schedule.Count, schedule.At(0), schedule.At(1), schedule.At(7)));
        Assert.Equal((TimeSpan.FromDays(2), TimeSpan.FromDays(14)), (schedule.After(1), schedule.After(7)));
        Assert.Equal(schedule with { Count = 8 }, AlphaSchedule.Parse(schedule.ToString()));
        AlphaSchedule down = AlphaSchedule.Parse("1..0.5 over 36h in 2");
        Assert.Equal((2, .5, TimeSpan.FromHours(36)), (down.Count, down.At(1), down.After(1)));
        foreach (string wrong in (string[])["", ".3", ".3..1", ".3..1 over", "1 .. over 1d", ".3..1 over 14", "a..b over 1d"])
            Assert.Throws<FormatException>(() => AlphaSchedule.Parse(wrong));
        Assert.Throws<ArgumentOutOfRangeException>(() => AlphaSchedule.Parse(".3..2 over 1d"));
        Assert.Throws<ArgumentOutOfRangeException>(() => AlphaSchedule.Parse(".3..1 over 1d in 1"));
    }

    [Fact]
    public async Task Each_alpha_comes_when_its_time_has_come_as_a_collection_of_its_own_and_nothing_written_meanwhile_is_lost()
    {
        await using HybridEngine engine = await OpenAsync();
        MigrationStatus held = await HoldAsync(engine);
        Assert.Equal([.2, .6, 1.0], held.Alphas!.Select(alpha => alpha.Alpha));
        Assert.Equal([0.0, 1, 2], held.Alphas!.Select(alpha => (alpha.Due!.Value - held.Since).TotalDays));
        Assert.Null(held.HoldsUntil);
        MigrationException early = await Assert.ThrowsAsync<MigrationException>(() => engine.NextMigrationAsync(cancellationToken: Token));
        Assert.Contains("The next alpha of the migration blend, 0.6, comes at 2026-01-02", early.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MigrationException>(() => engine.FinishMigrationAsync(cancellationToken: Token));
        await engine.AddAsync(Shop.Product("D1", "Desk lamp"), Token);
        await engine.RemoveAsync(["P2"], Token);

        await WatchAsync(engine);
        _clock.Now += TimeSpan.FromDays(1);
        MigrationStatus second = await engine.NextMigrationAsync(thresholds: Anything, cancellationToken: Token);

        Assert.Equal((MigrationStage.Holding, "products@3", 1.0, 0L), (second.Stage, second.New, second.Share, second.Divergence));
        Assert.Equal(_clock.GetUtcNow(), second.Alphas![1].Since);
        // The old one stays, for the way back; the alpha before is gone.
        Assert.Equal(["products@1", "products@3"], (await engine.Store.ListAsync(Token)).Select(one => one.Name).Order(StringComparer.Ordinal));
        SearchResult[] found = [.. await engine.SearchAsync(new SearchQuery { Text = "desk lamp", Count = 1 }, Token)];
        Assert.Equal(("D1", "products@3"), (found[0].Item.Id.Value, found[0].Origin?.Collection));
        IVectorCollection made = await engine.Store.OpenAsync("products@3", cancellationToken: Token);
        Assert.StartsWith("0.6 ", made.Space.Model, StringComparison.Ordinal);
        Assert.Equal(0, (await engine.ReconcileMigrationAsync(cancellationToken: Token)).Differences);
        Assert.StartsWith("alpha 0.6: products@3 takes the place of products@2; reconciled 10 rows, 0 differ",
            second.Steps.Last(step => step.Why.StartsWith("alpha", StringComparison.Ordinal)).Why, StringComparison.Ordinal);

        _clock.Now += TimeSpan.FromDays(1);
        MigrationStatus last = await engine.NextMigrationAsync(thresholds: Anything, cancellationToken: Token);
        Assert.Equal(("products@4", _clock.GetUtcNow() + TimeSpan.FromDays(7)), (last.New, last.HoldsUntil!.Value));
        _clock.Now += TimeSpan.FromDays(7);
        Assert.Equal(MigrationStage.Completed, (await engine.NextMigrationAsync(cancellationToken: Token)).Stage);
    }

    [Fact]
    public async Task An_alpha_that_was_interrupted_is_built_on_and_a_rollback_leaves_nothing_of_any()
    {
        await using (HybridEngine engine = await OpenAsync())
        {
            await HoldAsync(engine);
            _clock.Now += TimeSpan.FromDays(1);
            using var cut = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.NextMigrationAsync(progress: new Cutting(cut), cancellationToken: cut.Token));
            Assert.Equal(("products@3", null), (await engine.ReadMigrationAsync(cancellationToken: Token))!.Alphas![1] is var aside
                ? (aside.Collection, aside.Since) : default);
        }
        await using HybridEngine next = await OpenAsync(isIndexed: true);
        await WatchAsync(next);
        Assert.Equal("products@3", (await next.NextMigrationAsync(thresholds: Anything, cancellationToken: Token)).New);
        _clock.Now += TimeSpan.FromDays(1);
        using var again = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.NextMigrationAsync(progress: new Cutting(again), cancellationToken: again.Token));
        await next.AddAsync(Shop.Product("D1", "Desk lamp"), Token);

        await next.RollBackMigrationAsync(dropsNew: true, cancellationToken: Token);

        Assert.Equal(["products@1"], (await next.Store.ListAsync(Token)).Select(one => one.Name));
        Assert.Equal(["products@1"], next.Records.Changes.ReadTargets());
        Assert.Equal("D1", Shop.Ids(await next.SearchAsync("desk lamp", 1, Token))[0]);
    }

    [Fact]
    public async Task An_alpha_that_is_worse_than_the_one_before_or_cannot_be_judged_comes_by_force_alone()
    {
        await using HybridEngine engine = await OpenAsync();
        await HoldAsync(engine, ".2..1 over 2d in 2");
        _clock.Now += TimeSpan.FromDays(2);
        await StaysAsync("alpha 1 of the migration blend is built aside, as products@3, and not put in the place of products@2, because it cannot be judged");

        // In the old vectors the headphones, which all had last before it, lead to the kettle; by their texts to other headphones.
        await WatchAsync(engine);

        await StaysAsync("products@2: verdict Rollback: NDCG@10");
        Assert.Equal(nameof(Verdict.Rollback), engine.Records.ReadMigrationSteps("blend")[^1].Verdict);
        MigrationStatus forced = await engine.NextMigrationAsync(force: true, cancellationToken: Token);
        Assert.Equal(("products@3", _clock.GetUtcNow()), (forced.New, forced.Alphas![1].Since));
        Assert.EndsWith("without a verdict, by force", forced.Steps[^1].Why, StringComparison.Ordinal);

        async Task StaysAsync(string message)
        {
            MigrationException refused = await Assert.ThrowsAsync<MigrationException>(() => engine.NextMigrationAsync(cancellationToken: Token));
            Assert.Contains(message, refused.Message, StringComparison.Ordinal);
            MigrationStatus status = (await engine.ReadMigrationAsync(cancellationToken: Token))!;   // ! : it holds
            Assert.Equal(("products@2", "products@3", null), (status.New, status.Alphas![1].Collection, status.Alphas![1].Since));
        }
    }

    [Fact]
    public async Task An_alpha_that_is_cut_at_any_call_of_the_store_is_built_on_and_leaves_nothing()
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(":memory:");
        await using var faulty = new FaultyStore(store);
        await using HybridEngine engine = await OpenAsync(store: faulty);
        await HoldAsync(engine, ".2..1 over 2d in 14");
        int cuts = 0;
        for (int call = 0; call < 13; call++)
        {
            _ = faulty.Arm(StoreFault.CutAfter, call);
            try
            {
                await engine.NextMigrationAsync(force: true, cancellationToken: Token);
            }
            catch (VectorStoreException)
            {
                cuts++;
            }
            faulty.Heal();
            MigrationStatus status = (await engine.ReadMigrationAsync(cancellationToken: Token))!;   // ! : it holds
            if (status.Alphas![call + 1].Since is null)
                status = await engine.NextMigrationAsync(force: true, cancellationToken: Token);
            string[] there = [.. (await store.ListAsync(Token)).Select(one => one.Name)];
            Assert.Equal((2, true, true), (there.Length, there.Contains("products@1"), there.Contains(status.New)));
        }
        Assert.True(cuts > 5, $"{cuts} were cut.");
    }

    [Fact]
    public async Task Dividing_the_traffic_otherwise_while_an_alpha_is_filled_does_not_stop_it()
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(":memory:");
        await using var faulty = new FaultyStore(store);
        await using HybridEngine engine = await OpenAsync(store: faulty);
        await HoldAsync(engine, ".2..1 over 2d in 14");
        for (int call = 0; call < 13; call++)
        {
            Task hit = faulty.Arm(StoreFault.Slow, call);
            Task<MigrationStatus> next = engine.NextMigrationAsync(force: true, cancellationToken: Token);
            await Task.WhenAny(hit, next);
            await engine.DivideTrafficAsync(new TrafficRules { Interleaved = call / 100.0 }, cancellationToken: Token);
            // There is more to take behind it, so that it looks once more whether it may.
            await engine.Records.UpsertAsync([Shop.Product($"N{call}", "Night lamp")], Token);
            faulty.Heal();
            MigrationStatus status = await next;
            status = (await engine.ReadMigrationAsync(cancellationToken: Token))!;   // ! : it holds
            Assert.Equal((call / 100.0, true), (status.Rules.Interleaved, status.Alphas![call + 1].Since is not null));
        }
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(0, (await engine.ReconcileMigrationAsync(cancellationToken: Token)).Differences);
    }

    [Fact]
    public async Task A_schedule_without_old_vectors_is_refused()
    {
        await using HybridEngine engine = await OpenAsync();
        MigrationException refused = await Assert.ThrowsAsync<MigrationException>(() => engine.PlanMigrationAsync(
            new MigrationPlan { Name = "none", Dimension = 128, Alphas = AlphaSchedule.Parse(".2..1 over 2d") }, Token));
        Assert.Contains("names none", refused.Message, StringComparison.Ordinal);
    }

    private async Task<HybridEngine> OpenAsync(bool isIndexed = false, IVectorStore? store = null)
    {
        HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options with { Time = _clock }, store, cancellationToken: Token);
        if (!isIndexed)
        {
            await engine.AddAsync(Shop.Items, Token);
            await engine.IndexAsync(cancellationToken: Token);
        }
        return engine;
    }

    private static async Task WatchAsync(HybridEngine engine) => await engine.AppendAsync(Shop.Sessions("u", ["P4", "P5", "P6", "P1", "K3"], 60), Token);

    private async Task<MigrationStatus> HoldAsync(HybridEngine engine, string alphas = ".2..1 over 2d in 3")
    {
        string file = _shop.File("old.txt");
        await File.WriteAllTextAsync(file, "5 3\nP1 5 0 0\nK3 5 .1 0\nP2 0 1 0\nP3 0 1 .2\nK1 -1 0 0\n", Token);
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "blend", Legacy = file, Alphas = AlphaSchedule.Parse(alphas) }, Token);
        MigrationStatus status = await engine.StartMigrationAsync(cancellationToken: Token);
        // What is blended was read at the start: nothing asks for it again.
        File.Delete(file);
        while (status.Stage != MigrationStage.Holding)
            status = await engine.NextMigrationAsync(force: true, cancellationToken: Token);
        return status;
    }

    private sealed class Cutting(CancellationTokenSource cut) : IProgress<long>
    {
        public void Report(long value) => cut.Cancel();
    }
}

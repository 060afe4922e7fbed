using System.Diagnostics.Metrics;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Tests.Engine;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>What is measured of a migration while it is under way, and of live requests.</summary>
public sealed class MigrationMeasureTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_plan_counts_the_tokens_of_all_texts_by_those_of_a_sample()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        MigrationEstimate none = await engine.PlanMigrationAsync(Blend("moved"), Token);
        Assert.Equal((0L, 0L), (none.ToEncode, none.Tokens));
        await engine.RollBackMigrationAsync(cancellationToken: Token);
        MigrationEstimate all = await engine.PlanMigrationAsync(new MigrationPlan { Name = "shorter", Dimension = 128 }, Token);
        int tokens = Shop.Items.Sum(item => engine.Encoder.Tokenizer.CountTokens(engine.Options.Template.TextOf(item)));
        Assert.Equal((10L, 10, (long)tokens), (all.ToEncode, all.Sampled, all.Tokens));
        Assert.True(all.LeastTime <= all.MostTime && all.MostTime > TimeSpan.Zero, $"{all.LeastTime} to {all.MostTime}");
    }

    [Fact]
    public async Task How_far_behind_and_how_different_both_are_is_measured_while_it_is_under_way()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        MigrationPlan plan = Blend("measured");
        await engine.PlanMigrationAsync(plan, Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        Assert.Equal((0, 10, null), (Measured("lag", "old"), Measured("lag", "new"), Measured("divergence")));
        while ((await engine.NextMigrationAsync(cancellationToken: Token)).Stage != MigrationStage.Shadowing)
        {
        }
        await engine.NextMigrationAsync(force: true, cancellationToken: Token);
        IVectorCollection made = await engine.Store.OpenAsync("products@2", cancellationToken: Token);
        await made.RemoveAsync(["P1", "P2"], Token);
        await engine.AddAsync(Shop.Product("D1", "Desk lamp"), Token);
        Assert.Equal((1, 1, 0), (Measured("lag", "old"), Measured("lag", "new"), Measured("divergence")));
        await engine.ReconcileMigrationAsync(cancellationToken: Token);
        Assert.Equal((2, 0), (Measured("divergence"), Measured("dropped")));
        MigrationStatus status = (await engine.ReadMigrationAsync(cancellationToken: Token))!;   // ! : it was planned
        Assert.Equal((2, 0), (status.Divergence, status.Dropped));
        Assert.StartsWith("reconciled 8 rows, 2 differ: 2 missing,", status.Steps[^1].Why, StringComparison.Ordinal);
        await engine.RollBackMigrationAsync(cancellationToken: Token);
        Assert.Null(Measured("lag", "old"));
    }

    [Fact]
    public async Task Live_requests_are_asked_of_both_behind_the_answer_and_a_comparison_says_how_alike_they_are_by_language()
    {
        HybridOptions options = _shop.Options with { Shadow = new ShadowOptions { Share = 1, Budget = 1 } };
        await using HybridEngine engine = await HybridEngine.OpenAsync(options, cancellationToken: Token);
        await engine.AddAsync(Shop.Items, Token);
        await engine.IndexAsync(cancellationToken: Token);
        await engine.AppendAsync(Shop.Sessions("u", ["P1", "K3", "P5", "P6", "K1", "K2"], 40), Token);
        await engine.PlanMigrationAsync(Blend("blend"), Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        await engine.SearchAsync("before", 3, Token);
        await engine.NextMigrationAsync(cancellationToken: Token);
        await engine.NextMigrationAsync(cancellationToken: Token);
        Assert.Null((await engine.CompareMigrationAsync(cancellationToken: Token)).Shadowed);

        for (int i = 0; i < 5; i++)
        {
            await engine.SearchAsync("coffee", 5, Token);
            await engine.SearchAsync("降噪耳机", 5, Token);
            await engine.SimilarAsync("P1", 5, Token);
            await engine.RecommendAsync(new RecommendQuery { Item = "P4", Count = 5 }, Token);
            await engine.SearchAsync(new SearchQuery { Text = "forced", Variant = Variant.New }, Token);
        }
        await Shop.EventuallyAsync(() => Task.FromResult(engine.Records.ReadShadows("blend").Count == 20), "all are asked of both");

        ShadowReport live = (await engine.CompareMigrationAsync(cancellationToken: Token)).Shadowed!;   // ! : some were asked
        // Of the best items some have 40 users, and some nobody.
        Assert.Equal(["recommend item", "search han", "search item", "search latin", "cold", "mid"], live.Strata.Keys);
        Assert.All(live.Strata.Values.Take(4), stratum => Assert.Equal(5, stratum.Requests));
        Assert.Equal(20, live.Strata["cold"].Requests + live.Strata["mid"].Requests);
        // By text a headphone is P1's neighbour, in the blend a kettle is.
        Assert.InRange(live.Strata["search item"].RankBiasedOverlap, .01, .95);
        Assert.InRange(live.OverlapAt10, live.Strata.Values.Min(stratum => stratum.OverlapAt10), 1);
        Assert.InRange(live.NewP95, double.Epsilon, double.MaxValue);

        await engine.PauseMigrationAsync(cancellationToken: Token);
        await engine.SearchAsync("after", 3, Token);
        await engine.NextMigrationAsync(resume: true, force: true, cancellationToken: Token);
        await engine.SearchAsync("tea", 3, Token);
        await Shop.EventuallyAsync(() => Task.FromResult(engine.Records.ReadShadows("blend").Count == 21), "while the share grows, too, and not in a pause");
    }

    [Fact]
    public async Task Live_requests_beyond_those_that_may_wait_are_dropped_and_counted_and_keep_nobody_from_closing()
    {
        HybridOptions options = _shop.Options with { Shadow = new ShadowOptions { Share = 1, MostWaiting = 1, Budget = 1e-6 } };
        await using HybridEngine engine = await HybridEngine.OpenAsync(options, cancellationToken: Token);
        await engine.AddAsync(Shop.Items, Token);
        await engine.IndexAsync(cancellationToken: Token);
        await engine.PlanMigrationAsync(Blend("blend"), Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        while ((await engine.NextMigrationAsync(cancellationToken: Token)).Stage != MigrationStage.Shadowing)
        {
        }
        for (int i = 0; i < 6; i++)
            await engine.SearchAsync("coffee", 5, Token);
        // One is being asked or paused after, one waits.
        Assert.InRange((await engine.ReadMigrationAsync(cancellationToken: Token))!.Dropped, 4, 5);   // ! : it was planned
    }

    /// <summary>What a metric of migrations says now; null: nothing.</summary>
    private static long? Measured(string name, string? side = null)
    {
        long? seen = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "Hybrid.Migration" && instrument.Name == $"hybrid.migration.{name}")
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            Dictionary<string, object?> named = new(tags.ToArray());
            // Other tests of this process have migrations of their own.
            bool isThis = named.GetValueOrDefault("migration") is "measured" || name == "dropped";
            if (isThis && named.GetValueOrDefault("side") as string == side)
                seen = value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }

    /// <summary>Old vectors of three numbers in which P1 is a kettle's neighbour; N1 has none, and X is of no item.</summary>
    private MigrationPlan Blend(string name)
    {
        string file = _shop.File("old.txt");
        File.WriteAllText(file, "10 3\nP1 5 0 0\nK3 5 .1 0\nP2 0 1 0\nP3 0 1 .2\nP4 0 .9 .3\nP5 0 0 1\nP6 0 .1 1\nK1 -1 0 0\nK2 -1 .1 0\nX 1 1 1\n");
        return new MigrationPlan { Name = name, Legacy = file, Alpha = .3 };
    }
}

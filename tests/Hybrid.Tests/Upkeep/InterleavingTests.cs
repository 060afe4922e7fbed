using Hybrid.Behavior;
using Hybrid.Recommending;
using Hybrid.Tests.Engine;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>Traffic that is divided otherwise than by the share: segments, and lists of both collections.</summary>
public sealed class InterleavingTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_segment_is_led_over_as_its_own_share_says_and_does_not_count_for_the_share_of_all()
    {
        await using HybridEngine engine = await ShadowingAsync();
        await engine.DivideTrafficAsync(
            new TrafficRules { Segments = new Dictionary<string, double> { ["staff"] = 1, ["de"] = .5 } }, cancellationToken: Token);
        Assert.Equal((Variant.New, Variant.Old), (await WhoAsync(engine, "u1", "staff"), await WhoAsync(engine, "u1", "fr")));
        var half = new TrafficSplit("blend", .5);
        foreach (string user in Enumerable.Range(0, 30).Select(i => $"u{i}"))
            Assert.Equal(half.Of(user), await WhoAsync(engine, user, "de"));
        while ((await engine.NextMigrationAsync(force: true, cancellationToken: Token)).Share < 1)
        {
        }
        MigrationStatus status = await engine.DivideTrafficAsync(
            new TrafficRules { Segments = new Dictionary<string, double> { ["fr"] = 0 } }, cancellationToken: Token);
        Assert.Equal("0 % of the users get lists of both, segment fr 0 %".Replace(" %", "%", StringComparison.Ordinal),
            status.Steps[^1].Why.Replace(" %", "%", StringComparison.Ordinal));
        Assert.Equal((Variant.Old, Variant.New), (await WhoAsync(engine, "u1", "fr"), await WhoAsync(engine, "u1", "de")));
        await engine.RecommendAsync(new RecommendQuery { Item = "P4", User = "u1", Segment = "fr", Request = "r1", Count = 2 }, Token);
        await engine.DisposeAsync();
        await using HybridEngine again = await _shop.OpenAsync();
        Assert.Equal(0, (await again.ReadMigrationAsync(cancellationToken: Token))!.Traffic!.Users);
    }

    [Fact]
    public async Task A_list_of_both_says_who_has_put_in_each_item_and_the_first_event_of_a_user_who_is_preferred()
    {
        int news = 0, olds = 0;
        await using (HybridEngine engine = await ShadowingAsync())
        {
            await engine.DivideTrafficAsync(new TrafficRules { Interleaved = 1 }, cancellationToken: Token);
            IReadOnlyList<Recommendation> ofOld = await AskAsync(engine, "u0", null, Variant.Old), ofNew = await AskAsync(engine, "u0", null, Variant.New);
            Assert.NotEqual(Shop.Ids(ofOld), Shop.Ids(ofNew));
            for (int user = 0; user < 40; user++)
            {
                IReadOnlyList<Recommendation> both = await AskAsync(engine, $"u{user}", $"r{user}");
                Assert.Equal(both.Count, both.DistinctBy(one => one.Item.Id).Count());
                Assert.Equal(Shop.Ids(ofOld).Where(id => Of(both, Variant.Old).Contains(id)), Of(both, Variant.Old));
                Assert.Equal(Shop.Ids(ofNew).Where(id => Of(both, Variant.New).Contains(id)), Of(both, Variant.New));
                Assert.InRange(Of(both, Variant.Old).Length - Of(both, Variant.New).Length, -1, 1);
                // Each user takes an item of the new one first, where there is one, and another one later, which counts for nothing.
                Recommendation chosen = both.FirstOrDefault(one => one.Origin!.Variant == Variant.New) ?? both[0];
                (news, olds) = chosen.Origin!.Variant == Variant.New ? (news + 1, olds) : (news, olds + 1);
                await engine.AppendAsync([Click(user, chosen), Click(user, both[0]), Click(user, both[^1])], Token);
            }
            // Somebody else's event, one of another list, and one on what was not shown.
            await engine.AppendAsync([new Event("x", "P1", "click", DateTimeOffset.UnixEpoch, Request: "r1"),
                new Event("u1", "P4", "click", DateTimeOffset.UnixEpoch, Request: "r2")], Token);
        }
        await using HybridEngine next = await _shop.OpenAsync();
        InterleavedTraffic found = (await next.ReadMigrationAsync(cancellationToken: Token))!.Interleaved!;
        Assert.Equal((40L, (long)olds, (long)news), (found.Requests, found.PreferOld, found.PreferNew));
        Assert.True(found.IsClear, $"{found}");
        await next.EraseAsync("u3", Token);
        Assert.Equal(39, (await next.ReadMigrationAsync(cancellationToken: Token))!.Interleaved!.Requests);
        await next.DivideTrafficAsync(new TrafficRules(), cancellationToken: Token);
        Assert.Single((await AskAsync(next, "u1", "r41")).Select(one => one.Origin!.Variant).Distinct());
    }

    [Fact]
    public async Task Traffic_is_divided_only_between_two_collections_that_are_complete()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.PlanMigrationAsync(Blend(), Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        MigrationException refused = await Assert.ThrowsAsync<MigrationException>(() => engine.DivideTrafficAsync(new(), cancellationToken: Token));
        Assert.Contains("divided from Shadowing on", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TrafficRules { Segments = new Dictionary<string, double> { ["de"] = 1.5 } });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficRules { Interleaved = -1 });
    }

    private static string[] Of(IReadOnlyList<Recommendation> list, Variant team) => Shop.Ids(list.Where(one => one.Origin!.Variant == team));

    private static Event Click(int user, Recommendation on) =>
        new($"u{user}", on.Item.Id, "click", DateTimeOffset.UnixEpoch.AddDays(1), Request: $"r{user}");

    private static Task<IReadOnlyList<Recommendation>> AskAsync(HybridEngine engine, string user, string? request, Variant? variant = null) =>
        engine.RecommendAsync(new RecommendQuery { Item = "P1", User = user, Request = request, Variant = variant, Count = 4, ExcludeSeen = false }, Token);

    private static async Task<Variant?> WhoAsync(HybridEngine engine, string user, string segment) =>
        (await engine.SearchAsync(new SearchQuery { Text = "phone", Count = 1, User = user, Segment = segment }, Token))[0].Origin?.Variant;

    private async Task<HybridEngine> ShadowingAsync()
    {
        HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.PlanMigrationAsync(Blend(), Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        while ((await engine.NextMigrationAsync(cancellationToken: Token)).Stage != MigrationStage.Shadowing)
        {
        }
        return engine;
    }

    private MigrationPlan Blend()
    {
        string file = _shop.File("old.txt");
        File.WriteAllText(file, "9 3\nP1 5 0 0\nK3 5 .1 0\nP2 0 1 0\nP3 0 1 .2\nP4 0 .9 .3\nP5 0 0 1\nP6 0 .1 1\nK1 4 0 .1\nK2 4 .2 0\n");
        return new MigrationPlan { Name = "blend", Legacy = file, Alpha = .2 };
    }
}

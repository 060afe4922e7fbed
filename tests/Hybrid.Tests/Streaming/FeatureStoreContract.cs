using Hybrid.Behavior;
using Hybrid.Records;
using Hybrid.Streaming;

namespace Hybrid.Tests.Streaming;

/// <summary>What every <see cref="IFeatureStore"/> promises. One derived class per engine.</summary>
public abstract class FeatureStoreContract : IDisposable
{
    private protected static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    protected FeatureStoreContract() => Records = RecordStore.Open(_folder.File("records.db"));

    private protected RecordStore Records { get; }

    private protected SetClock Clock { get; } = new(Noon);

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_history_has_what_was_written_before_it_was_asked_for_by_whomever()
    {
        IFeatureStore features = OpenStore(new());
        await Records.AppendAsync([At(-2, "u", "A"), At(-1, "v", "B")], Token);
        Assert.Equal(["A"], await HistoryAsync(features, "u"));

        await Records.AppendAsync([At(0, "u", "C")], Token);
        Assert.Equal(["A", "C"], await HistoryAsync(features, "u"));

        using RecordStore other = RecordStore.Open(_folder.File("records.db"));
        await other.AppendAsync([At(-1, "u", "D"), At(-3, "new", "E")], Token);
        Assert.Equal(["A", "D", "C"], await HistoryAsync(features, "u"));
        Assert.Equal(["E"], await HistoryAsync(features, "new"));
        Assert.Empty(await HistoryAsync(features, "nobody"));
    }

    [Fact]
    public async Task A_history_is_the_one_of_the_records_whatever_the_times()
    {
        var random = new Random(5);
        IFeatureStore features = OpenStore(new FeatureOptions { MostUsers = 3 });
        string[] users = ["a", "b", "c", "d", "e"];
        for (int round = 0; round < 80; round++)
        {
            await Records.AppendAsync([.. Enumerable.Range(0, random.Next(3)).Select(_ => new Event(users[random.Next(5)], $"{random.Next(20)}",
                random.Next(5) == 0 ? "dislike" : "view", random.Next(4) == 0 ? null : Noon.AddMinutes(random.Next(-9, 9))))], Token);
            string user = users[random.Next(5)];
            // The records go by the clock of the machine, which is behind Noon or after it for all of them.
            Clock.Now = TimeProvider.System.GetUtcNow();
            UserTaste taste = await TasteAsync(features, user), truth = Records.ReadTaste(user, EventKinds.Default, last: null);
            Assert.Equal(truth.LastLiked(5), taste.LastLiked(5));
            Assert.Equal(truth.LastDisliked(5), taste.LastDisliked(5));
            Assert.Equal(truth.Items.Order(), taste.Items.Order());
        }
    }

    [Fact]
    public async Task What_is_still_to_come_is_never_the_newest_until_it_has_come()
    {
        IFeatureStore features = OpenStore(new());
        await Records.AppendAsync([At(0, "u", "A"), At(60, "u", "LATER")], Token);
        Assert.Equal(["LATER", "A"], await HistoryAsync(features, "u"));
        Clock.Now = Noon.AddHours(2);
        Assert.Equal(["A", "LATER"], await HistoryAsync(features, "u"));
    }

    [Fact]
    public async Task Events_that_come_late_stand_where_their_time_says_however_late()
    {
        var random = new Random(11);
        IFeatureStore features = OpenStore(new());
        Event[] inOrder = [.. Enumerable.Range(0, 40).Select(i => At(-1_000 * (40 - i), "u", $"{i:00}"))];
        Event[] asTheyCome = [.. inOrder];
        random.Shuffle(asTheyCome);
        foreach (Event[] some in asTheyCome.Chunk(3))
        {
            await Records.AppendAsync(some, Token);
            await HistoryAsync(features, "u");   // so that it is at hand, and has to take the next ones in
        }
        Assert.Equal(inOrder.Select(happened => happened.Item.Value), await HistoryAsync(features, "u"));
    }

    [Fact]
    public async Task What_is_known_does_not_depend_on_the_order_in_which_events_come_within_the_bound_and_beyond_it()
    {
        // Every user does the same, and it comes in another order; half of it comes later than the bound.
        const int Seed = 21, Orders = 12;
        var random = new Random(Seed);
        var options = new FeatureOptions { HistoryLength = 20, LateAfter = TimeSpan.FromHours(2), PopularityHalfLife = TimeSpan.FromHours(1) };
        string[] kinds = ["view", "cart", "purchase", "dislike"];
        Event[] log = [.. Enumerable.Range(0, 30).Select(i => At(-8 * i - random.Next(8), "u", $"{random.Next(9)}", kinds[random.Next(4)]))];
        IFeatureStore features = OpenStore(options);
        string? expected = null;
        for (int order = 0; order < Orders; order++)
        {
            string user = $"{order}";
            Event[] asTheyCome = [.. log.Select(happened => happened with { User = user })];
            if (order > 0)
                random.Shuffle(asTheyCome);
            foreach (Event[] some in asTheyCome.Chunk(1 + random.Next(7)))
            {
                await Records.AppendAsync(some, Token);
                if (random.Next(2) == 0)
                    await HistoryAsync(features, user);   // so that it is at hand, and has to take the next ones in
            }
            await SettleAsync();
            RecentEvents recent = await FindAsync(features, user);
            CurrentSession session = recent.SessionOf(Noon, new SessionOptions().Gap)!;   // ! : the newest event is minutes ago
            string known = $"{string.Join(", ", recent.Ordered(user, Noon).Select(Told))}; whole: {recent.IsWhole}; since {session.Start} until "
                + $"{session.Last}: {string.Join(' ', session.Items)}; popular: {string.Join(' ', await PopularAsync(features))}";
            expected ??= known;
            Assert.True(expected == known, $"seed {Seed}, order {order}: {known} where {expected} was due");
            Assert.Equal(log.CountBy(e => e.Kind).ToDictionary(kind => kind.Key, kind => kind.Value * (order + 1L)), await features.ReadKindsAsync(Token));
        }
        Assert.Equal(log.OrderBy(happened => happened.Time).TakeLast(20).Select(Told), (await FindAsync(features, "0")).Ordered("0", Noon).Select(Told));

        static string Told(Event happened) => $"{happened.Item} {happened.Kind} {happened.Time}";
    }

    [Fact]
    public async Task What_a_user_does_now_is_the_last_session_as_sessions_are_cut_and_nothing_after_a_pause()
    {
        var random = new Random(12);
        IFeatureStore features = OpenStore(new());
        TimeSpan gap = new SessionOptions().Gap;
        for (int user = 0; user < 30; user++)
        {
            double at = 0;
            var log = new List<Event>();
            for (int i = 0; i < 12; i++)
                log.Add(At(-400 + (at += random.Next(1, 45)), $"{user}", $"{random.Next(3)}"));
            await Records.AppendAsync(log, Token);
            await SettleAsync();
            RecentEvents recent = await FindAsync(features, $"{user}");
            DateTimeOffset newest = log[^1].Time!.Value;   // ! : each has one
            Session last = Hybrid.Behavior.Sessions.Cut(log).Last();
            CurrentSession? now = recent.SessionOf(newest + gap, gap);
            Assert.NotNull(now);
            Assert.Equal((last.Start, newest), (now.Start, now.Last));
            Assert.Equal(last.Items, now.Items);
            Assert.Null(recent.SessionOf(newest + gap + TimeSpan.FromTicks(1), gap));
        }
        await Records.AppendAsync([At(-200, "own", "A") with { Session = "s1" }, At(-100, "own", "B"), At(-1, "own", "C") with { Session = "s1" }], Token);
        await SettleAsync();
        Assert.Equal(["A", "C"], (await FindAsync(features, "own")).SessionOf(Noon, gap)!.Items.Select(item => item.Value));   // ! : it has just been
    }

    [Fact]
    public async Task Of_a_user_with_more_events_than_are_kept_the_newest_are_there_and_it_says_so()
    {
        IFeatureStore features = OpenStore(new FeatureOptions { HistoryLength = 3 });
        await Records.AppendAsync([At(-3, "u", "A"), At(-2, "u", "B"), At(-1, "u", "C")], Token);
        await SettleAsync();
        Assert.True((await FindAsync(features, "u")).IsWhole);
        await Records.AppendAsync([At(0, "u", "D")], Token);
        await SettleAsync();
        RecentEvents recent = await FindAsync(features, "u");
        Assert.Equal(["B", "C", "D"], recent.Ordered("u", Noon).Select(happened => happened.Item.Value));
        Assert.False(recent.IsWhole);
    }

    [Fact]
    public async Task Who_is_erased_and_what_is_replaced_is_forgotten_at_once()
    {
        IFeatureStore features = OpenStore(new());
        await Records.AppendAsync([At(-2, "u", "A"), At(-1, "v", "B")], Token);
        Assert.Equal(["A"], await HistoryAsync(features, "u"));
        Assert.Equal(["B"], await HistoryAsync(features, "v"));
        Assert.Equal(2, (await features.ReadKindsAsync(Token))["view"]);

        await Records.EraseAsync("u", Token);
        Assert.Empty(await HistoryAsync(features, "u"));
        Assert.Equal(["B"], await HistoryAsync(features, "v"));
        Assert.Equal(1, (await features.ReadKindsAsync(Token))["view"]);

        using (RecordImport import = Records.BeginImport())
        {
            import.Add(At(0, "v", "C"));
            import.Commit(Token);
        }
        Assert.Equal(["C"], await HistoryAsync(features, "v"));
    }

    [Fact]
    public async Task What_is_popular_decays_and_a_heavier_kind_counts_more()
    {
        IFeatureStore features = OpenStore(new FeatureOptions { PopularityHalfLife = TimeSpan.FromHours(1) });
        await Records.AppendAsync([.. Enumerable.Repeat(At(-120, "u", "OLD"), 3), At(0, "u", "NEW"), At(0, "u", "OFF", "dislike"),
            At(0, "v", "SOLD", "purchase"), new("w", "UNDATED", "view", null)], Token);
        Assert.Equal(["SOLD", "NEW", "OLD"], await PopularAsync(features));   // 3, 1, 3/4
        Assert.Equal([(1L, "dislike"), (1L, "purchase"), (5L, "view")], (await features.ReadKindsAsync(Token)).Select(kind => (kind.Value, kind.Key)));

        await Records.AppendAsync([At(-60, "u", "OLD")], Token);   // 5/4
        Assert.Equal(["SOLD", "OLD", "NEW"], await PopularAsync(features));
    }

    /// <param name="options">Of what is kept.</param>
    private protected abstract IFeatureStore OpenStore(FeatureOptions options);

    /// <summary>Waits until what was written is there.</summary>
    private protected abstract Task SettleAsync();

    private protected static Event At(double minutes, string user, string item, string kind = "view") => new(user, item, kind, Noon.AddMinutes(minutes));

    private protected async Task<string[]> HistoryAsync(IFeatureStore features, string user) =>
        [.. (await TasteAsync(features, user)).LastLiked(int.MaxValue).Select(item => item.Value)];

    protected virtual void Dispose(bool disposing)
    {
        Records.Dispose();
        _folder.Dispose();
    }

    private static async Task<RecentEvents> FindAsync(IFeatureStore features, string user) =>
        Assert.IsType<RecentEvents>(await features.FindAsync(user, Token));

    private async Task<UserTaste> TasteAsync(IFeatureStore features, string user)
    {
        await SettleAsync();
        return (await FindAsync(features, user)).TasteOf(EventKinds.Default, Clock.Now);
    }

    private async Task<string[]> PopularAsync(IFeatureStore features)
    {
        await SettleAsync();
        return [.. (await features.ReadPopularAsync(Token)).Select(item => item.Value)];
    }
}

using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;
using Hybrid.Streaming;

namespace Hybrid.Tests.Streaming;

public sealed class FeatureStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly RecordStore _records;
    private readonly SetClock _clock = new(Noon);

    public FeatureStoreTests() => _records = RecordStore.Open(_folder.File("records.db"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _records.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_history_has_what_was_written_before_it_was_asked_for_by_whomever()
    {
        FeatureStore features = Open();
        await _records.AppendAsync([At(-2, "u", "A"), At(-1, "v", "B")], Token);
        Assert.Equal(["A"], History(features, "u"));

        await _records.AppendAsync([At(0, "u", "C")], Token);
        Assert.Equal(["A", "C"], History(features, "u"));

        using RecordStore other = RecordStore.Open(_folder.File("records.db"));
        await other.AppendAsync([At(-1, "u", "D"), At(-3, "new", "E")], Token);
        Assert.Equal(["A", "D", "C"], History(features, "u"));
        Assert.Equal(["E"], History(features, "new"));
        Assert.Equal([], History(features, "nobody"));
    }

    [Fact]
    public async Task A_history_is_the_one_of_the_records_whatever_the_times()
    {
        var random = new Random(5);
        FeatureStore features = Open(new FeatureOptions { MostUsers = 3 });
        string[] users = ["a", "b", "c", "d", "e"];
        for (int round = 0; round < 300; round++)
        {
            await _records.AppendAsync([.. Enumerable.Range(0, random.Next(3)).Select(_ => new Event(users[random.Next(5)], $"{random.Next(20)}",
                random.Next(5) == 0 ? "dislike" : "view", random.Next(4) == 0 ? null : Noon.AddMinutes(random.Next(-9, 9))))], Token);
            string user = users[random.Next(5)];
            // The records go by the clock of the machine, which is behind Noon or after it for all of them.
            _clock.Now = TimeProvider.System.GetUtcNow();
            UserTaste? taste = features.FindTaste(user), truth = _records.ReadTaste(user, EventKinds.Default, last: null);
            Assert.NotNull(taste);
            Assert.Equal(truth.LastLiked(5), taste.LastLiked(5));
            Assert.Equal(truth.LastDisliked(5), taste.LastDisliked(5));
            Assert.Equal(truth.Items.Order(), taste.Items.Order());
        }
    }

    [Fact]
    public async Task What_is_still_to_come_is_never_the_newest_until_it_has_come()
    {
        FeatureStore features = Open();
        await _records.AppendAsync([At(0, "u", "A"), At(60, "u", "LATER")], Token);
        Assert.Equal(["LATER", "A"], History(features, "u"));
        _clock.Now = Noon.AddHours(2);
        Assert.Equal(["A", "LATER"], History(features, "u"));
    }

    [Fact]
    public async Task Users_who_were_not_asked_for_lately_are_let_go_and_come_back_whole()
    {
        FeatureStore features = Open(new FeatureOptions { MostUsers = 2 });
        await _records.AppendAsync([At(-3, "u", "A"), At(-2, "v", "B"), At(-1, "w", "C")], Token);
        foreach (string user in (string[])["u", "v", "u", "w"])
            History(features, user);
        Assert.Equal(2, features.UserCount);

        await _records.AppendAsync([At(0, "v", "D")], Token);

        Assert.Equal(["B", "D"], History(features, "v"));
        Assert.Equal(2, features.UserCount);
    }

    [Fact]
    public async Task Of_a_user_with_more_events_than_are_kept_the_records_are_asked()
    {
        FeatureStore features = Open(new FeatureOptions { HistoryLength = 3 });
        await _records.AppendAsync([At(-3, "u", "A"), At(-2, "u", "B"), At(-1, "u", "C")], Token);
        Assert.Equal(["A", "B", "C"], History(features, "u"));
        await _records.AppendAsync([At(0, "u", "D")], Token);
        Assert.Null(features.FindTaste("u"));
        Assert.Null(Open(new FeatureOptions { HistoryLength = 3 }).FindTaste("u"));
    }

    [Fact]
    public async Task Who_is_erased_and_what_is_replaced_is_forgotten_at_once()
    {
        FeatureStore features = Open();
        await _records.AppendAsync([At(-2, "u", "A"), At(-1, "v", "B")], Token);
        Assert.Equal(["A"], History(features, "u"));
        Assert.Equal(["B"], History(features, "v"));
        Assert.Equal(2, features.ReadKinds(Token)["view"]);

        await _records.EraseAsync("u", Token);
        Assert.Equal([], History(features, "u"));
        Assert.Equal(["B"], History(features, "v"));
        Assert.Equal(1, features.ReadKinds(Token)["view"]);

        using (RecordImport import = _records.BeginImport())
        {
            import.Add(At(0, "v", "C"));
            import.Commit(Token);
        }
        Assert.Equal(["C"], History(features, "v"));
    }

    [Fact]
    public async Task An_item_whose_name_the_catalogue_settles_is_the_one_that_it_has_now()
    {
        FeatureStore features = Open();
        await _records.AppendAsync([At(0, "u", "7.0")], Token);
        Assert.Equal(["7.0"], _records.ReadHistory("u").Select(item => item.Value));
        Assert.Null(features.FindTaste("u"));   // the records say it
        History(features, "v");
        await _records.AppendAsync([At(0, "v", "7.0")], Token);
        Assert.Null(features.FindTaste("v"));
    }

    [Fact]
    public async Task What_is_popular_decays_and_a_heavier_kind_counts_more()
    {
        FeatureStore features = Open(new FeatureOptions { PopularityHalfLife = TimeSpan.FromHours(1) });
        await _records.AppendAsync([.. Enumerable.Repeat(At(-120, "u", "OLD"), 3), At(0, "u", "NEW"), At(0, "u", "OFF", "dislike"),
            At(0, "v", "SOLD", "purchase"), new("w", "UNDATED", "view", null)], Token);
        Assert.Equal(["SOLD", "NEW", "OLD"], Popular(features));   // 3, 1, 3/4
        Assert.Equal([(1L, "dislike"), (1L, "purchase"), (5L, "view")], features.ReadKinds(Token).Select(kind => (kind.Value, kind.Key)));

        await _records.AppendAsync([At(-60, "u", "OLD")], Token);   // 5/4
        Assert.Equal(["SOLD", "OLD", "NEW"], Popular(features));
        Assert.Equal(["SOLD", "OLD", "NEW"], Popular(Open(new FeatureOptions { PopularityHalfLife = TimeSpan.FromHours(1) })));
    }

    [Fact]
    public async Task What_is_popular_is_told_apart_over_a_thousand_half_lives()
    {
        FeatureStore features = Open(new FeatureOptions { PopularityHalfLife = TimeSpan.FromMinutes(1) });
        Assert.Equal([], Popular(features));
        await _records.AppendAsync([At(0, "u", "A"), At(0, "u", "A"), At(0, "u", "B")], Token);
        Popular(features);
        foreach (int minutes in (int[])[400, 900, 1_400])
        {
            _clock.Now = Noon.AddMinutes(minutes);
            await _records.AppendAsync([At(minutes, "u", "C"), At(minutes, "u", "D"), At(minutes, "u", "D")], Token);
            Assert.Equal(["D", "C"], Popular(features).Take(2));
        }
    }

    private FeatureStore Open(FeatureOptions? options = null) => new(_records, EventKinds.Default, options ?? new(), _clock);

    private static Event At(double minutes, string user, string item, string kind = "view") => new(user, item, kind, Noon.AddMinutes(minutes));

    private static string[] History(FeatureStore features, string user) =>
        [.. Assert.IsType<UserTaste>(features.FindTaste(user)).LastLiked(int.MaxValue).Select(item => item.Value)];

    private static string[] Popular(FeatureStore features) => [.. features.ReadPopular().Select((ItemId item) => item.Value)];
}

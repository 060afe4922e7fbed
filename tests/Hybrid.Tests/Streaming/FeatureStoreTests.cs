using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Streaming;

namespace Hybrid.Tests.Streaming;

/// <summary>The engine in process.</summary>
public sealed class FeatureStoreTests : FeatureStoreContract
{
    [Fact]
    public async Task Users_who_were_not_asked_for_lately_are_let_go_and_come_back_whole()
    {
        FeatureStore features = Open(new FeatureOptions { MostUsers = 2 });
        await Records.AppendAsync([At(-3, "u", "A"), At(-2, "v", "B"), At(-1, "w", "C")], Token);
        foreach (string user in (string[])["u", "v", "u", "w"])
            History(features, user);
        Assert.Equal(2, features.UserCount);

        await Records.AppendAsync([At(0, "v", "D")], Token);

        Assert.Equal(["B", "D"], History(features, "v"));
        Assert.Equal(2, features.UserCount);
    }

    [Fact]
    public async Task What_a_user_thinks_of_items_is_what_the_records_say_however_many_events_there_are()
    {
        const int Seed = 5, Users = 6, Items = 40;
        var random = new Random(Seed);
        string[] kinds = ["view", "view", "view", "cart", "purchase", "dislike", "return"];
        FeatureStore features = Open(new FeatureOptions { HistoryLength = 12 });
        Clock.Now = TimeProvider.System.GetUtcNow();   // as the records
        int known = 0, asked = 0;
        for (int round = 0; round < 150; round++)
        {
            var events = new List<Event>();
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                double minutes = random.Next(12) switch { 0 => round - random.Next(300), 1 => 2_000 + random.Next(9), _ => round };   // late, to come, or now
                events.Add(new($"{random.Next(Users)}", $"{random.Next(Items)}", kinds[random.Next(kinds.Length)],
                    random.Next(15) == 0 ? null : Clock.Now.AddMinutes(minutes - 1_000)));
            }
            await Records.AppendAsync(events, Token);
            string user = $"{random.Next(Users)}";
            asked++;
            if (features.FindTaste(user) is not { } taste)
                continue;
            known++;
            UserTaste expected = Records.ReadTaste(user, EventKinds.Default, last: null);
            Assert.True(Told(expected) == Told(taste), $"seed {Seed}, round {round}, user {user}: {Told(taste)} where the records say {Told(expected)}");
        }
        Assert.True(known > asked * 3 / 4, $"only {known} of {asked} were known");

        static string Told(UserTaste taste) => string.Join(", ", taste.Standings());
    }

    [Fact]
    public async Task Of_a_user_with_more_older_items_than_are_kept_the_records_are_asked()
    {
        FeatureStore features = Open(new FeatureOptions { HistoryLength = 3 });
        await Records.AppendAsync([.. Enumerable.Range(0, 503).Select(i => At(i - 600, "u", $"{i}"))], Token);
        Assert.Equal(503, History(features, "u").Length);
        await Records.AppendAsync([.. Enumerable.Range(503, 10).Select(i => At(i - 600, "u", $"{i}"))], Token);
        Assert.Null(features.FindTaste("u"));
        Assert.Null(Open(new FeatureOptions { HistoryLength = 3 }).FindTaste("u"));
    }

    [Fact]
    public async Task An_item_whose_name_the_catalogue_settles_is_the_one_that_it_has_now()
    {
        FeatureStore features = Open();
        await Records.AppendAsync([At(0, "u", "7.0")], Token);
        Assert.Equal(["7.0"], Records.ReadHistory("u").Select(item => item.Value));
        Assert.Null(features.FindTaste("u"));   // the records say it
        History(features, "v");
        await Records.AppendAsync([At(0, "v", "7.0")], Token);
        Assert.Null(features.FindTaste("v"));
    }

    [Fact]
    public async Task What_is_popular_is_told_apart_over_a_thousand_half_lives()
    {
        FeatureStore features = Open(new FeatureOptions { PopularityHalfLife = TimeSpan.FromMinutes(1) });
        Assert.Equal([], Popular(features));
        await Records.AppendAsync([At(0, "u", "A"), At(0, "u", "A"), At(0, "u", "B")], Token);
        Popular(features);
        foreach (int minutes in (int[])[400, 900, 1_400])
        {
            Clock.Now = Noon.AddMinutes(minutes);
            await Records.AppendAsync([At(minutes, "u", "C"), At(minutes, "u", "D"), At(minutes, "u", "D")], Token);
            Assert.Equal(["D", "C"], Popular(features).Take(2));
        }
    }

    [Fact]
    public async Task Events_that_come_later_than_is_said_are_counted()
    {
        FeatureStore features = Open(new FeatureOptions { LateAfter = TimeSpan.FromMinutes(5) });
        features.Follow();
        await Records.AppendAsync([At(0, "u", "A"), At(-5, "u", "B"), At(-6, "u", "C"), At(9, "u", "D"), new("u", "E", "view", null)], Token);
        features.Follow();
        Assert.Equal(1, features.LateEvents);
    }

    private protected override IFeatureStore OpenStore(FeatureOptions options) => Open(options);

    private protected override Task SettleAsync() => Task.CompletedTask;

    private FeatureStore Open(FeatureOptions? options = null) => new(Records, EventKinds.Default, options ?? new(), Clock);

    private static string[] History(FeatureStore features, string user) =>
        [.. Assert.IsType<UserTaste>(features.FindTaste(user)).LastLiked(int.MaxValue).Select(item => item.Value)];

    private static string[] Popular(FeatureStore features) => [.. features.ReadPopular().Select((ItemId item) => item.Value)];
}

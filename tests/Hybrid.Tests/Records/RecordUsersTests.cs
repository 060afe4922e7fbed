using Hybrid.Behavior;
using Hybrid.Records;

namespace Hybrid.Tests.Records;

public sealed class RecordUsersTests : IDisposable
{
    private readonly RecordStore _records = RecordStore.Open(":memory:");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _records.Dispose();

    [Fact]
    public async Task Popular_is_what_most_users_had_however_often_one_comes()
    {
        await AppendAsync("u1 A", "u2 A", "u1 B", "u2 B", "u3 B", "robot C", "robot C", "robot C", "robot C", "robot C");
        Assert.Equal(["B", "A", "C"], Popular());
        Assert.Equal(["B", "A"], Popular(mostEvents: 4));
    }

    [Fact]
    public async Task What_users_dislike_is_not_popular_with_them()
    {
        await AppendAsync("u1 A purchase", "u2 A purchase", "u3 A view", "u1 B view", "u2 B view", "u3 B dislike", "u4 C refund", "u1 A Return", "u2 A return");
        Assert.Equal(["B", "A"], Popular());   // C nobody likes
        await AppendAsync("u1 A buy", "u2 A view", "u2 A order");   // bought again
        Assert.Equal(["A", "B"], Popular());
    }

    [Fact]
    public async Task Popularity_is_what_a_loop_over_the_events_counts()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        string[] kinds = ["view", "", "purchase", "return", "DISLIKE", "add to cart", "4", "2"];
        Event[] log = [.. Enumerable.Range(0, 3_000).Select(_ => new Event($"u{random.Next(80)}", $"i{random.Next(20)}", kinds[random.Next(kinds.Length)],
            random.Next(4) == 0 ? null : DateTimeOffset.UnixEpoch.AddSeconds(random.Next(50))))];
        EventKinds meanings = EventKinds.Default with { MinRating = 3 };
        await _records.AppendAsync(log, Token);

        string[] expected = [.. log.GroupBy(e => e.User).Where(user => user.Count() <= 45)
            .SelectMany(user => new UserTaste(user.OrderBy(e => e.Time), meanings).LastLiked(99))
            .CountBy(item => item).OrderByDescending(item => item.Value).ThenBy(item => item.Key).Select(item => item.Key.Value)];

        Assert.True(expected.SequenceEqual(_records.ReadPopular(meanings, mostEvents: 45).Select(item => item.Value)), $"seed {seed}");
    }

    [Fact]
    public async Task A_user_with_far_more_events_than_the_others_is_named()
    {
        Assert.Null(_records.ReadBusyUsers());
        await AppendAsync([.. Enumerable.Range(0, 10_001).Select(_ => "robot A")]);
        Assert.Null(_records.ReadBusyUsers());   // alone it is the shopper in the middle
        await AppendAsync("u1 A");
        Assert.Null(_records.ReadBusyUsers());
        await AppendAsync("u2 A", "u3 A", "u3 B");
        Assert.Equal(new BusyUsers(10_000, 1, 10_001, "robot"), _records.ReadBusyUsers());
        Assert.Equal(new BusyUsers(1, 2, 10_003, "robot"), _records.ReadBusyUsers(1));
        Assert.Null(_records.ReadBusyUsers(0));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task A_taste_has_the_last_items_and_all_dislikes_however_few_are_asked_for(int? last)
    {
        await AppendAsync("u A purchase", "u B view", "u C view", "u A view");
        UserTaste taste = _records.ReadTaste("u", EventKinds.Default, last);
        Assert.Equal(["C", "A"], taste.LastLiked(2).Select(item => item.Value));
        Assert.Equal([1f, 3f], taste.LastLiked(2).Select(taste.WeightOf));
        Assert.Equal(last ?? 3, taste.Items.Count);

        await AppendAsync("u B dislike", "u C view", "u A view");
        taste = _records.ReadTaste("u", EventKinds.Default, last);
        Assert.Equal(["B"], taste.Disliked.Select(item => item.Value));
        Assert.Equal(["C", "A"], taste.LastLiked(2).Select(item => item.Value));
    }

    private string[] Popular(int? mostEvents = null) => [.. _records.ReadPopular(mostEvents: mostEvents).Select(item => item.Value)];

    /// <summary>Events like "user item kind", at one time: in the order of the log.</summary>
    private Task<IReadOnlyList<bool>> AppendAsync(params string[] events) => _records.AppendAsync(
        [.. events.Select(e => e.Split(' ')).Select(e => new Event(e[0], e[1], e.ElementAtOrDefault(2) ?? "", DateTimeOffset.UnixEpoch))], Token);
}

using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Tests.Engine;

public sealed class PopularItemsTests : IDisposable
{
    private readonly RecordStore _records = RecordStore.Open(":memory:");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _records.Dispose();

    [Fact]
    public async Task What_is_popular_follows_the_events_as_a_count_of_all_would()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        string[] kinds = ["view", "", "purchase", "return", "DISLIKE", "add to cart", "4", "2"];
        EventKinds meanings = EventKinds.Default with { MinRating = 3 };
        var popular = new PopularItems(_records, meanings, mostEvents: 45);
        await _records.UpsertAsync([new Item("i7")], Token);
        for (int round = 0; round < 60; round++)
        {
            Event[] some = [.. Enumerable.Range(0, random.Next(40)).Select(_ => new Event($"u{random.Next(60)}", $"i{random.Next(20)}{(random.Next(200) == 0
                ? ".0" : "")}", kinds[random.Next(kinds.Length)], random.Next(4) == 0 ? null : DateTimeOffset.UnixEpoch.AddSeconds(random.Next(50))))];
            await _records.AppendAsync(some, Token);
            if (random.Next(10) == 0)
                await _records.EraseAsync($"u{random.Next(60)}", Token);
            IReadOnlyList<ItemId> expected = _records.ReadPopular(meanings, mostEvents: 45), found = [];

            await Shop.EventuallyAsync(() => Task.FromResult((found = popular.Read()).SequenceEqual(expected)),
                $"round {round} of seed {seed} has {string.Join(' ', expected)}, not {string.Join(' ', found)}");
        }
        await popular.CloseAsync();
    }

    [Fact]
    public async Task New_events_change_the_counts_without_a_look_at_the_others()
    {
        await _records.AppendAsync([.. Enumerable.Range(0, 100).Select(i => new Event($"u{i}", $"i{i % 7}", "view", DateTimeOffset.UnixEpoch))], Token);
        UserCounts counted = _records.CountUsers(EventKinds.Default, mostEvents: null);
        await _records.AppendAsync([new Event("u0", "i0", "view", null), new Event("u0", "i1", "view", null), new Event("u2", "i2", "return", null),
            new Event("u2", "i2", "return", DateTimeOffset.UnixEpoch.AddSeconds(1))], Token);

        (IReadOnlyDictionary<string, long> changes, LogState state) =
            _records.ReadUserChanges(counted, EventKinds.Default, mostEvents: null, most: 10) ?? throw new InvalidOperationException("They are not followed.");

        Assert.Equal(new Dictionary<string, long> { ["i1"] = 1, ["i2"] = -1 }, changes);
        Assert.Equal(_records.ReadLogState(), state);
        Assert.Null(_records.ReadUserChanges(counted, EventKinds.Default, mostEvents: null, most: 3));
    }
}

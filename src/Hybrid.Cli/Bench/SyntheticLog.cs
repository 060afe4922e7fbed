using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Cli.Bench;

/// <summary>Histories as large shops have them: few items have most events, few users long histories, and half of the time one goes on to what is
/// near.</summary>
/// <remarks>Items by x^−.8, lengths by Pareto with α 2 and a mean of events / users, up to 1,000. The same for one seed on every machine.</remarks>
internal static class SyntheticLog
{
    private const int Longest = 1_000;

    /// <summary>How far away an item is to which one goes on.</summary>
    private const int Reach = 20;

    /// <summary>User after user, a minute apart; about so many users, exactly so many events.</summary>
    public static IEnumerable<Event> Make(int items, int users, long events, int seed = 1)
    {
        ItemId[] ids = [.. Enumerable.Range(0, items).Select(item => new ItemId(FormattableString.Invariant($"i{item}")))];
        var random = new Random(seed);
        // Who stands beside whom has nothing to do with how popular they are.
        int[] neighbors = [.. Enumerable.Range(0, items)], places = new int[items];
        random.Shuffle(neighbors);
        for (int place = 0; place < items; place++)
            places[neighbors[place]] = place;
        double least = Math.Max(1, events / (2.0 * users));   // of Pareto with α 2 the mean is twice the least
        var begin = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        long made = 0;
        for (int user = 0; made < events; user++)
        {
            var id = new UserId(FormattableString.Invariant($"u{user}"));
            DateTimeOffset time = begin.AddMinutes(random.Next(365 * 24 * 60));
            int length = (int)Math.Min(Math.Min(Longest, events - made), least / Math.Sqrt(1 - random.NextDouble()));
            int item = Draw();
            for (int i = 0; i < Math.Max(1, length); i++)
            {
                yield return new Event(id, ids[item], "view", time.AddMinutes(i));
                made++;
                item = random.Next(2) == 0 ? Draw() : neighbors[(places[item] + 1 + random.Next(Reach)) % items];
            }
        }

        int Draw() => (int)(items * Math.Pow(random.NextDouble(), 5));
    }
}

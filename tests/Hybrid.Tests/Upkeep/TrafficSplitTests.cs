using System.Globalization;
using Hybrid.Recommending;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

public sealed class TrafficSplitTests
{
    [Fact]
    public void Raising_the_share_moves_none_of_a_million_users_back_and_each_share_is_met()
    {
        double[] shares = [0, .01, .1, .25, .5, 1];
        TrafficSplit[] splits = [.. shares.Select(share => new TrafficSplit("salt", share))];
        var news = new int[shares.Length];
        for (int user = 0; user < 1_000_000; user++)
        {
            string unit = user.ToString(CultureInfo.InvariantCulture);
            bool wasNew = false;
            for (int i = 0; i < splits.Length; i++)
            {
                bool isNew = splits[i].Of(unit) == Variant.New;
                Assert.True(isNew || !wasNew);
                wasNew = isNew;
                news[i] += isNew ? 1 : 0;
            }
        }
        // Five standard deviations of a binomial share.
        Assert.All(shares.Zip(news), one => Assert.InRange(one.Second / 1e6, one.First - 5 * Math.Sqrt(one.First * (1 - one.First) / 1e6),
            one.First + 5 * Math.Sqrt(one.First * (1 - one.First) / 1e6)));
    }

    [Fact]
    public void Another_salt_divides_independently_and_an_override_counts_before_the_share()
    {
        var split = new TrafficSplit("a", .5, new Dictionary<string, Variant> { ["staff"] = Variant.New, ["7"] = Variant.Old });
        var other = new TrafficSplit("b", .5);
        int alike = Enumerable.Range(0, 10_000).Count(i => split.Of($"u{i}") == other.Of($"u{i}"));
        Assert.InRange(alike, 4_750, 5_250);
        Assert.Equal(Variant.Old, new TrafficSplit("a", 1, new Dictionary<string, Variant> { ["7"] = Variant.Old }).Of("7"));
        Assert.Equal(Variant.New, split.Of("staff"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrafficSplit("a", double.NaN));
    }
}

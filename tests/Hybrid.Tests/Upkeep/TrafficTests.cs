using Hybrid.Catalog;
using Hybrid.Recommending;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>Who was shown what, whether users fall as they are meant to, and whom they prefer.</summary>
public sealed class TrafficTests
{
    [Theory]
    [InlineData(500, 500, .5, 1)]
    // χ² of 3.84146 is the 5 % point: 500 ± 30.99 of 1,000.
    [InlineData(469, 531, .5, .0499)]
    [InlineData(990, 10, .01, 1)]
    [InlineData(0, 0, .5, 1)]
    [InlineData(0, 5, 1, 1)]
    [InlineData(1, 5, 1, 0)]
    public void A_sample_ratio_has_the_p_value_of_the_chi_square_test(long old, long @new, double share, double expected) =>
        Assert.Equal(expected, SampleRatio.PValue(old, @new, share), 3);

    [Fact]
    public void A_division_that_loses_a_twentieth_of_one_side_is_skewed_and_a_fair_one_seldom()
    {
        Assert.True(new MigrationTraffic(.5, new(10_000, 0, 0), new(9_500, 0, 0)).IsSkewed);
        Assert.False(new MigrationTraffic(.5, new(10_000, 0, 0), new(9_900, 0, 0)).IsSkewed);
    }

    [Fact]
    public void A_draft_has_each_item_once_and_as_many_of_either_side_and_each_begins_as_often()
    {
        ItemId[] old = ["A", "B", "C", "D"], @new = ["B", "E", "A", "F"];
        int begun = 0;
        for (int seed = 0; seed < 1_000; seed++)
        {
            (IReadOnlyList<ItemId> items, IReadOnlyList<Variant> teams) = TeamDraft.Interleave(old, @new, 4, seed);
            Assert.Equal(4, items.Distinct().Count());
            Assert.Equal(2, teams.Count(team => team == Variant.Old));
            Assert.Equal(teams[0] == Variant.Old ? "A" : "B", items[0].Value);
            begun += teams[0] == Variant.Old ? 1 : 0;
        }
        Assert.InRange(begun, 420, 580);   // five standard deviations
        Assert.Equal(6, TeamDraft.Interleave(old, @new, 10, 1).Items.Count);
        Assert.Equal(["A"], TeamDraft.Interleave(["A"], [], 3, 1).Items.Select(item => item.Value));
    }

    [Fact]
    public void Looking_after_every_user_raises_a_false_alarm_in_few_of_two_thousand_runs()
    {
        const int runs = 2_000, users = 1_000;
        var random = new Random(11);
        int alarms = 0;
        for (int run = 0; run < runs; run++)
        {
            var test = new PreferenceTest();
            for (int user = 0; user < users && test.Evidence < 20; user++)
                test.Add(random.Next(3), random.Next(3));
            alarms += test.Evidence >= 20 ? 1 : 0;
        }
        Assert.True(alarms <= .05 * runs, $"{alarms} of {runs} with seed 11.");
    }

    /// <summary>Simulated clicks: five places of either team, each clicked on with the team's own probability.</summary>
    [Fact]
    public void A_ranking_that_is_clicked_on_a_quarter_more_often_is_preferred_in_nine_of_ten_runs()
    {
        const int runs = 200, users = 5_000;
        var random = new Random(5);
        int found = 0;
        for (int run = 0; run < runs; run++)
        {
            var test = new PreferenceTest();
            for (int user = 0; user < users && test.Evidence < 20; user++)
                test.Add(Clicks(random, .04), Clicks(random, .05));
            found += test.Evidence >= 20 ? 1 : 0;
        }
        Assert.True(found >= .9 * runs, $"{found} of {runs} with seed 5.");
    }

    private static int Clicks(Random random, double rate) => Enumerable.Range(0, 5).Count(_ => random.NextDouble() < rate);
}

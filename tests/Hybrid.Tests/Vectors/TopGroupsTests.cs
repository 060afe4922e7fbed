using CsCheck;
using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class TopGroupsTests
{
    [Fact]
    public void It_keeps_what_a_sort_of_everything_would_whatever_the_order_and_however_many_scores_are_equal() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 6]).Array[0, 60].Select(Gen.Int[1, 9]).Sample((shown, count) =>
        {
            (float Score, int Key, int Group)[] rows = [.. shown.Select((s, key) => ((float)s.Item1, key, s.Item2))];
            var kept = new TopGroups<int, int>(count);
            foreach ((float score, int key, int group) in rows)
            {
                if (score >= kept.Threshold)   // as a search does
                    kept.Add(score, key, group);
            }
            (float, int)[] expected =
                [.. rows.OrderByDescending(r => r.Score).ThenBy(r => r.Key).DistinctBy(r => r.Group).Take(count).Select(r => (r.Score, r.Key))];
            Assert.Equal(expected, kept.ToSortedArray());
        });
}

using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

public sealed class RankOverlapTests
{
    [Theory]
    [InlineData("abc", "abc", 1)]
    [InlineData("abc", "def", 0)]
    [InlineData("", "", 1)]
    [InlineData("", "a", 0)]
    // By hand, p = .9: agreements 0, 1, 2/3: (.1/.9)(0 + 1·.81 + ⅔·.729) + ⅔·.729.
    [InlineData("abc", "bad", 0.63)]
    // One list is the other's beginning: nothing that is seen speaks against their going on alike.
    [InlineData("abcd", "ab", 1)]
    public void Rank_biased_overlap_is_as_worked_out_by_hand(string a, string b, double expected)
    {
        Assert.Equal(expected, RankOverlap.Biased(a.ToCharArray(), b.ToCharArray()), 9);
        Assert.Equal(expected, RankOverlap.Biased(b.ToCharArray(), a.ToCharArray()), 9);
    }

    [Theory]
    // By hand, p = .9. B and C share the second place: agreements 1, 2·2/(3 + 2), 1.
    [InlineData("a9 b5 c5", "a9 b5 c1", 0.982)]
    // All of one list share the first place: 2·1/(3 + 1), 2·2/(3 + 2), 1.
    [InlineData("a1 b1 c1", "c9 b5 a1", 0.932)]
    // Both lists are one tie of the same things, in whatever order they stand.
    [InlineData("a1 b1 c1", "c7 a7 b7", 1)]
    // Without ties it is the other one, also of lists of different lengths.
    [InlineData("a3 b2 c1", "b3 a2 d1", 0.63)]
    [InlineData("a4 b3 c2 d1", "a9 b1", 1)]
    [InlineData("", "a1", 0)]
    public void Equal_scores_share_a_place(string a, string b, double expected)
    {
        Assert.Equal(expected, RankOverlap.Tied(Scored(a), Scored(b)), 9);
        Assert.Equal(expected, RankOverlap.Tied(Scored(b), Scored(a)), 9);
    }

    private static (char Item, double Score)[] Scored(string list) =>
        [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => (one[0], (double)(one[1] - '0')))];

    [Fact]
    public void Overlap_at_k_is_of_sets()
    {
        Assert.Equal(2 / 3.0, RankOverlap.At([1, 2, 3, 4], [3, 1, 9, 2], 3));
        Assert.Equal(.5, RankOverlap.At([1], [1, 2], 10));
        Assert.Equal(1, RankOverlap.At<int>([], [], 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => RankOverlap.Biased([1], [1], 1));
    }
}

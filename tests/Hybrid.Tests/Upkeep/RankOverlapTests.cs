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

    [Fact]
    public void Overlap_at_k_is_of_sets()
    {
        Assert.Equal(2 / 3.0, RankOverlap.At([1, 2, 3, 4], [3, 1, 9, 2], 3));
        Assert.Equal(.5, RankOverlap.At([1], [1, 2], 10));
        Assert.Equal(1, RankOverlap.At<int>([], [], 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => RankOverlap.Biased([1], [1], 1));
    }
}

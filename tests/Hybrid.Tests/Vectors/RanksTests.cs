using CsCheck;
using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class RanksTests
{
    [Fact]
    public void The_greatest_of_a_rank_is_where_a_sort_has_it() =>
        // Few distinct values, and many.
        Gen.OneOf(Gen.Int[-3, 3].Select(n => (float)n), Gen.Single[-10, 10]).Array[1, 300].Sample(values =>
        {
            float[] sorted = [.. values.OrderDescending()];
            for (int rank = 1; rank <= values.Length; rank++)
                Assert.Equal(sorted[rank - 1], Ranks.Greatest([.. values], rank));
        }, iter: 200);

    [Fact]
    public void A_rank_that_nothing_has_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Ranks.Greatest([1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ranks.Greatest([1], 2));
    }
}

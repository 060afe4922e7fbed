using CsCheck;
using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class TopKTests
{
    // Few distinct scores, so that most of them tie, also at the last place.
    private static readonly Gen<int[]> Scores = Gen.Int[-3, 3].Array[0, 200];

    [Fact]
    public void It_keeps_what_a_full_sort_puts_first() =>
        Gen.Select(Scores, Gen.Int[1, 60]).Sample((scores, count) =>
        {
            var best = new TopK<int>(count);
            for (int key = 0; key < scores.Length; key++)
                best.Add(scores[key], key);
            (float, int)[] expected = [.. scores.Select((score, key) => ((float)score, key)).OrderByDescending(x => x.Item1).ThenBy(x => x.key).Take(count)];
            Assert.Equal(expected, best.ToSortedArray());
        });

    [Fact]
    public void The_order_of_arrival_does_not_matter() =>
        Gen.Select(Scores, Gen.Int[1, 20], Gen.Int).Sample((scores, count, seed) =>
        {
            int[] shuffled = [.. Enumerable.Range(0, scores.Length)];
            new Random(seed).Shuffle(shuffled);
            var inOrder = new TopK<int>(count);
            var inAnother = new TopK<int>(count);
            for (int i = 0; i < scores.Length; i++)
            {
                inOrder.Add(scores[i], i);
                inAnother.Add(scores[shuffled[i]], shuffled[i]);
            }
            Assert.Equal(inOrder.ToSortedArray(), inAnother.ToSortedArray());
        });

    [Fact]
    public void A_comparer_decides_ties()
    {
        var best = new TopK<string>(2, Comparer<string>.Create((a, b) => string.CompareOrdinal(b, a)));
        foreach (string word in new[] { "a", "c", "b" })
            best.Add(1, word);
        Assert.Equal([(1f, "c"), (1f, "b")], best.ToSortedArray());
    }

    [Fact]
    public void The_threshold_is_the_last_kept_score_once_it_is_full()
    {
        var best = new TopK<int>(2);
        best.Add(0.5f, 1);
        Assert.Equal(float.NegativeInfinity, best.Threshold);
        best.Add(0.25f, 2);
        Assert.Equal(0.25f, best.Threshold);
        best.Add(0.75f, 3);
        Assert.Equal(0.5f, best.Threshold);
    }

    [Fact]
    public void Nothing_to_keep_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new TopK<int>(0));
}

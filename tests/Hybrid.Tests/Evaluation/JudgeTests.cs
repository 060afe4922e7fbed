using Hybrid.Behavior;
using Hybrid.Evaluation;

namespace Hybrid.Tests.Evaluation;

public sealed class JudgeTests
{
    private static readonly JudgeOptions Short = new() { Lengths = [2, 3] };

    /// <summary>One user with the history a b and two targets, c and d, of six items.</summary>
    private static Split TwoTargets => Split.Make(
        SmallLog.Of("A: a b | c d", "B: a e", "C: a f"), new SplitOptions { Kind = SplitKind.LeaveBasket, MinEvents = 3 });

    [Fact]
    public void Metrics_are_what_their_formulas_give_by_hand()
    {
        Judgement judged = Judge.Of(TwoTargets, Answer("c", "e", "d"), Short);

        double ideal = 1 + (1 / Math.Log2(3));
        AssertMetrics(judged, ("HR@2", 1), ("Recall@2", 0.5), ("NDCG@2", 1 / ideal), ("Recall@3", 1), ("NDCG@3", (1 + 0.5) / ideal), ("MRR", 1),
            ("MAP", (1 + (2.0 / 3)) / 2), ("Cov@2", 2.0 / 6),
            // c no one, e one of three users
            ("Novelty@2", (Math.Log2(4) + Math.Log2(2)) / 2),
            // Two of six items with one each: (2·5 − 7 + 2·6 − 7) / (6·2)
            ("Gini@2", 8.0 / 12));
    }

    [Fact]
    public void Diversity_is_the_mean_distance_of_the_pairs()
    {
        float[] vectors = [1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0];   // a … f; d stands at a right angle to the others
        Judgement judged = Judge.Of(TwoTargets, Answer("c", "d", "e"), new JudgeOptions { Lengths = [3], Vectors = vectors });
        AssertMetrics(judged, ("Diversity@3", 2.0 / 3));
    }

    [Fact]
    public void What_cannot_count_is_struck_and_said()
    {
        Judgement judged = Judge.Of(TwoTargets, Answer("a", "nothing", "c", "c"), Short);
        AssertMetrics(judged, ("HR@2", 1), ("MRR", 1));
        Assert.Equal(
        [
            "1 lists are shorter than they are looked at: what they lack counts as missed.",
            "1 items are not in the catalogue and were struck, such as 'nothing' for user 'A'.",
            "1 items stood in a list before and were struck.",
            "1 items are of the user's history and were struck.",
        ], judged.Warnings);
    }

    [Fact]
    public void A_user_without_an_answer_counts_0_and_one_who_was_not_asked_not_at_all()
    {
        Judgement judged = Judge.Of(TwoTargets, new Dictionary<UserId, IReadOnlyList<string>> { ["Z"] = ["c"] }, Short);
        AssertMetrics(judged, ("HR@2", 0), ("MRR", 0), ("Cov@2", 0), ("Gini@2", 0));
        Assert.Equal((1, 1), (judged.Missing, judged.NotAsked));
        Assert.Equal(2, judged.Warnings.Count);
    }

    [Fact]
    public void An_interval_holds_the_value_and_is_the_same_for_the_same_seed()
    {
        (Split split, Dictionary<UserId, IReadOnlyList<string>> half, _) = Halves();
        MetricValue first = Judge.Of(split, half).Metrics["HR@10"], again = Judge.Of(split, half).Metrics["HR@10"];
        Assert.Equal(first, again);
        Assert.Equal(0.5, first.Value);
        // 1.96·√(.5·.5/200) = .069
        Assert.InRange(first.High - first.Value, 0.05, 0.09);
        Assert.InRange(first.Value - first.Low, 0.05, 0.09);
    }

    [Fact]
    public void A_pair_that_differs_on_few_users_has_a_narrower_interval_than_either()
    {
        (Split split, Dictionary<UserId, IReadOnlyList<string>> half, Dictionary<UserId, IReadOnlyList<string>> more) = Halves();
        Comparison compared = Comparison.Of(split, more, half);
        MetricValue ahead = compared.Ahead["HR@10"], alone = compared.A.Metrics["HR@10"];
        Assert.Equal(0.05, ahead.Value, tolerance: 1e-12);
        Assert.InRange(ahead.Low, 0.001, 0.05);
        Assert.True(ahead.High - ahead.Low < (alone.High - alone.Low) / 2);
        Assert.Equal(0, Comparison.Of(split, half, half).Ahead["NDCG@10"].High);
    }

    /// <summary>200 users; one system is right for every second of them, another for ten more.</summary>
    private static (Split Split, Dictionary<UserId, IReadOnlyList<string>> Half, Dictionary<UserId, IReadOnlyList<string>> More) Halves()
    {
        var split = Split.Make(SmallLog.Of([.. Enumerable.Range(0, 200).Select(user => $"U{user}: a b c{user % 20}")]), new SplitOptions { MinEvents = 3 });
        Dictionary<UserId, IReadOnlyList<string>> Right(Func<int, bool> isRight) => split.Queries.Index().ToDictionary(
            query => query.Item.User, query => (IReadOnlyList<string>)(isRight(query.Index) ? [query.Item.Targets[0].Value] : []));
        return (split, Right(i => i % 2 == 0), Right(i => i % 2 == 0 || i < 20));
    }

    private static Dictionary<UserId, IReadOnlyList<string>> Answer(params string[] items) => new() { ["A"] = items };

    private static void AssertMetrics(Judgement judged, params (string Name, double Value)[] expected) =>
        Assert.All(expected, metric => Assert.Equal(metric.Value, judged.Metrics[metric.Name].Value, tolerance: 1e-6));
}

using Hybrid.Behavior;

namespace Hybrid.Evaluation;

/// <summary>Two systems judged on the same queries.</summary>
/// <param name="A">The first.</param>
/// <param name="B">The second.</param>
/// <param name="Ahead">How far A is ahead of B by each metric: the mean of the differences query by query, with the interval of a paired bootstrap. Where it
/// does not hold 0, the difference is more than chance.</param>
public sealed record Comparison(Judgement A, Judgement B, IReadOnlyDictionary<string, MetricValue> Ahead)
{
    /// <summary>Judges both.</summary>
    public static Comparison Of(
        Split split, IReadOnlyDictionary<UserId, IReadOnlyList<string>> a, IReadOnlyDictionary<UserId, IReadOnlyList<string>> b, JudgeOptions? options = null)
    {
        options ??= new JudgeOptions();
        Judgement left = Judge.Of(split, a, options), right = Judge.Of(split, b, options);
        return new Comparison(left, right, Bootstrap.Difference(left.ByQuery, right.ByQuery, options));
    }
}

namespace Hybrid.Recommending.Sources;

/// <summary>How much each item of a history counts: the newest 1, each one before it <c>decay</c> times the next.</summary>
internal static class RecencyWeights
{
    /// <summary>What weighs less than this changes no place that anyone could tell from chance.</summary>
    private const double Least = 1e-6;

    /// <summary>The newest items of a history with their weights, newest first.</summary>
    /// <param name="decay">0 … 1; 1: all count alike, 0: only the newest.</param>
    /// <param name="most">How many items at most; 0: all.</param>
    public static IEnumerable<(int Item, float Weight)> Of(int[] history, double decay, int most = 0)
    {
        double weight = 1;
        int last = most == 0 ? 0 : Math.Max(0, history.Length - most);
        for (int i = history.Length - 1; i >= last && weight >= Least; i--, weight *= decay)
            yield return (history[i], (float)weight);
    }

    /// <exception cref="ArgumentOutOfRangeException">It is outside its range.</exception>
    public static double InRange(double value, double least, double most, string name) => value >= least && value <= most ? value
        : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} takes {least} to {most}, not {value}."));

    /// <exception cref="ArgumentOutOfRangeException">It is outside its range.</exception>
    public static int InRange(int value, int least, string name) => value >= least ? value
        : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} takes {least} or more, not {value}."));
}

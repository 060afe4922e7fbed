using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hybrid.Vectors;

/// <summary>Finds the few scores among many that reach a threshold.</summary>
internal static class HighScores
{
    /// <summary>The next score, from a place on, that is at least the threshold.</summary>
    /// <param name="at">Where to begin; then where it is.</param>
    /// <returns>False where no more are.</returns>
    public static bool Next(ReadOnlySpan<float> scores, float threshold, ref int at)
    {
        var least = Vector512.Create(threshold);
        for (; at + Vector512<float>.Count <= scores.Length; at += Vector512<float>.Count)
        {
            ulong reaching = Vector512.GreaterThanOrEqual(Vector512.Create(scores[at..]), least).ExtractMostSignificantBits();
            if (reaching == 0)
                continue;
            at += BitOperations.TrailingZeroCount(reaching);
            return true;
        }
        for (; at < scores.Length; at++)
        {
            if (scores[at] >= threshold)
                return true;
        }
        return false;
    }
}

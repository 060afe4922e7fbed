namespace Hybrid.Records;

/// <summary>Users with more events than any shopper has: robots, tills, test accounts.</summary>
/// <param name="MostEvents">What a user may have.</param>
/// <param name="Users">How many have more.</param>
/// <param name="Events">Their events together.</param>
/// <param name="Busiest">The one of them with most events.</param>
public sealed record BusyUsers(long MostEvents, int Users, long Events, string Busiest)
{
    /// <summary>What a user may have where nobody says it: at least this, however little the others do.</summary>
    public const int LeastBound = 10_000;

    /// <summary>And otherwise so many times as much as the user in the middle.</summary>
    public const int MedianFactor = 100;

    /// <param name="mostEvents">Null: the larger of <see cref="LeastBound"/> and <see cref="MedianFactor"/> × the median; 0: no bound.</param>
    /// <param name="counts">Events of each user; reordered.</param>
    internal static long Bound(int? mostEvents, Span<int> counts)
    {
        if (mostEvents is { } given)
            return given == 0 ? long.MaxValue : given;
        if (counts.IsEmpty)
            return LeastBound;
        counts.Sort();
        // Of an even number the upper one: of one shopper and one robot nobody can say which is which.
        return Math.Max(LeastBound, MedianFactor * (long)counts[counts.Length / 2]);
    }
}

namespace Hybrid.Upkeep.Migration;

/// <summary>How a migration divides the traffic beside its share: by segments, and by lists of both.</summary>
public sealed record TrafficRules
{
    /// <summary>Of each segment that is led over otherwise than the rest, the share that the new collection answers, whatever that of the migration
    /// is.</summary>
    /// <value>By the segment as a query names it; shares of 0 … 1. Default: none.</value>
    /// <exception cref="ArgumentException">A share is out of range, or a segment has no name.</exception>
    public IReadOnlyDictionary<string, double> Segments
    {
        get;
        init => field = value.FirstOrDefault(one => one.Key.Length == 0 || one.Value is not (>= 0 and <= 1)) is { Key: { } wrong } given
            ? throw new ArgumentException(FormattableString.Invariant($"A segment has a name and a share of 0 to 1, not '{wrong}' {given.Value}."),
                nameof(Segments))
            : new Dictionary<string, double>(value, StringComparer.Ordinal);
    } = new Dictionary<string, double>();

    /// <summary>Of the users who ask for recommendations, the share that gets one list of both (<see cref="TeamDraft"/>), whatever else they would
    /// get.</summary>
    /// <value>0 … 1. Default 0: nobody.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public double Interleaved
    {
        get;
        init => field = value is >= 0 and <= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Interleaved), value, FormattableString.Invariant($"A share is 0 to 1, not {value}."));
    }

    /// <summary>In words, as the steps of a migration have it.</summary>
    public override string ToString()
    {
        string segments = string.Concat(Segments.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one =>
            FormattableString.Invariant($", segment {one.Key} {one.Value:P0}")));
        return FormattableString.Invariant($"{Interleaved:P0} of the users get lists of both{segments}");
    }
}

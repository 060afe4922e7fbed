using System.IO.Hashing;
using Hybrid.Recommending;

namespace Hybrid.Upkeep.Migration;

/// <summary>Whom the new one of two systems answers: 10,000 buckets by a hash of a salt and the user, of which the first so many are its.</summary>
/// <remarks>Monotone: raising the share takes some over and moves nobody back. The same on every machine. Threads: immutable.</remarks>
public sealed class TrafficSplit
{
    /// <summary>How many buckets there are: a share is exact to .01 %.</summary>
    public const int Buckets = 10_000;

    private readonly byte[] _salt;
    private readonly IReadOnlyDictionary<string, Variant> _overrides;
    private readonly IReadOnlyDictionary<string, double> _segments;

    /// <param name="salt">Another one divides anew, independently: who was first by one is not first by another.</param>
    /// <param name="share">How much of the traffic the new system answers, 0 … 1.</param>
    /// <param name="overrides">Who is answered by which, whatever the share: by user; null: nobody.</param>
    /// <param name="segments">Of each segment that is divided otherwise, its share; null: none is.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
    public TrafficSplit(
        string salt, double share, IReadOnlyDictionary<string, Variant>? overrides = null, IReadOnlyDictionary<string, double>? segments = null)
    {
        ArgumentNullException.ThrowIfNull(salt);
        if (!(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, FormattableString.Invariant($"A share is 0 to 1, not {share}."));
        _salt = System.Text.Encoding.UTF8.GetBytes(salt + "\0");
        _overrides = overrides ?? new Dictionary<string, Variant>();
        _segments = segments ?? new Dictionary<string, double>();
        NewBuckets = (int)Math.Round(share * Buckets);
    }

    /// <summary>How many buckets the new system answers.</summary>
    public int NewBuckets { get; }

    /// <summary>Who answers a user.</summary>
    /// <param name="unit">The user, or whatever else is always to be answered by one of the two.</param>
    /// <param name="segment">What the user belongs to, if anything.</param>
    public Variant Of(string unit, string? segment = null)
    {
        ArgumentNullException.ThrowIfNull(unit);
        int buckets = segment is not null && _segments.TryGetValue(segment, out double share) ? (int)Math.Round(share * Buckets) : NewBuckets;
        return _overrides.TryGetValue(unit, out Variant given) ? given : BucketOf(unit) < buckets ? Variant.New : Variant.Old;
    }

    /// <summary>0 … <see cref="Buckets"/> − 1, whatever the share.</summary>
    public int BucketOf(string unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var hash = new XxHash64();
        hash.Append(_salt);
        hash.Append(System.Text.Encoding.UTF8.GetBytes(unit));
        // The high bits of a product instead of a remainder: no bucket is likelier than another by more than 2⁻⁵⁰.
        return (int)Math.BigMul(hash.GetCurrentHashAsUInt64(), Buckets, out _);
    }
}

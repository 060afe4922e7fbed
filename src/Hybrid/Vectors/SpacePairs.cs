namespace Hybrid.Vectors;

/// <summary>What two spaces share: for each of some items (or texts) its vector in the one and in the other.</summary>
public sealed class SpacePairs
{
    /// <summary>An item counts in a fit as often as it occurred, up to this: beyond, its vector does not get surer.</summary>
    public const int MostWeight = 50;

    /// <summary>The longest vectors that maps are fitted to: the work grows with the third power.</summary>
    public const int MostDimension = 4_096;

    /// <param name="sources">[n × d of the source], row-major, finite.</param>
    /// <param name="targets">[n × d of the target], row-major, finite, the same items in the same order.</param>
    /// <param name="counts">[n], each at least 1: how often each item occurred; null: not known, and all weigh alike.</param>
    /// <exception cref="ArgumentException">A space has too many dimensions, the lengths do not agree, there are no pairs, a count is below 1, or a number
    /// is not finite.</exception>
    public SpacePairs(VectorSpace source, ReadOnlyMemory<float> sources, VectorSpace target, ReadOnlyMemory<float> targets, IReadOnlyList<long>? counts = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (Math.Max(source.Dimension, target.Dimension) > MostDimension)
            throw new ArgumentException($"{source} or {target} has more than {MostDimension:N0} floats a vector.", nameof(source));
        Count = sources.Length / source.Dimension;
        if (Count == 0 || sources.Length != (long)Count * source.Dimension || targets.Length != (long)Count * target.Dimension)
        {
            throw new ArgumentException(
                $"{sources.Length:N0} and {targets.Length:N0} floats are not the vectors of the same items in {source} and in {target}.", nameof(targets));
        }
        if (counts is not null && counts.Count != Count)
            throw new ArgumentException($"There are {Count:N0} pairs and {counts.Count:N0} counts.", nameof(counts));
        if (counts?.Any(count => count < 1) == true)
            throw new ArgumentException("A count is 1 or more.", nameof(counts));
        RequireFinite(sources.Span, nameof(sources));
        RequireFinite(targets.Span, nameof(targets));
        (Source, Sources, Target, Targets, Counts) = (source, sources, target, targets, counts);
    }

    public VectorSpace Source { get; }

    public VectorSpace Target { get; }

    /// <summary>Pairs.</summary>
    public int Count { get; }

    /// <summary>[n × d of the source].</summary>
    public ReadOnlyMemory<float> Sources { get; }

    /// <summary>[n × d of the target].</summary>
    public ReadOnlyMemory<float> Targets { get; }

    /// <summary>[n]; null where it is not known.</summary>
    public IReadOnlyList<long>? Counts { get; }

    /// <summary>min(count, <see cref="MostWeight"/>); 1 where the count is not known.</summary>
    internal double Weight(int pair) => Counts is null ? 1 : Math.Min(Counts[pair], MostWeight);

    internal ReadOnlySpan<float> SourceOf(int pair) => Sources.Span.Slice(pair * Source.Dimension, Source.Dimension);

    internal ReadOnlySpan<float> TargetOf(int pair) => Targets.Span.Slice(pair * Target.Dimension, Target.Dimension);

    private static void RequireFinite(ReadOnlySpan<float> vectors, string name)
    {
        for (int i = 0; i < vectors.Length; i++)
        {
            if (!float.IsFinite(vectors[i]))
                throw new ArgumentException($"Float {i:N0} of the vectors is {vectors[i]}.", name);
        }
    }
}

namespace Hybrid.Behavior.Words;

/// <summary>A part of a sum of vectors: a key, whose vector counts at length 1, or a vector, which counts as it is; either by its weight.</summary>
public readonly record struct VectorTerm
{
    /// <param name="weight">Finite; 2 counts twice, a negative one points away.</param>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not finite.</exception>
    public VectorTerm(string key, double weight = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Key = key;
        Weight = Finite(weight);
    }

    /// <param name="vector">[d] of the space that is asked.</param>
    /// <inheritdoc cref="VectorTerm(string, double)"/>
    public VectorTerm(ReadOnlyMemory<float> vector, double weight = 1)
    {
        Vector = vector;
        Weight = Finite(weight);
    }

    /// <summary>Null where a vector is given.</summary>
    public string? Key { get; }

    /// <summary>Empty where a key is given.</summary>
    public ReadOnlyMemory<float> Vector { get; }

    public double Weight { get; }

    public static implicit operator VectorTerm(string key) => new(key);

    private static double Finite(double weight) => double.IsFinite(weight) ? weight
        : throw new ArgumentOutOfRangeException(nameof(weight), weight, $"A weight is a finite number, not {weight}.");
}

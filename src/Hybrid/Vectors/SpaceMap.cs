using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hybrid.Vectors;

/// <summary>Leads vectors of one space into another: y = (x − mean of the source) · matrix + mean of the target.</summary>
/// <remarks>Threads: immutable.</remarks>
public sealed class SpaceMap
{
    private readonly float[] _matrix;
    private readonly float[] _sourceMean;
    private readonly float[] _targetMean;
    private VectorSpace? _space;

    /// <param name="matrix">[d of the source × dimension], row-major.</param>
    /// <param name="sourceMean">[d of the source].</param>
    /// <param name="targetMean">[dimension].</param>
    internal SpaceMap(SpaceMapKind kind, VectorSpace source, VectorSpace target, float[] matrix, float[] sourceMean, float[] targetMean)
    {
        (Kind, Source, Target, _matrix, _sourceMean, _targetMean) = (kind, source, target, matrix, sourceMean, targetMean);
    }

    /// <summary>Not <see cref="SpaceMapKind.Auto"/>.</summary>
    public SpaceMapKind Kind { get; }

    public VectorSpace Source { get; }

    public VectorSpace Target { get; }

    /// <summary>Floats of a mapped vector: the target's, or for a rotation out of a larger space that one's.</summary>
    public int Dimension => _targetMean.Length;

    /// <summary>[d of the source × dimension], row-major.</summary>
    public ReadOnlyMemory<float> Matrix => _matrix;

    /// <summary>[d of the source]: what is taken away first; zeros where the map was fitted without centring.</summary>
    public ReadOnlyMemory<float> SourceMean => _sourceMean;

    /// <summary>[dimension]: what is added in the end; likewise.</summary>
    public ReadOnlyMemory<float> TargetMean => _targetMean;

    /// <summary>The space of the mapped vectors, which names both parents: they are comparable with the target's vectors as far as the map is good, and no
    /// vectors of the target themselves.</summary>
    public VectorSpace Space => _space ??= new VectorSpace($"{Name(Source)} in {Name(Target)}", Hash(), Dimension, VectorSpaceKind.Blended);

    /// <summary>Maps one vector.</summary>
    /// <remarks>Cost: d of the source · dimension multiply-adds, nothing is allocated.</remarks>
    /// <param name="vector">[d of the source].</param>
    /// <param name="mapped">[dimension], overwritten; must not overlap the vector.</param>
    /// <exception cref="ArgumentException">One of the two has another length.</exception>
    public void Apply(ReadOnlySpan<float> vector, Span<float> mapped)
    {
        if (vector.Length != Source.Dimension || mapped.Length != Dimension)
        {
            throw new ArgumentException(
                $"The map leads from {Source.Dimension} to {Dimension} floats, not from {vector.Length} to {mapped.Length}.", nameof(vector));
        }
        _targetMean.CopyTo(mapped);
        for (int i = 0; i < vector.Length; i++)
            TensorPrimitives.MultiplyAdd(_matrix.AsSpan(i * mapped.Length, mapped.Length), vector[i] - _sourceMean[i], mapped, mapped);
    }

    /// <summary>Maps vectors, row by row.</summary>
    /// <param name="vectors">[n × d of the source], row-major.</param>
    /// <returns>[n × dimension], row-major.</returns>
    /// <exception cref="ArgumentException">They are not rows of the source's dimension.</exception>
    public float[] Apply(ReadOnlyMemory<float> vectors)
    {
        if (vectors.Length % Source.Dimension != 0)
            throw new ArgumentException($"{vectors.Length:N0} floats are not rows of {Source.Dimension}.", nameof(vectors));
        int rows = vectors.Length / Source.Dimension;
        var mapped = new float[rows * Dimension];
        Parallel.For(0, rows, row =>
            Apply(vectors.Span.Slice(row * Source.Dimension, Source.Dimension), mapped.AsSpan(row * Dimension, Dimension)));
        return mapped;
    }

    /// <summary>Enough of a space to know it again: all-MiniLM-L6-v2@0123456789abcdef.</summary>
    internal static string Name(VectorSpace space) => $"{space.Model}@{space.Hash[..Math.Min(16, space.Hash.Length)]}";

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{Source.Hash}\0{Target.Hash}\0"));
        foreach (float[] part in (float[][])[_matrix, _sourceMean, _targetMean])
            hash.AppendData(MemoryMarshal.AsBytes<float>(part));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

using System.Numerics.Tensors;
using System.Security.Cryptography;

namespace Hybrid.Vectors;

/// <summary>Two spaces side by side: nothing is fitted, so it works for any two, and a cosine is the mean of theirs.</summary>
/// <remarks>A vector is √alpha · unit(a − mean of a) beside √(1−alpha) · unit(b − mean of b), so of two items that both have both parts the inner product is
/// alpha · cosine in a + (1−alpha) · cosine in b, both centred. Threads: immutable.</remarks>
public sealed class JoinedSpace
{
    private readonly float[] _meanA;
    private readonly float[] _meanB;
    private readonly float _shareA;
    private readonly float _shareB;

    /// <param name="meanA">[d of a]: what is taken away from its vectors; it belongs to the space.</param>
    /// <param name="meanB">[d of b].</param>
    /// <param name="alpha">How much a counts: 0 … 1.</param>
    /// <exception cref="ArgumentException">A mean has another length than its space's vectors.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is out of range.</exception>
    public JoinedSpace(VectorSpace a, ReadOnlySpan<float> meanA, VectorSpace b, ReadOnlySpan<float> meanB, double alpha)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (meanA.Length != a.Dimension || meanB.Length != b.Dimension)
            throw new ArgumentException($"Means of {meanA.Length} and {meanB.Length} floats are not of {a} and {b}.", nameof(meanA));
        if (!(alpha is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, $"Alpha takes 0 to 1, not {alpha}.");
        (A, B, _meanA, _meanB) = (a, b, [.. meanA], [.. meanB]);
        (_shareA, _shareB) = ((float)Math.Sqrt(alpha), (float)Math.Sqrt(1 - alpha));
        byte[] parts = [.. System.Text.Encoding.UTF8.GetBytes($"{a.Hash}\0{b.Hash}\0"), .. BitConverter.GetBytes(alpha),
            .. System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(_meanA), .. System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(_meanB)];
        Space = new VectorSpace($"{SpaceMap.Name(a)} beside {SpaceMap.Name(b)}", Convert.ToHexStringLower(SHA256.HashData(parts)), a.Dimension + b.Dimension,
            VectorSpaceKind.Blended);
    }

    public VectorSpace A { get; }

    public VectorSpace B { get; }

    /// <summary>The joined space, which names both parents.</summary>
    public VectorSpace Space { get; }

    /// <summary>Joins two vectors of an item; where there is only one, the other part is zeros, and so is what it adds to an inner product.</summary>
    /// <param name="a">[d of a]; empty: none.</param>
    /// <param name="b">[d of b]; empty: none.</param>
    /// <param name="joined">[d of a + d of b], overwritten.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public void Join(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> joined)
    {
        if (a.Length is var da && da > 0 && da != A.Dimension || b.Length is var db && db > 0 && db != B.Dimension || joined.Length != Space.Dimension)
            throw new ArgumentException($"{a.Length} and {b.Length} floats are not joined to {joined.Length} in {Space}.", nameof(joined));
        Part(a, _meanA, _shareA, joined[..A.Dimension]);
        Part(b, _meanB, _shareB, joined[A.Dimension..]);
    }

    private static void Part(ReadOnlySpan<float> vector, float[] mean, float share, Span<float> part)
    {
        if (vector.IsEmpty)
        {
            part.Clear();
            return;
        }
        UnitVector.Centre(vector, mean, part);
        TensorPrimitives.Multiply(part, share, part);
    }
}

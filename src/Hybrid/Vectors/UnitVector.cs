using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>Vectors of length 1, whose inner product is their cosine.</summary>
public static class UnitVector
{
    /// <summary>How far from 1 the L2 norm of a stored vector may be.</summary>
    public const float Tolerance = 1e-3f;

    /// <summary>Whether the L2 norm is 1 ± <see cref="Tolerance"/>; false when a component is not finite.</summary>
    public static bool IsUnit(ReadOnlySpan<float> vector) => MathF.Abs(TensorPrimitives.Norm(vector) - 1) <= Tolerance;

    /// <summary>A vector without the mean of its space, at length 1; zeros where it is the mean.</summary>
    /// <param name="mean">[d].</param>
    /// <param name="centred">[d], overwritten; may be the vector itself.</param>
    /// <returns>The length before: how far the vector is from the mean.</returns>
    internal static float Centre(ReadOnlySpan<float> vector, ReadOnlySpan<float> mean, Span<float> centred)
    {
        TensorPrimitives.Subtract(vector, mean, centred);
        float norm = TensorPrimitives.Norm<float>(centred);
        if (norm > 0)
            TensorPrimitives.Divide(centred, norm, centred);
        return norm;
    }

    /// <summary>Scales a vector in place to length 1.</summary>
    /// <exception cref="ArgumentException">It has no direction: it is empty, all zeros, or holds a component that is not finite. It is left as it
    /// was.</exception>
    public static void Normalize(Span<float> vector)
    {
        float norm = TensorPrimitives.Norm<float>(vector);
        if (norm is > 1e-15f and < 1e15f)
        {
            TensorPrimitives.Divide(vector, norm, vector);
            return;
        }
        // Squares of such components over- or underflow: bring the greatest to 1 first.
        float greatest = vector.IsEmpty ? 0 : MathF.Abs(TensorPrimitives.MaxMagnitude<float>(vector));
        if (greatest == 0 || !float.IsFinite(greatest))
        {
            throw new ArgumentException(
                $"A vector of {vector.Length} floats whose greatest component is {greatest} has no direction, so it cannot be scaled to length 1.",
                nameof(vector));
        }
        TensorPrimitives.Divide(vector, greatest, vector);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
    }
}

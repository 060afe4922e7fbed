using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>Synthetic vectors to measure with: unit vectors around random centres, as the vectors of real texts gather around topics.</summary>
public static class ClusteredVectors
{
    /// <summary>Unit vectors, each a random centre plus Gaussian noise of length about <paramref name="spread"/>.</summary>
    /// <param name="spread">0: every vector is its centre; 1: noise as long as the centre, so that vectors of one cluster have a cosine of about 0.5.</param>
    /// <returns>[count × dimension], row-major, in random order of clusters; the same for the same arguments.</returns>
    public static float[] Generate(int count, int dimension, int clusters, int seed, double spread = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clusters);
        var random = new Random(seed);
        float[] centres = new float[clusters * dimension];
        for (int c = 0; c < clusters; c++)
            FillUnit(random, centres.AsSpan(c * dimension, dimension));

        float[] vectors = new float[checked(count * dimension)];
        for (int r = 0; r < count; r++)
        {
            Span<float> vector = vectors.AsSpan(r * dimension, dimension);
            FillUnit(random, vector);
            TensorPrimitives.MultiplyAdd(vector, (float)spread, centres.AsSpan(random.Next(clusters) * dimension, dimension), vector);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        }
        return vectors;
    }

    private static void FillUnit(Random random, Span<float> vector)
    {
        // A sum of uniforms is close enough to Gaussian for a direction, and several times cheaper than Box-Muller at 100,000 × 384.
        for (int i = 0; i < vector.Length; i++)
            vector[i] = random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f;
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
    }
}

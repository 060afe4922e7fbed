using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>The mean of vectors brought to length 1, taken one after the other; rows of zeros do not count.</summary>
internal sealed class MeanVector(int dimension)
{
    private readonly double[] _sum = new double[dimension];
    private long _rows;

    /// <param name="vector">[d], finite.</param>
    public void Add(ReadOnlySpan<float> vector)
    {
        double norm = TensorPrimitives.Norm(vector);
        if (!(norm > 0))
            return;
        _rows++;
        for (int i = 0; i < _sum.Length; i++)
            _sum[i] += vector[i] / norm;
    }

    /// <summary>[d]; zeros of no vectors.</summary>
    public float[] ToArray() => Array.ConvertAll(_sum, x => (float)(_rows == 0 ? 0 : x / _rows));
}

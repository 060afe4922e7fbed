using System.Buffers;
using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>Rows of any length as the codes of the same rows at length 1, less their mean, so that a scan reads a quarter of the bytes, and says which few
/// rows have to be scored.</summary>
/// <remarks>Of behaviour vectors many have much in common: of a shop of 100,000 items with ten events each all were within .99 of each other, and codes of
/// the rows themselves told none of them apart.</remarks>
/// <remarks>Memory: d, rounded up to a multiple of 32, and 8 bytes a row. Threads: immutable.</remarks>
internal sealed class UnitRowCodes
{
    /// <summary>Rows whose bounds are found together, and still in the cache when they are compared.</summary>
    private const int BlockRows = 256;

    private readonly int _length;
    private readonly sbyte[] _codes;
    private readonly CodeScale[] _scales;
    private readonly float[] _centre;
    private readonly float _widest;   // the length of the longest difference, which the codes have at length 1

    /// <param name="vectors">[n × d], finite.</param>
    /// <param name="inverseNorms">[n]: by what each row is multiplied to have length 1.</param>
    public UnitRowCodes(ReadOnlySpan<float> vectors, int dimension, ReadOnlySpan<float> inverseNorms)
    {
        _length = VectorCodes.Length(dimension);
        _codes = new sbyte[checked(inverseNorms.Length * _length)];
        _scales = new CodeScale[inverseNorms.Length];
        _centre = new float[dimension];
        for (int row = 0; row < _scales.Length; row++)
            TensorPrimitives.MultiplyAdd(vectors.Slice(row * dimension, dimension), inverseNorms[row] / _scales.Length, _centre, _centre);
        float[] difference = new float[dimension];
        for (int row = 0; row < _scales.Length; row++)
        {
            SubtractCentre(row, vectors, inverseNorms[row], difference);
            _widest = Math.Max(_widest, TensorPrimitives.Norm<float>(difference));
        }
        for (int row = 0; row < _scales.Length; row++)
        {
            SubtractCentre(row, vectors, inverseNorms[row], difference);
            if (_widest > 0)
                TensorPrimitives.Divide(difference, _widest, difference);
            _scales[row] = VectorCodes.Encode(difference, _codes.AsSpan(row * _length, _length));
        }
    }

    /// <summary>The rows that can be among the nearest to a query, however their scores are rounded; as a rule hardly more than that.</summary>
    /// <remarks>So many rows are as near as those whose bounds are the highest: what cannot reach the last of these is none of the nearest.</remarks>
    /// <param name="query">[d], of length 1.</param>
    /// <param name="count">At least 1: how many nearest ones are wanted.</param>
    /// <param name="score">A row's inner product with the query, at length 1.</param>
    /// <returns>Ascending; at least <paramref name="count"/>, where there are as many.</returns>
    public List<int> MayBeNearest(ReadOnlySpan<float> query, int count, Func<int, float> score)
    {
        var coded = new CodedQuery(query);
        float[] bounds = ArrayPool<float>.Shared.Rent(_scales.Length);
        try
        {
            var best = new TopK<int>(count);
            for (int from = 0; from < _scales.Length; from += BlockRows)
            {
                Span<float> some = bounds.AsSpan(from, Math.Min(BlockRows, _scales.Length - from));
                VectorCodes.Bounds(coded, _codes.AsSpan(from * _length, some.Length * _length), _scales.AsSpan(from, some.Length), some);
                for (int i = 0; HighScores.Next(some, best.Threshold, ref i); i++)
                    best.Add(some[i], from + i);
            }
            float threshold = float.NegativeInfinity;
            if (best.Count == count && _widest > 0)
            {
                float least = best.ToSortedArray((_, row) => score(row)).Min() - 2 * VectorCodes.Slack(query.Length);   // by what sums are rounded
                threshold = (least - InnerProducts.Score(query, _centre)) / _widest;
            }
            var rows = new List<int>();
            for (int row = 0; HighScores.Next(bounds.AsSpan(0, _scales.Length), threshold, ref row); row++)
                rows.Add(row);
            return rows;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(bounds);
        }
    }

    private void SubtractCentre(int row, ReadOnlySpan<float> vectors, float inverseNorm, float[] difference)
    {
        TensorPrimitives.Multiply(vectors.Slice(row * difference.Length, difference.Length), inverseNorm, difference);
        TensorPrimitives.Subtract(difference, _centre, difference);
    }
}

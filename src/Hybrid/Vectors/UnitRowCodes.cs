using System.Buffers;
using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>Rows of any length, at length 1, by what they have in common and by codes of the rest, so that a scan reads a quarter of the bytes, and says
/// which few rows have to be scored.</summary>
/// <remarks>
/// <para>x = (x·m) m + r, with m the direction of the mean, and so q·x = (q·m)(x·m) + (q − (q·m) m)·r: x·m is kept as it is, and r as a code. Of behaviour
/// vectors much is in common: of a shop of 100,000 items with ten events each all were within .99 of each other, and codes of the rows themselves told none
/// of them apart.</para>
/// <para>Memory: d, rounded up to a multiple of 32, and 12 bytes a row. Threads: immutable.</para>
/// </remarks>
internal sealed class UnitRowCodes
{
    /// <summary>Rows whose bounds are found together, and still in the cache when they are compared.</summary>
    private const int BlockRows = 256;

    private readonly int _length;
    private readonly sbyte[] _codes;
    private readonly CodeScale[] _scales;
    private readonly float[] _along;   // [n]: x·m
    private readonly float[] _mean;    // [d]: m, or zeros
    private readonly float _widest;    // the length of the longest r, which the codes have at length 1

    /// <param name="vectors">[n × d], finite.</param>
    /// <param name="inverseNorms">[n]: by what each row is multiplied to have length 1.</param>
    public UnitRowCodes(ReadOnlySpan<float> vectors, int dimension, ReadOnlySpan<float> inverseNorms)
    {
        int rows = inverseNorms.Length;
        _length = VectorCodes.Length(dimension);
        (_codes, _scales, _along) = (new sbyte[checked(rows * _length)], new CodeScale[rows], new float[rows]);
        _mean = new float[dimension];
        for (int row = 0; row < rows; row++)
            TensorPrimitives.MultiplyAdd(vectors.Slice(row * dimension, dimension), inverseNorms[row], _mean, _mean);
        if (TensorPrimitives.Norm<float>(_mean) is > 0 and var length)
            TensorPrimitives.Divide(_mean, length, _mean);
        float[] rest = new float[dimension];
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.Multiply(vectors.Slice(row * dimension, dimension), inverseNorms[row], rest);
            _along[row] = TakeAlong(rest);
            _widest = Math.Max(_widest, TensorPrimitives.Norm<float>(rest));
        }
        _widest = _widest > 0 ? _widest : 1;
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.Multiply(vectors.Slice(row * dimension, dimension), inverseNorms[row], rest);
            TakeAlong(rest);
            TensorPrimitives.Divide(rest, _widest, rest);
            _scales[row] = VectorCodes.Encode(rest, _codes.AsSpan(row * _length, _length));
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
        float[] rest = query.ToArray();
        float along = TakeAlong(rest) / _widest;   // bounds are in lengths of the longest r
        var coded = new CodedQuery(rest);
        float[] bounds = ArrayPool<float>.Shared.Rent(_scales.Length);
        try
        {
            var best = new TopK<int>(count);
            for (int from = 0; from < _scales.Length; from += BlockRows)
            {
                Span<float> some = bounds.AsSpan(from, Math.Min(BlockRows, _scales.Length - from));
                VectorCodes.Bounds(coded, _codes.AsSpan(from * _length, some.Length * _length), _scales.AsSpan(from, some.Length), some);
                TensorPrimitives.MultiplyAdd(_along.AsSpan(from, some.Length), along, some, some);
                for (int i = 0; HighScores.Next(some, best.Threshold, ref i); i++)
                    best.Add(some[i], from + i);
            }
            float threshold = float.NegativeInfinity;
            if (best.Count == count)
            {
                // By what the sums here and the score's are rounded.
                float least = best.ToSortedArray((_, row) => score(row)).Min() - 3 * VectorCodes.Slack(query.Length);
                threshold = least / _widest;
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

    /// <summary>Takes what a vector has along the mean out of it.</summary>
    /// <returns>How much that was.</returns>
    private float TakeAlong(float[] vector)
    {
        float along = InnerProducts.Score(vector, _mean);
        TensorPrimitives.MultiplyAdd(_mean, -along, vector, vector);
        return along;
    }
}

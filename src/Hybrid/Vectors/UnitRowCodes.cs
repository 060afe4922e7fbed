using System.Buffers;
using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>Rows of any length as the codes of the same rows at length 1, so that a scan reads a quarter of the bytes, and says which few rows have to be
/// scored.</summary>
/// <remarks>Memory: d, rounded up to a multiple of 32, and 8 bytes a row. Threads: immutable.</remarks>
internal sealed class UnitRowCodes
{
    /// <summary>Rows whose bounds are found together, and still in the cache when they are compared.</summary>
    private const int BlockRows = 256;

    private readonly int _length;
    private readonly float _mostLost;
    private readonly sbyte[] _codes;
    private readonly CodeScale[] _scales;

    /// <param name="vectors">[n × d], finite.</param>
    /// <param name="inverseNorms">[n]: by what each row is multiplied to have length 1.</param>
    public UnitRowCodes(ReadOnlySpan<float> vectors, int dimension, ReadOnlySpan<float> inverseNorms)
    {
        _length = VectorCodes.Length(dimension);
        _codes = new sbyte[checked(inverseNorms.Length * _length)];
        _scales = new CodeScale[inverseNorms.Length];
        float[] unit = new float[dimension];
        for (int row = 0; row < _scales.Length; row++)
        {
            TensorPrimitives.Multiply(vectors.Slice(row * dimension, dimension), inverseNorms[row], unit);
            _scales[row] = VectorCodes.Encode(unit, _codes.AsSpan(row * _length, _length));
            _mostLost = Math.Max(_mostLost, _scales[row].Lost);
        }
    }

    /// <summary>The rows that can be among the nearest to a query, however a product with the row itself is rounded; as a rule hardly more than that.</summary>
    /// <remarks>So many rows are at least as near as the last of them may be: what cannot reach that is none of them.</remarks>
    /// <param name="query">Of length 1.</param>
    /// <param name="count">At least 1: how many nearest ones are wanted.</param>
    /// <returns>Ascending; at least <paramref name="count"/>, where there are as many.</returns>
    public List<int> MayBeNearest(CodedQuery query, int count)
    {
        float[] bounds = ArrayPool<float>.Shared.Rent(_scales.Length);
        try
        {
            float slack = 4 * VectorCodes.Slack(query.Dimension), width = 2 * (_mostLost * query.Weight + query.Margin + slack);
            var best = new TopK<int>(count);
            for (int from = 0; from < _scales.Length; from += BlockRows)
            {
                Span<float> some = bounds.AsSpan(from, Math.Min(BlockRows, _scales.Length - from));
                VectorCodes.Bounds(query, _codes.AsSpan(from * _length, some.Length * _length), _scales.AsSpan(from, some.Length), some);
                for (int i = 0; HighScores.Next(some, best.Threshold, ref i); i++)
                    best.Add(some[i], from + i);
            }
            float threshold = best.Count < count ? float.NegativeInfinity : best.Threshold - width;
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
}

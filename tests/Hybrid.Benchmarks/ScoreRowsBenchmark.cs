// Measures  the inner loop of a cell scan: one query against n rows already in memory, d = 384.
// Data      uniform, seed 7; values do not change the time, size does: 195 KB (centroids, in cache), 1.2 MB (a cell), 154 MB (a scan, in memory).
// Run       dotnet run -c Release --project tests/Hybrid.Benchmarks -- --filter *ScoreRows*
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using Hybrid.Vectors;

namespace Hybrid.Benchmarks;

public class ScoreRowsBenchmark
{
    private const int Dimension = 384;
    private float[] _query = [], _rows = [], _scores = [];

    [Params(128, 780, 100_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(7);
        _rows = new float[Rows * Dimension];
        foreach (ref float value in _rows.AsSpan())
            value = random.NextSingle() - 0.5f;
        _query = _rows[..Dimension];
        _scores = new float[Rows];
    }

    [Benchmark(Baseline = true)]
    public void One_dot_per_row()
    {
        for (int r = 0; r < Rows; r++)
            _scores[r] = TensorPrimitives.Dot<float>(_query, _rows.AsSpan(r * Dimension, Dimension));
    }

    [Benchmark]
    public void Row_after_row_with_four_sums() => InnerProducts.ScoreRows(_query, _rows, _scores);

    // The usual way, and why InnerProducts does not take it: compare the three sizes. Whole groups of four, whole vectors only.
    [Benchmark]
    public void Four_rows_at_once()
    {
        ReadOnlySpan<Vector256<float>> q = MemoryMarshal.Cast<float, Vector256<float>>(_query);
        for (int r = 0; r < Rows; r += 4)
        {
            ReadOnlySpan<float> rows = _rows.AsSpan(r * Dimension, 4 * Dimension);
            ReadOnlySpan<Vector256<float>> row0 = MemoryMarshal.Cast<float, Vector256<float>>(rows[..Dimension]);
            ReadOnlySpan<Vector256<float>> row1 = MemoryMarshal.Cast<float, Vector256<float>>(rows.Slice(Dimension, Dimension));
            ReadOnlySpan<Vector256<float>> row2 = MemoryMarshal.Cast<float, Vector256<float>>(rows.Slice(2 * Dimension, Dimension));
            ReadOnlySpan<Vector256<float>> row3 = MemoryMarshal.Cast<float, Vector256<float>>(rows.Slice(3 * Dimension, Dimension));
            Vector256<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int i = 0; i < q.Length; i++)
            {
                sum0 = Vector256.MultiplyAddEstimate(q[i], row0[i], sum0);
                sum1 = Vector256.MultiplyAddEstimate(q[i], row1[i], sum1);
                sum2 = Vector256.MultiplyAddEstimate(q[i], row2[i], sum2);
                sum3 = Vector256.MultiplyAddEstimate(q[i], row3[i], sum3);
            }
            _scores[r] = Vector256.Sum(sum0);
            _scores[r + 1] = Vector256.Sum(sum1);
            _scores[r + 2] = Vector256.Sum(sum2);
            _scores[r + 3] = Vector256.Sum(sum3);
        }
    }
}

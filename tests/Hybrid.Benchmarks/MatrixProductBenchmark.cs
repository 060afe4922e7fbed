// Measures  the product of a batch of adapter training: 768 vectors by a matrix of 384 × 384, on all processors.
// Data      uniform, seed 7; values do not change the time.
// Run       dotnet run -c Release --project tests/Hybrid.Benchmarks -- --filter *MatrixProduct*
using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Hybrid.Vectors;

namespace Hybrid.Benchmarks;

public class MatrixProductBenchmark
{
    private const int Rows = 768, Dimension = 384;
    private readonly float[] _rows = new float[Rows * Dimension], _matrix = new float[Dimension * Dimension], _product = new float[Rows * Dimension];

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(7);
        foreach (ref float value in _rows.AsSpan())
            value = random.NextSingle() - 0.5f;
        foreach (ref float value in _matrix.AsSpan())
            value = random.NextSingle() - 0.5f;
    }

    [Benchmark(Baseline = true)]
    public void One_MultiplyAdd_a_row() => Parallel.For(0, Rows, i =>
    {
        Span<float> row = _product.AsSpan(i * Dimension, Dimension);
        row.Clear();
        for (int k = 0; k < Dimension; k++)
            TensorPrimitives.MultiplyAdd(_matrix.AsSpan(k * Dimension, Dimension), _rows[i * Dimension + k], row, row);
    });

    [Benchmark]
    public void In_tiles() => MatrixProducts.Multiply(_rows, _matrix, _product, Dimension);
}

// Measures  what a scan does with each row: the score of its floats, or the bound of its code, d = 384.
// Data      clustered, seed 7; values do not change the time, size does: 780 rows (a cell, in cache) and 100,000 (154 MB of floats, 38 MB of codes).
// Run       dotnet run -c Release --project tests/Hybrid.Benchmarks -- --filter *VectorCodes*
using BenchmarkDotNet.Attributes;
using Hybrid.Vectors;

namespace Hybrid.Benchmarks;

public class VectorCodesBenchmark
{
    private const int Dimension = 384;
    private float[] _rows = [], _scores = [];
    private sbyte[] _codes = [];
    private CodeScale[] _scales = [];
    private CodedQuery? _query;

    [Params(780, 100_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _rows = ClusteredVectors.Generate(Rows, Dimension, clusters: 100, spread: 1, seed: 7);
        _scores = new float[Rows];
        _codes = new sbyte[Rows * VectorCodes.Length(Dimension)];
        _scales = new CodeScale[Rows];
        Encode();
        _query = new CodedQuery(_rows.AsSpan(0, Dimension));
    }

    [Benchmark(Baseline = true)]
    public void Floats() => InnerProducts.ScoreRows(_rows.AsSpan(0, Dimension), _rows, _scores);

    [Benchmark]
    public void Codes() => VectorCodes.Bounds(_query!, _codes, _scales, _scores);   // ! : set before it is called

    [Benchmark]
    public void Encode()
    {
        int length = VectorCodes.Length(Dimension);
        for (int r = 0; r < Rows; r++)
            _scales[r] = VectorCodes.Encode(_rows.AsSpan(r * Dimension, Dimension), _codes.AsSpan(r * length, length));
    }
}

// Measures  what a bridge adds to a query: one vector through a map of 384 × 384, at length 1 again. At most 50 µs are allowed.
// Data      uniform, seed 7; values do not change the time.
// Run       dotnet run -c Release --project tests/Hybrid.Benchmarks -- --filter *BridgeBenchmark*
using BenchmarkDotNet.Attributes;
using Hybrid.Vectors;

namespace Hybrid.Benchmarks;

[MemoryDiagnoser]
public class BridgeBenchmark
{
    private const int Dimension = 384;
    private readonly float[] _query = new float[Dimension], _led = new float[Dimension];
    private SpaceMap? _map;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(7);
        float[] matrix = [.. Enumerable.Range(0, Dimension * Dimension).Select(_ => random.NextSingle() - 0.5f)];
        matrix.AsSpan(0, Dimension).CopyTo(_query);
        var space = new VectorSpace("made", "00", Dimension, VectorSpaceKind.Text);
        _map = new SpaceMap(SpaceMapKind.Ridge, space, space with { Hash = "01" }, matrix, new float[Dimension], new float[Dimension]);
    }

    [Benchmark]
    public void A_query_through_a_bridge()
    {
        _map!.Apply(_query, _led);   // ! : the setup has made it
        UnitVector.Normalize(_led);
    }
}

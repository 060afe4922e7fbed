// Measures  one search for the 10 nearest in the embedded index, by probes, against the linear scan; the setup prints build time and recall@10.
// Data      synthetic: ClusteredVectors, 100,000 × 384, 1,000 clusters, spread 1, seed 1; 200 queries of the same kind; 128 cells.
// Run       dotnet run -c Release --project tests/Hybrid.Benchmarks -- --filter *SearchBenchmark*
using System.Diagnostics;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Vectors;

namespace Hybrid.Benchmarks;

[MemoryDiagnoser]
[MedianColumn]
public class SearchBenchmark
{
    private const int Dimension = 384, Rows = 100_000, Queries = 200, Count = 10;
    private readonly IvfIndex _index = new(Dimension, new IvfOptions());
    private float[] _vectors = [];
    private int _next;

    /// <summary>128 is all cells: as exact as the scan.</summary>
    [Params(10, 32, 64, 128)]
    public int Probes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _vectors = ClusteredVectors.Generate(Rows + Queries, Dimension, clusters: 1_000, spread: 1, seed: 1);
        for (int r = 0; r < Rows; r++)
            _index.Upsert(new StoredItem(new Item(r.ToString("D6", CultureInfo.InvariantCulture)), default), _vectors.AsMemory(r * Dimension, Dimension));
        long start = Stopwatch.GetTimestamp();
        _index.Build(CancellationToken.None);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int found = 0;
        for (int q = 0; q < Queries; q++)
            found += Search().Intersect(_index.Scan(Query(q), Count, matches: null)).Count();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"// built {_index.Cells} cells in {seconds:F2} s; recall@{Count} at {Probes} probes: {(double)found / (Queries * Count):F4}"));
    }

    [Benchmark(Baseline = true)]
    public IReadOnlyList<Neighbor> Scan() => _index.Scan(Query(_next++ % Queries), Count, matches: null);

    [Benchmark]
    public IReadOnlyList<Neighbor> Search() => _index.Search(Query(_next++ % Queries), Count, Probes, matches: null, CancellationToken.None);

    private ReadOnlySpan<float> Query(int q) => _vectors.AsSpan((Rows + q) * Dimension, Dimension);
}

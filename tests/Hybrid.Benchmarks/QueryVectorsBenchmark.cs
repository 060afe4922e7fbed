// Measures  the vector of a query that was asked before, beside one that is encoded.
// Data      4,096 short queries, as many as are kept; all-MiniLM-L6-v2.
// Run       dotnet run -c Release --project tests/Hybrid.Benchmarks -- --filter *QueryVectors*
using BenchmarkDotNet.Attributes;
using Hybrid.Encoding;

namespace Hybrid.Benchmarks;

[MemoryDiagnoser]
public class QueryVectorsBenchmark
{
    private const int Queries = 4_096;
    private readonly string[] _texts = [.. Enumerable.Range(0, Queries).Select(i => $"wireless headphones {i}")];
    private readonly QueryVectors _kept = new(Queries);
    private TextEncoder? _encoder;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        _encoder = TextEncoder.Load(ModelFolder.Find(ModelFolder.DefaultName));
        foreach (string text in _texts)
            _kept.Of(text, _encoder);
    }

    [GlobalCleanup]
    public void Cleanup() => _encoder?.Dispose();

    // ! : the setup has loaded it.
    [Benchmark(Baseline = true)]
    public float[] Encoded() => _encoder!.Encode(_texts[_next++ % Queries], TextRole.Query);

    [Benchmark]
    public float[] Asked_before() => _kept.Of(_texts[_next++ % Queries], _encoder!);
}

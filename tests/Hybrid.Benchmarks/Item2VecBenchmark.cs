// Measures  Item2Vec training at 64-d, window 5, 5 negatives: one epoch over 200,000 occurrences of 20,000 items;
//           pairs/s = pairs of the epoch (printed at setup) / time.
// Data      20,000 sequences of 10, item ranks by a power law, seed 7.
// Run       dotnet run -c Release --project tests/Hybrid.Benchmarks -- --filter *Item2Vec*
using BenchmarkDotNet.Attributes;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Benchmarks;

[ShortRunJob]
public class Item2VecBenchmark
{
    private ItemSequences _sequences = ItemSequences.From([]);

    [Params(1, 2)]
    public int Workers { get; set; }

    private Item2VecOptions Options => new() { VectorSize = 64, Window = 5, Epochs = 1, Workers = Workers };

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(7);
        _sequences = ItemSequences.From(Enumerable.Range(0, 20_000)
            .Select(_ => Enumerable.Range(0, 10).Select(_ => new ItemId($"i{(int)(20_000 * Math.Pow(random.NextDouble(), 3))}")).ToArray()));
        Console.WriteLine($"// {Item2Vec.Train(_sequences, Options).Pairs:N0} pairs");
    }

    [Benchmark]
    public Item2VecModel Train_one_epoch() => Item2Vec.Train(_sequences, Options);
}

// Measures  Item2Vec on a log that is larger than the memory that the process may have: seconds, and the most memory that it took.
// Data      made here as it is read: sequences of 50 items of 100,000 by a power law, seed 7; four bytes an occurrence in each of two temporary files.
// Run       DOTNET_GCHeapHardLimit=0x10000000 dotnet run -c Release --project tests/Hybrid.Benchmarks -- item2vec-large [--occurrences 100000000]
//           The limit is in hexadecimal bytes: 256 MB beside 800 MB of occurrences.
using System.Diagnostics;
using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Benchmarks;

internal static class Item2VecLargeBenchmark
{
    private const int Items = 100_000, Length = 50;

    public static int Run(string[] arguments)
    {
        int occurrences = int.Parse(arguments.ValueOf("--occurrences") ?? "100000000", CultureInfo.InvariantCulture);
        ItemId[] items = [.. Enumerable.Range(0, Items).Select(i => new ItemId($"i{i}"))];
        long began = Stopwatch.GetTimestamp();
        var sequences = ItemSequences.From(Sequences(items, occurrences / Length));
        double read = Stopwatch.GetElapsedTime(began).TotalSeconds;
        began = Stopwatch.GetTimestamp();
        Item2VecModel model = Item2Vec.Train(sequences, new Item2VecOptions { VectorSize = 16, Window = 2, Epochs = 1, Workers = 2, Sample = 0 });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sequences.Occurrences:N0} occurrences packed in {read:0} s, trained in "
            + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0} s ({model.Pairs:N0} pairs); {GC.GetTotalMemory(forceFullCollection: false) / 1e6:N0} MB of "
            + $"objects now, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e6:N0} MB allowed"));
        return 0;
    }

    private static IEnumerable<IReadOnlyList<ItemId>> Sequences(ItemId[] items, int count)
    {
        var random = new Random(7);
        var sequence = new ItemId[Length];
        for (int s = 0; s < count; s++)
        {
            for (int i = 0; i < Length; i++)
                sequence[i] = items[(int)(Items * Math.Pow(random.NextDouble(), 3))];
            yield return sequence;
        }
    }
}

// Measures  how long a saved Item2Vec model takes to open, to answer first, and to be loaded to go on training; and the memory that opening allocates.
// Data      made here: random vectors of so many items, saved once into a temporary folder; the system has the file in its cache then.
// Run       dotnet run -c Release --project tests/Hybrid.Benchmarks -- item2vec-open [--items 1000000] [--size 128] [--rounds 5]
using System.Diagnostics;
using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Benchmarks;

internal static class Item2VecOpenBenchmark
{
    public static int Run(string[] arguments)
    {
        int n = Number("--items", 1_000_000), d = Number("--size", 128), rounds = Number("--rounds", 5);
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string path = Path.Combine(folder.FullName, "item2vec.bin");
            Save(path, n, d);
            Console.WriteLine($"{n:N0} items, {d}-d, a file of {new FileInfo(path).Length / 1e6:N0} MB");
            var open = new List<double>();
            var answer = new List<double>();
            var toContinue = new List<double>();
            long allocated = 0;
            for (int round = 0; round < rounds; round++)
            {
                long before = GC.GetTotalAllocatedBytes(), began = Stopwatch.GetTimestamp();
                Item2VecModel model = Item2VecModel.Load(path);
                open.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                allocated = GC.GetTotalAllocatedBytes() - before;
                began = Stopwatch.GetTimestamp();
                model.MostSimilar(model.Items[n / 2]);
                answer.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                began = Stopwatch.GetTimestamp();
                Item2VecModel.Load(path, toContinue: true);
                toContinue.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
            Console.WriteLine($"open {Item2VecComparison.Show(open)} s, first answer {Item2VecComparison.Show(answer)} s, to go on "
                + $"{Item2VecComparison.Show(toContinue)} s; {allocated / 1e6:N0} MB allocated");
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        int Number(string name, int otherwise) => arguments.ValueOf(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }

    private static void Save(string path, int n, int d)
    {
        var random = new Random(7);
        float[] vectors = Vectors(), contexts = Vectors();
        var model = new Item2VecModel(new Item2VecOptions { VectorSize = d }, [.. Enumerable.Range(0, n).Select(i => new ItemId($"item-{i}"))],
            [.. Enumerable.Range(0, n).Select(i => (long)n - i)], vectors, pairs: 1, state: new TrainingState(contexts, LastEvent: 0));
        model.Save(path);

        float[] Vectors()
        {
            var made = new float[n * d];
            for (int i = 0; i < made.Length; i++)
                made[i] = random.NextSingle() - 0.5f;
            return made;
        }
    }
}

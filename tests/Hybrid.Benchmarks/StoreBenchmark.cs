// Measures  the embedded store from 10,000 rows on: to write, build and open it, what it takes on the disk and in the memory of a process that has just opened
//           it and searched, and how all of that grows: the exponent that the sizes fit.
// Data      as of PlanBenchmark: the text vectors of a data folder, and larger sets made from them.
// Run       hybrid import --items ../shared/data/movielens-small/items.csv.gz --index --data FOLDER
//           dotnet run -c Release --project tests/Hybrid.Benchmarks -- store --data FOLDER [--rows 10000,100000] [--rounds 5]
// Memory    of the process that reads: the live objects, and what the system counts as its own (without the files that it has mapped).
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Vectors;
using static System.FormattableString;
using static Hybrid.Benchmarks.Series;

namespace Hybrid.Benchmarks;

internal static class StoreBenchmark
{
    private const int Count = 10, RowsOfCall = 5_000, Searches = 200;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.ValueOf("--file") is { } file)
            return await ReadAsync(file);
        if (arguments.ValueOf("--data") is not { } folder)
        {
            Console.Error.WriteLine("Say which data folder has the vectors: store --data FOLDER [--rows 10000,100000] [--rounds N]");
            return 2;
        }
        int rounds = int.Parse(arguments.ValueOf("--rounds") ?? "5", CultureInfo.InvariantCulture);
        int[] sizes = [.. (arguments.ValueOf("--rows") ?? "10000,100000").Split(',').Select(rows => int.Parse(rows, CultureInfo.InvariantCulture))];
        float[][] vectors = await TextVectors.ReadAsync(folder, sizes.Max());
        List<(int Rows, double[] Values)> measured = [];
        Console.WriteLine("| rows | write, s | build, s | open, s (rounds) | again, s | search p50, ms | disk, of the vectors | live memory | own memory |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (int rows in sizes)
            measured.Add((rows, await MeasureAsync(vectors, rows, rounds)));
        if (sizes.Length > 1)
        {
            string[] names = ["write", "build", "open", "again", "search", "disk", "live memory", "own memory"];
            Console.WriteLine("\n// grows as rows to the power of: " + string.Join(", ", names.Select((name, i) =>
                Invariant($"{name} {Exponent(measured.Select(size => ((double)size.Rows, size.Values[i]))):0.00}"))));
        }
        return 0;
    }

    private static async Task<double[]> MeasureAsync(float[][] vectors, int rows, int rounds)
    {
        int d = vectors[0].Length;
        string temporary = Directory.CreateTempSubdirectory("hybrid-store-").FullName;
        try
        {
            string file = Path.Combine(temporary, "vectors.db");
            double write, build;
            await using (EmbeddedVectorStore store = EmbeddedVectorStore.Open(file))
            {
                IVectorCollection collection = await store.CreateAsync("bench", new VectorSpace("bench", new string('b', 64), d, VectorSpaceKind.Text));
                long start = Stopwatch.GetTimestamp();
                for (int from = 0; from < rows; from += RowsOfCall)
                {
                    int count = Math.Min(RowsOfCall, rows - from);
                    Item[] items = [.. Enumerable.Range(from, count).Select(i => new Item($"V{i}") { Category = $"C{i % 20}", Price = i % 100 })];
                    await collection.UpsertAsync(new ItemBatch(collection.Space, items, vectors[from..(from + count)].SelectMany(v => v).ToArray()));
                }
                write = Stopwatch.GetElapsedTime(start).TotalSeconds;
                start = Stopwatch.GetTimestamp();
                await collection.BuildIndexAsync();
                build = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
            double raw = 4.0 * rows * d, disk = Directory.EnumerateFiles(temporary).Sum(name => new FileInfo(name).Length);
            List<Reading> readings = [];
            for (int round = 0; round <= rounds; round++)
            {
                if (await ReadBesideAsync(file) is var reading && round > 0)   // the first has the files read from the disk
                    readings.Add(reading);
            }
            List<double> Of(Func<Reading, double> value) => [.. readings.Select(value)];
            double live = Median(Of(reading => reading.Live)), own = Median(Of(reading => reading.Own));
            Console.WriteLine(Invariant($"| {rows:N0} | {write:0.0} | {build:0.0} | {Spread(Of(r => r.Open))} | {Spread(Of(r => r.Again))} ")
                + Invariant($"| {Spread(Of(r => r.Search))} | {disk / raw:0.00} | {live / raw:0.00} | {own / raw:0.00} |"));
            return [write, build, Median(Of(r => r.Open)), Median(Of(r => r.Again)), Median(Of(r => r.Search)), disk, live, own];
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static async Task<Reading> ReadBesideAsync(string file)
    {
        using Process reader = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["store", "--file", file]) { RedirectStandardOutput = true })!;
        string line = await reader.StandardOutput.ReadToEndAsync();
        await reader.WaitForExitAsync();
        return reader.ExitCode == 0 ? JsonSerializer.Deserialize<Reading>(line)!
            : throw new InvalidOperationException($"The process that reads ended with {reader.ExitCode}.");
    }

    private static async Task<int> ReadAsync(string file)
    {
        double[] open = new double[2];
        for (int time = 0; time < open.Length; time++)
        {
            long start = Stopwatch.GetTimestamp();
            await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(file);
            IVectorCollection collection = await store.OpenAsync("bench@1");
            StoredItem some = (await collection.GetAsync(["V0"]))["V0"];
            await collection.SearchAsync(new QueryVector(some.Vector, collection.Space), Count);
            open[time] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (time == 0)
                continue;
            ItemId[] asked = [.. Enumerable.Range(0, Searches).Select(q => new ItemId($"V{q * 37}"))];
            IReadOnlyDictionary<ItemId, StoredItem> queries = await collection.GetAsync(asked);
            List<double> taken = [];
            foreach (StoredItem query in queries.Values)
            {
                start = Stopwatch.GetTimestamp();
                await collection.SearchAsync(new QueryVector(query.Vector, collection.Space), Count);
                taken.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            long live = GC.GetTotalMemory(forceFullCollection: true);
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            Console.WriteLine(JsonSerializer.Serialize(new Reading(open[0], open[1], Median(taken), live, OwnMemory())));
        }
        return 0;
    }

    /// <summary>Bytes in memory that belong to no file; where the system does not tell, all that the process has taken.</summary>
    private static double OwnMemory()
    {
        string? line = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)) : null;
        return line is null ? Environment.WorkingSet : 1024.0 * long.Parse(line[8..^2].Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>The slope of the line that is nearest to the points, both on scales of logarithms.</summary>
    private static double Exponent(IEnumerable<(double X, double Y)> points)
    {
        (double X, double Y)[] all = [.. points.Select(point => (Math.Log(point.X), Math.Log(point.Y)))];
        double x = all.Average(point => point.X), y = all.Average(point => point.Y);
        return all.Sum(point => (point.X - x) * (point.Y - y)) / all.Sum(point => (point.X - x) * (point.X - x));
    }

    /// <param name="Open">s, of a process that has just begun, to the first search.</param>
    /// <param name="Again">s, of one that has opened it before.</param>
    /// <param name="Search">ms.</param>
    /// <param name="Live">Bytes.</param>
    /// <param name="Own">Bytes.</param>
    private sealed record Reading(double Open, double Again, double Search, double Live, double Own);
}

// Measures  searches of an embedded collection by one caller: with nothing beside them, while rows are upserted in the same process, while another process
//           upserts, and while another process builds the index; and after which time a search here finds what another process has committed.
// Data      as of PlanBenchmark: the text vectors of a data folder, and larger sets made from them.
// Run       hybrid import --items ../shared/data/movielens-small/items.csv.gz --index --data FOLDER
//           dotnet run -c Release --project tests/Hybrid.Benchmarks -- writers --data FOLDER [--rows 100000] [--rounds 5] [--rate 1000]
//           --rate: rows upserted a second, ten in a call.
using System.Diagnostics;
using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Vectors;
using static Hybrid.Benchmarks.Series;

namespace Hybrid.Benchmarks;

internal sealed class WritersBenchmark(int rounds, int rate, string file, IVectorCollection collection, float[][] vectors)
{
    private const int RowsOfCall = 10, Count = 10;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string[] arguments)
    {
        int Number(string name, int otherwise) => int.Parse(arguments.ValueOf(name) ?? $"{otherwise}", CultureInfo.InvariantCulture);
        if (arguments.ValueOf("--as") is { } role)
            return await RunOtherAsync(role, arguments.ValueOf("--file")!, Number("--rate", 1_000));   // ! : RunBesideAsync names it
        if (arguments.ValueOf("--data") is not { } folder)
        {
            Console.Error.WriteLine("Say which data folder has the vectors: writers --data FOLDER [--rows N] [--rounds N] [--rate N]");
            return 2;
        }
        string temporary = Directory.CreateTempSubdirectory("hybrid-writers-").FullName;
        try
        {
            float[][] vectors = await TextVectors.ReadAsync(folder, Number("--rows", 100_000));
            string file = Path.Combine(temporary, "vectors.db");
            await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(file);
            IVectorCollection collection = await store.CreateAsync("bench", Space(vectors[0].Length));
            for (int from = 0; from < vectors.Length; from += 5_000)
                await collection.UpsertAsync(Batch(vectors, from, Math.Min(5_000, vectors.Length - from), price: 0));
            await collection.BuildIndexAsync();
            await new WritersBenchmark(Number("--rounds", 5), Number("--rate", 1_000), file, collection, vectors).RunAsync();
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
        return 0;
    }

    private async Task RunAsync()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"// {vectors.Length:N0} rows, {rate:N0} upserted a second where rows are"));
        Console.WriteLine("\n| beside the searches | p50, ms (rounds) | p95, ms (rounds) | searches/s | p95 of idle, times |\n|---|---:|---:|---:|---:|");
        (string Name, Func<CancellationToken, Task> Beside)[] ways =
        [
            ("nothing", stop => Task.CompletedTask),
            ("upserts of this process", stop => Task.Run(() => UpsertAsync(collection, vectors, rate, stop), CancellationToken.None)),
            ("upserts of another process", stop => RunBesideAsync("writer", stop)),
            ("a build of another process", stop => RunBesideAsync("builder", stop)),
        ];
        var times = ways.Select(_ => new Series()).ToArray();
        for (int round = 0; round <= rounds; round++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                using var stop = new CancellationTokenSource();
                Task beside = ways[way].Beside(stop.Token);
                double[] taken = await SearchAsync();
                await stop.CancelAsync();
                await beside;
                if (round > 0)   // the first warms up
                    times[way].Add(taken);
            }
        }
        for (int way = 0; way < ways.Length; way++)
        {
            double[] p50 = times[way].At(0.5), p95 = times[way].At(0.95), ratios = [.. p95.Zip(times[0].At(0.95), (busy, idle) => busy / idle)];
            double searches = Median([.. times[way].Counts.Select(count => count / Round.TotalSeconds)]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {ways[way].Name} | {Spread(p50)} | {Spread(p95)} | {searches:0} | {Spread(ratios)} |"));
        }
        await MeasureSeenAsync();
    }

    /// <summary>[searches]: ms.</summary>
    private async Task<double[]> SearchAsync()
    {
        var taken = new List<double>();
        long begun = Stopwatch.GetTimestamp();
        for (int q = 0; Stopwatch.GetElapsedTime(begun) < Round; q = (q + 997) % vectors.Length)
        {
            long start = Stopwatch.GetTimestamp();
            await collection.SearchAsync(new QueryVector(vectors[q], collection.Space), Count);
            taken.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return [.. taken];
    }

    /// <summary>The other process writes the time of day as a price, and this one looks for it.</summary>
    private async Task MeasureSeenAsync()
    {
        using var stop = new CancellationTokenSource();
        Task beside = RunBesideAsync("clock", stop.Token);
        var ages = new List<double>();
        double last = 0;
        while (ages.Count < 200)
        {
            IReadOnlyDictionary<ItemId, StoredItem> found = await collection.GetAsync(["CLOCK"], withVectors: false);
            if (!found.TryGetValue("CLOCK", out StoredItem row) || row.Fields.Price == last)
                continue;
            last = row.Fields.Price!.Value;   // ! : it is written with one
            ages.Add((TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds - last);
        }
        await stop.CancelAsync();
        await beside;
        ages.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n// found after another process began to write it: {Median(ages):0.0} ms p50, {ages[(int)(.95 * ages.Count)]:0.0} p95, {ages[^1]:0.0} at most"));
    }

    private async Task RunBesideAsync(string role, CancellationToken stop)
    {
        string program = Environment.ProcessPath!;   // ! : it has one
        ProcessStartInfo start = new(program, ["writers", "--as", role, "--file", file, "--rate", $"{rate}"]) { RedirectStandardInput = true };
        using Process other = Process.Start(start)!;   // ! : it is not the shell that starts it
        // Closing its input ends it: so it ends with this one, however this one ends.
        await using (stop.Register(() => other.StandardInput.Close()))
            await other.WaitForExitAsync(CancellationToken.None);
        if (other.ExitCode != 0)
            throw new InvalidOperationException($"The other process, {role}, ended with {other.ExitCode}.");
    }

    private static async Task<int> RunOtherAsync(string role, string file, int rate)
    {
        using var stop = new CancellationTokenSource();
        Task ended = Task.Run(async () =>
        {
            while (await Console.In.ReadLineAsync() is not null)
            {
            }
            await stop.CancelAsync();
        });
        await using (EmbeddedVectorStore store = EmbeddedVectorStore.Open(file))
        {
            var collection = await store.OpenAsync("bench@1");
            ItemId[] some = [.. Enumerable.Range(0, 2_000).Select(i => new ItemId($"V{i}"))];
            float[][] vectors = [.. (await collection.GetAsync(some)).Values.Select(row => row.Vector.ToArray())];
            try
            {
                if (role == "writer")
                    await UpsertAsync(collection, vectors, rate, stop.Token);
                while (role == "builder")
                    await collection.BuildIndexAsync(stop.Token);
                while (role == "clock")
                {
                    double now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
                    await collection.UpsertAsync(new ItemBatch(collection.Space, [new Item("CLOCK") { Price = now }], vectors[0]), stop.Token);
                    await Task.Delay(20, stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // That is how it ends.
            }
        }
        await ended;
        return 0;
    }

    private static async Task UpsertAsync(IVectorCollection collection, float[][] vectors, int rate, CancellationToken stop)
    {
        long begun = Stopwatch.GetTimestamp();
        for (int written = 0; !stop.IsCancellationRequested; written += RowsOfCall)
        {
            TimeSpan early = TimeSpan.FromSeconds(written / (double)rate) - Stopwatch.GetElapsedTime(begun);
            if (early > TimeSpan.Zero)
                await Task.Delay(early, CancellationToken.None);
            await collection.UpsertAsync(Batch(vectors, written * 7 % (vectors.Length - RowsOfCall), RowsOfCall, price: written), CancellationToken.None);
        }
    }

    private static VectorSpace Space(int dimension) => new("bench", new string('b', 64), dimension, VectorSpaceKind.Text);

    private static ItemBatch Batch(float[][] vectors, int from, int count, double price) => new(Space(vectors[0].Length),
        [.. Enumerable.Range(from, count).Select(i => new Item($"V{i}") { Price = price })], vectors[from..(from + count)].SelectMany(v => v).ToArray());
}

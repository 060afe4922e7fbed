// Measures  the embedded index beside faiss, in one run on the same vectors: builds; searches of one caller at equal recall@10, with as few probes as it takes;
//           many queries in one call, and callers side by side; memory.
// Data      as of PlanBenchmark: the text vectors of a data folder, and larger sets made from them; queries are rows moved likewise, that are not in the set.
// Run       hybrid import --items ../shared/data/movielens-small/items.csv.gz --index --data FOLDER
//           ../shared/peers/setup DIR
//           dotnet run -c Release --project tests/Hybrid.Benchmarks -- faiss --data FOLDER --python DIR/bin/python
//               [--rows 100000] [--rounds 5] [--also hnsw,pq]
//           --also: what else of faiss is shown, at equal recall.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using static System.FormattableString;
using static Hybrid.Benchmarks.Series;

namespace Hybrid.Benchmarks;

internal sealed class FaissBenchmark(int rounds, PythonPeer faiss, IvfIndex index, float[][] queries)
{
    private const int Queries = 200, Count = 10, Callers = 8;
    private static readonly double[] Recalls = [0.95, 0.99];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.ValueOf("--data") is not { } folder || arguments.ValueOf("--python") is not { } python)
        {
            Console.Error.WriteLine("Say which data folder has the vectors, and which python has faiss: faiss --data FOLDER --python FILE");
            return 2;
        }
        int rows = int.Parse(arguments.ValueOf("--rows") ?? "100000", CultureInfo.InvariantCulture);
        string temporary = Directory.CreateTempSubdirectory("hybrid-faiss-").FullName;
        try
        {
            float[][] all = await TextVectors.ReadAsync(folder, rows + Queries);
            float[][] queries = all[rows..];
            Array.Resize(ref all, rows);
            int d = all[0].Length;
            Write("vectors", all);
            Write("queries", queries);
            long before = GC.GetTotalMemory(forceFullCollection: true);
            var index = new IvfIndex(d, new IvfOptions());
            index.Change(() =>
            {
                for (int r = 0; r < rows; r++)
                    index.Upsert(new StoredItem(new Item($"V{r}"), default), all[r]);
                return true;
            });
            using var faiss = new PythonPeer(python, "faiss_peer.py", Path.Combine(temporary, "vectors"), Path.Combine(temporary, "queries"), $"{d}",
                $"{index.CellsFor(rows)}");
            var run = new FaissBenchmark(int.Parse(arguments.ValueOf("--rounds") ?? "5", CultureInfo.InvariantCulture), faiss, index, queries);
            await run.BuildAsync(rows, d, before);
            await run.SearchAsync();
            await run.TogetherAsync("at a recall of .99");
            index.Tune(null, index.Measure(null, CancellationToken.None));
            await run.TogetherAsync("planned");
            foreach (string also in (arguments.ValueOf("--also") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
                await run.AlsoAsync(also);
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
        return 0;

        void Write(string name, float[][] vectors)
        {
            using FileStream file = File.Create(Path.Combine(temporary, name));
            foreach (float[] vector in vectors)
                file.Write(MemoryMarshal.AsBytes(vector.AsSpan()));
        }
    }

    private async Task BuildAsync(int rows, int d, long before)
    {
        List<double> ours = [], theirs = [];
        for (int round = 0; round < Math.Min(rounds, 1_000_000 / rows); round++)
        {
            IvfIndex copy = index.Copy();
            long start = Stopwatch.GetTimestamp();
            copy.Build(CancellationToken.None);
            ours.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            theirs.Add((await faiss.AskAsync("build ivf")).GetProperty("seconds").GetDouble());
        }
        index.Build(CancellationToken.None);
        double raw = 4.0 * rows * d;
        Console.WriteLine(Invariant($"// {rows:N0} rows, {index.Cells:N0} cells; build {Spread(ours)} s, ")
            + Invariant($"faiss {Spread(theirs)} s: {Spread(Ratios(ours, theirs))} of its time"));
        Console.WriteLine(Invariant($"// memory {(GC.GetTotalMemory(forceFullCollection: true) - before) / raw:0.00} of the vectors, items and ids among it"));
    }

    private async Task SearchAsync()
    {
        Console.WriteLine("\n| recall@10 | of | probes | p50, ms | queries/s | times IVFFlat's |\n|---:|---|---:|---:|---:|---:|");
        // Equal probes, then equal recall.
        await CompareAsync("probes", q => Search(q, 64), 64);
        foreach (double recall in Recalls)
        {
            double low = 0, high = 1;
            for (int step = 0; step < 9; step++)
            {
                Tune((low + high) / 2);
                (low, high) = Recall(Planned) >= recall ? (low, (low + high) / 2) : ((low + high) / 2, high);
            }
            Tune(high);
            await CompareAsync("signs", Planned, (await faiss.AskAsync(Invariant($"tune ivf {recall}"))).GetProperty("effort").GetInt32());
        }
    }

    private async Task CompareAsync(string what, Func<int, IReadOnlyList<Neighbor>> ours, int nprobe)
    {
        (string Way, string Effort, Func<int, IReadOnlyList<Neighbor>> Search, List<double> P50, List<double> Rates)[] ways =
        [
            ($"ours, {what}", what == "probes" ? "64" : $"{index.PlannedProbes}", ours, [], []),
        ];
        List<double> theirP50 = [], theirRates = [];
        double theirRecall = 0;
        for (int round = 0; round <= rounds; round++)
        {
            foreach ((_, _, Func<int, IReadOnlyList<Neighbor>> search, List<double> p50, List<double> rates) in ways)
                Note([.. queries.Index().Select(query => Time(() => search(query.Index)))], p50, rates);
            JsonElement answer = await faiss.AskAsync($"search ivf {nprobe}");
            theirRecall = answer.GetProperty("recall").GetDouble();
            Note([.. answer.GetProperty("ms").EnumerateArray().Select(ms => ms.GetDouble())], theirP50, theirRates);

            void Note(double[] ms, List<double> p50, List<double> rates)
            {
                if (round == 0)   // it warms up
                    return;
                p50.Add(Median(ms));
                rates.Add(1000 / ms.Average());
            }
        }
        foreach ((string way, string effort, Func<int, IReadOnlyList<Neighbor>> search, List<double> p50, List<double> rates) in ways)
            Row(Recall(search), way, effort, p50, rates, Spread(Ratios(rates, theirRates)));
        Row(theirRecall, "IVFFlat", $"{nprobe}", theirP50, theirRates, "");
    }

    /// <summary>Many queries in one call, and callers side by side, on all cores.</summary>
    private async Task TogetherAsync(string what)
    {
        int nprobe = (await faiss.AskAsync("tune ivf 0.99")).GetProperty("effort").GetInt32();
        ReadOnlyMemory<float>[] many = [.. queries.Select(query => query.AsMemory())];
        List<double> single = [], oneCall = [], callers = [], theirs = [];
        for (int round = 0; round <= rounds; round++)
        {
            double[] rates =
            [
                Rate(Queries, () => { for (int q = 0; q < Queries; q++) Planned(q); }),
                Rate(Queries, () => index.SearchMany(many, Count, null, null, null, exact: false, CancellationToken.None)),
                Rate(Queries * Callers, () => Task.WaitAll([.. Enumerable.Range(0, Callers).Select(_ => Task.Run(() =>
                {
                    for (int q = 0; q < Queries; q++)
                        Planned(q);
                }))])),
                Queries / (await faiss.AskAsync($"together ivf {nprobe}")).GetProperty("seconds").GetDouble(),
            ];
            if (round == 0)
                continue;
            foreach ((List<double> list, double rate) in new[] { single, oneCall, callers, theirs }.Zip(rates))
                list.Add(rate);
        }
        Console.WriteLine(Invariant($"\n// queries/s, {what}: one caller {Spread(single, "0")}; in one call {Spread(oneCall, "0")}, ")
            + Invariant($"{Spread(Ratios(oneCall, single))} of that; {Callers} callers {Spread(callers, "0")}, {Spread(Ratios(callers, single))}; ")
            + Invariant($"faiss in one call {Spread(theirs, "0")}: ours is {Spread(Ratios(oneCall, theirs))} of it"));
    }

    private async Task AlsoAsync(string kind)
    {
        double build = (await faiss.AskAsync($"build {kind}")).GetProperty("seconds").GetDouble();
        foreach (double recall in Recalls)
        {
            JsonElement tuned = await faiss.AskAsync(Invariant($"tune {kind} {recall}"));
            int effort = tuned.GetProperty("effort").GetInt32();
            double[] ms = [.. (await faiss.AskAsync($"search {kind} {effort}")).GetProperty("ms").EnumerateArray().Select(ms => ms.GetDouble())];
            Row(tuned.GetProperty("recall").GetDouble(), Invariant($"{kind}, built in {build:0} s"), $"{effort}", [Median(ms)], [1000 / ms.Average()], "");
        }
    }

    private IReadOnlyList<Neighbor> Search(int q, int probes) => index.Search(queries[q], Count, probes, null, CancellationToken.None);

    private IReadOnlyList<Neighbor> Planned(int q) => index.Search(queries[q], Count, null, null, null, exact: false, CancellationToken.None);

    private void Tune(double recall) => index.Tune(recall, index.Measure(recall, CancellationToken.None));

    private double Recall(Func<int, IReadOnlyList<Neighbor>> search) => Enumerable.Range(0, queries.Length)
        .Average(q => index.Scan(queries[q], Count, null).Select(n => n.Item).Intersect(search(q).Select(n => n.Item)).Count() / (double)Count);

    private static void Row(double recall, string way, string effort, List<double> p50, List<double> rates, string ratio) =>
        Console.WriteLine(Invariant($"| {recall:0.000} | {way} | {effort} | {Spread(p50, "0.000")} | {Spread(rates, "0")} | {ratio} |"));

    private static double Time(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Rate(int searches, Action work) => searches / Time(work) * 1000;

    private static List<double> Ratios(List<double> ours, List<double> theirs) => [.. ours.Zip(theirs, (a, b) => a / b)];
}

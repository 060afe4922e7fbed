// Measures  planned searches of the embedded index beside its other ways (floats of all rows, codes of all rows, probes), with the recall of each, by filters
//           that keep from all rows to one in two thousand; and what SearchPlan reckons with: a row scored by its code, or asked whether it matches.
// Data      the text vectors of a data folder, as the project's own encoder made them; larger sets are made from them: a row, moved by half the difference
//           of two others. Queries are titles of its items, encoded as a user's text is.
// Run       hybrid import --items ../shared/data/movielens-small/items.csv.gz --index --data FOLDER
//           dotnet run -c Release --project tests/Hybrid.Benchmarks -- plan --data FOLDER [--rows 100000] [--rounds 5] [--exact 0] [--recommend]
//           --exact: the most rows of which a planned search looks at all, instead of IvfIndex.MostExactRows. --recommend: that part
//           alone, which has a recommendation from a history beside a search, under the same filters.
using System.Diagnostics;
using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Benchmarks;

internal sealed partial class PlanBenchmark
{
    private const int Queries = 50, Seed = 7;
    private static readonly double[] Shares = [1, 0.5, 0.1, 0.027, 0.004, 0.0005];

    private readonly int _rounds;
    private readonly int _dimension;
    private readonly float[] _queries;
    private readonly IvfIndex _index;

    private PlanBenchmark(int rounds, int dimension, float[] queries, IvfIndex index) =>
        (_rounds, _dimension, _queries, _index) = (rounds, dimension, queries, index);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.ValueOf("--data") is not { } folder)
        {
            Console.Error.WriteLine("Say which data folder has the vectors: plan --data FOLDER [--rows N] [--rounds N]");
            return 2;
        }
        await using HybridEngine engine = await HybridEngine.OpenAsync(folder);
        List<ExportedItem> items = [];
        await foreach (ExportedItem item in engine.ExportAsync())
            items.Add(item);
        using var encoder = TextEncoder.Load(Path.Combine("models", "all-MiniLM-L6-v2"));
        int d = encoder.Dimension, rows = int.Parse(arguments.ValueOf("--rows") ?? $"{items.Count}", CultureInfo.InvariantCulture);
        var queries = new float[Queries * d];
        string[] titles = [.. Enumerable.Range(0, Queries).Select(q => items[q * (items.Count / Queries)].Item.Title)];
        encoder.Encode(titles, TextRole.Query, queries);

        var index = new IvfIndex(d, new IvfOptions(), int.Parse(arguments.ValueOf("--exact") ?? $"{IvfIndex.MostExactRows}", CultureInfo.InvariantCulture));
        long start = Stopwatch.GetTimestamp();
        Fill(index, items, rows);
        double filled = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        index.Build(CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"// {rows:N0} rows in memory after {filled:F1} s; {index.Cells:N0} cells built in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s, of which "
            + $"{index.PlannedProbes:N0} are visited for the 10 nearest"));
        var run = new PlanBenchmark(int.Parse(arguments.ValueOf("--rounds") ?? "5", CultureInfo.InvariantCulture), d, queries, index);
        if (!arguments.Contains("--recommend"))
            run.Run();
        await run.RecommendAsync(encoder, titles);
        return 0;
    }

    private static void Fill(IvfIndex index, List<ExportedItem> items, int rows)
    {
        var random = new Random(Seed);
        IReadOnlyList<float[]> vectors = [.. items.Select(item => item.Vector!.Value.ToArray())];   // ! : the folder is indexed
        foreach ((int r, float[] vector) in TextVectors.More(vectors).Take(rows).Index())
        {
            // The price is drawn evenly from 0 to 1: price < share keeps that share of the rows.
            var item = new Item($"V{r}") { Category = items[r % items.Count].Item.Category, Price = random.NextDouble() };
            index.Upsert(new StoredItem(item, default), vector);
        }
    }

    private void Run()
    {
        Console.WriteLine("\n| count | rows kept | way | p50, ms (rounds) | p99, ms | recall |\n|---:|---:|---|---:|---:|---:|");
        foreach (int count in (int[])[10, 1_000])
        {
            foreach (double share in Shares)
                Compare(count, share);
        }
        PriceRows();
    }

    private void Compare(int count, double share)
    {
        Filter? filter = share == 1 ? null : Filter.Parse(string.Create(CultureInfo.InvariantCulture, $"price < {share}"));
        HashSet<ItemId>[] exact = [.. Enumerable.Range(0, Queries).Select(q => _index.Scan(Query(q), count, filter is null ? null : filter.Matches)
            .Select(n => n.Item).ToHashSet())];
        Func<Item, bool>? matches = filter is null ? null : filter.Matches;
        (string Way, Func<int, IReadOnlyList<Neighbor>> Search, Series Times)[] ways =
        [
            ("floats of all rows", q => _index.Scan(Query(q), count, matches), new()),
            ("codes of all rows", q => _index.Search(Query(q), count, int.MaxValue, matches, CancellationToken.None), new()),
            ("nprobe 64", q => _index.Search(Query(q), count, 64, matches, CancellationToken.None), new()),
            ("half of the cells", q => _index.Search(Query(q), count, _index.Cells / 2, matches, CancellationToken.None), new()),
            ("planned", q => _index.Search(Query(q), count, filter, null, null, exact: false, CancellationToken.None), new()),
        ];
        for (int round = 0; round <= _rounds; round++)
        {
            foreach ((_, Func<int, IReadOnlyList<Neighbor>> search, Series times) in ways)
            {
                var taken = new double[Queries];
                for (int q = 0; q < Queries; q++)
                {
                    long start = Stopwatch.GetTimestamp();
                    search(q);
                    taken[q] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                }
                if (round > 0)   // the first warms up
                    times.Add(taken);
            }
        }
        foreach ((string way, Func<int, IReadOnlyList<Neighbor>> search, Series times) in ways)
        {
            int found = Enumerable.Range(0, Queries).Sum(q => search(q).Count(n => exact[q].Contains(n.Item)));
            double[] p50 = times.At(0.5);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {count} | {share:0.####} | {way} | {Series.Median(p50):0.000} ({p50.Min():0.000} – {p50.Max():0.000}) | "
                    + $"{Series.Median(times.At(0.99)):0.000} | {found / (double)exact.Sum(e => e.Count):0.0000} |"));
        }
    }

    /// <summary>What a row costs, in nanoseconds.</summary>
    private void PriceRows()
    {
        // Nothing matches: all rows are asked. Then a tenth of the rows, of which all is known.
        Func<Item, bool> none = Filter.Parse("price < 0").Matches;
        var tenth = Filter.Parse("price < 0.1");
        for (int use = 0; use < 100; use++)
            _index.Search(Query(use % Queries), 1, tenth, null, null, exact: false, CancellationToken.None);
        double inRun = Typical(q => _index.Search(Query(q), 1, int.MaxValue, null, CancellationToken.None));
        double floats = Typical(q => _index.Scan(Query(q), 1, null));
        double asked = Typical(q => _index.Scan(Query(q), 1, none));
        double alone = Typical(q => _index.Search(Query(q), 1, tenth, null, null, exact: false, CancellationToken.None));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n// ns a row: scored by its floats {floats:0}, by its code {inRun:0}, alone {alone * 10:0}; asked {asked - floats:0}"));

        double Typical(Action<int> search) => Series.Median([.. Enumerable.Range(0, Queries).Select(q =>
        {
            long start = Stopwatch.GetTimestamp();
            search(q);
            return Stopwatch.GetElapsedTime(start).TotalNanoseconds / _index.Count;
        })]);
    }

    private ReadOnlySpan<float> Query(int q) => _queries.AsSpan(q * _dimension, _dimension);
}

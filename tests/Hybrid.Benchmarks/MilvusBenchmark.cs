// Measures  Hybrid's Milvus client against pymilvus and against the floor (the same bytes through the same transport with no message at all): search, upsert,
//           bulk insert; and the embedded store's linear scan against Milvus by probes, on real texts.
// Data      uniform, 384-d, seeds in the code; for the last table movielens-small of ../shared/data, encoded by the project's own encoder.
// Run       ../shared/milvus/milvus-server start --engine standalone --port 19530
//           ../shared/peers/setup PEERS
//           dotnet run -c Release --project tests/Hybrid.Benchmarks -- milvus --python PEERS/bin/python --rows 10000 100000
//           … -- milvus --load 1000000     fills a collection of the store as a whole, interrupted once
using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Hybrid.Milvus.Client;
using Wire = Hybrid.Milvus.Client.Wire;

namespace Hybrid.Benchmarks;

/// <summary>One run: everything on one server, the three in turn in each round, so that whatever else the machine does meets all of them.</summary>
internal sealed partial class MilvusBenchmark : IDisposable
{
    private const int Dimension = 384, Count = 10, Probes = 10, Vectors = 64;

    private static readonly Dictionary<string, int> Cells = new() { ["nlist"] = 128 };

    private readonly Arguments _arguments;
    private readonly MilvusClient _client;
    private readonly MilvusFloor _floor;
    private readonly PyMilvus? _peer;
    private readonly float[] _queries = Uniform(Vectors * Dimension, 3);

    private MilvusBenchmark(Arguments arguments)
    {
        _arguments = arguments;
        var options = new MilvusClientOptions { Endpoint = arguments.Server, Timeout = TimeSpan.FromMinutes(2) };
        _client = new MilvusClient(options);
        _floor = new MilvusFloor(options);
        _peer = arguments.Python is null ? null : new PyMilvus(arguments.Python, arguments.Server);
    }

    public static async Task<int> RunAsync(string[] words)
    {
        Arguments arguments = Arguments.Of(words);
        if (arguments.Python is null)
            Console.WriteLine("// Without --python: pymilvus is left out. `../shared/peers/setup DIR` makes an environment that has it.");
        using var run = new MilvusBenchmark(arguments);
        Console.WriteLine($"// Milvus {await run._client.GetVersionAsync()}, .NET {Environment.Version}, {Environment.ProcessorCount} cores, "
            + $"{arguments.Rounds} rounds");
        if (arguments.Load > 0)
        {
            await run.LoadAsync(arguments.Load);
            return 0;
        }
        Console.WriteLine("| what | floor | Hybrid | pymilvus | Hybrid / floor | Hybrid / pymilvus |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (int rows in arguments.Rows)
        {
            if (!arguments.Only.Contains("write"))
                await run.SearchesAsync(rows);
            if (!arguments.Only.Contains("search"))
                await run.WritesAsync(rows);
        }
        if (arguments.Only.Length == 0)
            await run.ProbesAsync();
        return 0;
    }

    public void Dispose()
    {
        _client.Dispose();
        _floor.Dispose();
        _peer?.Dispose();
    }

    private async Task SearchesAsync(int rows)
    {
        string collection = $"bench_{rows}";
        await CreateAsync(collection);
        await _client.InsertAsync(Rows(collection, rows));
        await IndexAsync(collection);

        SearchRequest[] searches = [.. Enumerable.Range(0, Vectors).Select(i => new SearchRequest(collection, _queries.AsMemory(i * Dimension, Dimension),
            Dimension, Count)
        {
            Metric = "COSINE",
            Probes = Probes,
            Field = "embedding",
            Consistency = ConsistencyLevel.Eventually,
        })];
        byte[][] bytes = [.. searches.Select(search => _client.RequestOf(search).ToByteArray())];
        foreach (int callers in (int[])[1, 8])
        {
            int calls = _arguments.Calls / callers;
            var times = new Series[3];
            for (int i = 0; i < 3; i++)
                times[i] = new Series();
            var allocated = new List<double>[] { [], [] };
            var cpu = new List<double>[] { [], [], [] };
            for (int round = -1; round < _arguments.Rounds; round++)
            {
                for (int turn = 0; turn < 3; turn++)
                {
                    int who = (turn + Math.Max(round, 0)) % 3;
                    if (who == 2 && _peer is null)
                        continue;
                    long before = GC.GetTotalAllocatedBytes(precise: true);
                    TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
                    (double[] ms, double cpuSeconds) = who switch
                    {
                        0 => (await CallersAsync(callers, calls, i => _floor.SearchAsync(bytes[i % Vectors])), 0),
                        1 => (await CallersAsync(callers, calls, i => _client.SearchAsync(searches[i % Vectors])), 0),
                        _ => await _peer!.SearchAsync(collection, callers, calls),   // it is there: see above
                    };
                    if (who < 2)
                        cpuSeconds = (Environment.CpuUsage.TotalTime - cpuBefore).TotalSeconds;
                    if (round < 0)
                        continue;   // warming up
                    cpu[who].Add(cpuSeconds * 1000 / ms.Length);
                    times[who].Add(ms);
                    if (who < 2)
                        allocated[who].Add((GC.GetTotalAllocatedBytes(precise: true) - before) / 1024.0 / ms.Length);
                }
            }
            string what = $"search {rows:N0}, {(callers == 1 ? "1 caller" : $"{callers} callers")}";
            Print($"{what}, p50, ms", [.. times.Select(t => t.At(0.5))]);
            Print($"{what}, p99, ms", [.. times.Select(t => t.At(0.99))]);
            Print($"{what}, CPU of the client, ms a call", [.. cpu.Select(ms => ms.ToArray())]);
            if (callers == 1)
                Print($"{what}, allocated, KB a call", [.. allocated.Select(kb => kb.ToArray()), []]);
        }
        await _client.DropCollectionAsync(collection);
    }

    private async Task WritesAsync(int rows)
    {
        foreach (bool isUpsert in (bool[])[true, false])
        {
            var rates = new List<double>[] { [], [], [] };
            string collection = $"bench_write_{rows}";
            WriteRequest write = Rows(collection, rows);
            byte[][] parts = [.. _client.PartsOf(write).Select(part => BytesOf(write, part, isUpsert))];
            int batch = (rows + parts.Length - 1) / parts.Length;
            for (int round = -1; round < _arguments.WriteRounds; round++)
            {
                for (int turn = 0; turn < 3; turn++)
                {
                    int who = (turn + Math.Max(round, 0)) % 3;
                    if (who == 2 && _peer is null)
                        continue;
                    await CreateAsync(collection);
                    GC.Collect();
                    long started = Stopwatch.GetTimestamp();
                    double seconds = -1;
                    if (who == 0)
                        await Parallel.ForEachAsync(parts, new ParallelOptions { MaxDegreeOfParallelism = _client.Options.WriteParallelism }, async (part,
                            _) => await _floor.WriteAsync(part, isUpsert));
                    else if (who == 1)
                        await (isUpsert ? _client.UpsertAsync(write) : _client.InsertAsync(write));
                    else
                        seconds = await _peer!.WriteAsync(isUpsert, collection, rows, Dimension, batch);   // it is there: see above
                    seconds = seconds < 0 ? Stopwatch.GetElapsedTime(started).TotalSeconds : seconds;
                    if (round >= 0)
                        rates[who].Add(rows / seconds);
                    await _client.DropCollectionAsync(collection);
                }
            }
            Print($"{(isUpsert ? "upsert" : "bulk insert")} {rows:N0}, rows/s", [.. rates.Select(r => r.ToArray())]);
        }
    }

    private static byte[] BytesOf(WriteRequest write, Range part, bool isUpsert)
    {
        int start = part.Start.Value, count = part.End.Value - start;
        IEnumerable<Wire.FieldData> fields = write.Columns.Select(column => column.ToWire(start, count));
        if (isUpsert)
            return new Wire.UpsertRequest { CollectionName = write.Collection, NumRows = (uint)count, FieldsData = { fields } }.ToByteArray();
        return new Wire.InsertRequest { CollectionName = write.Collection, NumRows = (uint)count, FieldsData = { fields } }.ToByteArray();
    }

    private static async Task<double[]> CallersAsync<T>(int callers, int calls, Func<int, Task<T>> call)
    {
        double[][] times = await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            await Task.Yield();
            double[] mine = new double[calls];
            for (int i = 0; i < calls; i++)
            {
                long started = Stopwatch.GetTimestamp();
                await call(i).ConfigureAwait(false);
                mine[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }
            return mine;
        }));
        return [.. times.SelectMany(t => t)];
    }

    private async Task CreateAsync(string collection)
    {
        await _client.DropCollectionAsync(collection);
        await _client.CreateCollectionAsync(new CollectionSchema(collection,
            [new FieldSchema("id", FieldType.VarChar) { IsKey = true, MaxLength = 100 }, new FieldSchema("embedding",
                FieldType.FloatVector) { Dimension = Dimension }]));
    }

    private async Task IndexAsync(string collection)
    {
        await _client.FlushAsync(collection);
        await _client.CreateIndexAsync(new IndexRequest(collection, "embedding", "IVF_FLAT") { Metric = "COSINE", Parameters = Cells });
        await _client.WaitForIndexAsync(collection, "embedding");
        await _client.LoadAsync(collection);
    }

    private static WriteRequest Rows(string collection, int rows) => new(collection,
    [
        new TextColumn("id", [.. Enumerable.Range(0, rows).Select(i => i.ToString("'item-'D8", CultureInfo.InvariantCulture))]),
        new VectorColumn("embedding", Dimension, Uniform(rows * Dimension, 5)),
    ]);

    private static float[] Uniform(int count, int seed)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle() - 0.5f;
        return values;
    }

    /// <summary>A row of the table: medians over the rounds with their lowest and highest, and the medians of the rounds' ratios.</summary>
    private static void Print(string what, double[][] values)
    {
        string[] cells = [.. values.Select(v => v.Length == 0 ? "" : $"{Show(Median(v))} ({Show(v.Min())} – {Show(v.Max())})")];
        Console.WriteLine($"| {what} | {string.Join(" | ", cells)} | {Ratio(1, 0)} | {Ratio(1, 2)} |");

        string Ratio(int a, int b) => values[b].Length == 0 ? "" : Show(Median([.. values[a].Zip(values[b], (x, y) => x / y)]), "0.00");
    }

    private static string Show(double value, string? format = null) =>
        value.ToString(format ?? (value < 100 ? "0.00" : "N0"), CultureInfo.InvariantCulture);

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The times of one contender, round by round.</summary>
    private sealed class Series
    {
        private readonly List<double[]> _rounds = [];

        public void Add(double[] milliseconds) => _rounds.Add([.. milliseconds.Order()]);

        public double[] At(double quantile) => [.. _rounds.Select(round => round[(int)(quantile * (round.Length - 1))])];
    }

    private sealed record Arguments(Uri Server, string? Python, int[] Rows, int Rounds, int WriteRounds, int Calls, string Only, int Load)
    {
        public static Arguments Of(string[] words)
        {
            return new(new Uri(Value("--uri") ?? "http://127.0.0.1:19530"), Value("--python"), [.. (Value("--rows")
                ?? "10000 100000").Split(' ').Select(Number)],
                Number(Value("--rounds") ?? "7"), Number(Value("--write-rounds") ?? "5"), Number(Value("--calls") ?? "800"), Value("--only") ?? "",
                Number(Value("--load") ?? "0"));

            // What follows it up to the next option.
            string? Value(string name) => Array.IndexOf(words, name) is var at and >= 0
                ? string.Join(' ', words.Skip(at + 1).TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal))) : null;

            static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
        }
    }
}

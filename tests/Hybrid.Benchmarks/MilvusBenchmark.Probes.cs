using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Milvus.Client;

namespace Hybrid.Benchmarks;

internal sealed partial class MilvusBenchmark
{
    private const int Queries = 200;

    /// <summary>The seeds' table, on real texts: the linear scan in process against Milvus by probes.</summary>
    private async Task ProbesAsync()
    {
        const string Collection = "bench_movies";
        string file = Path.Combine("..", "shared", "data", "movielens-small", "items.csv.gz");
        if (!File.Exists(file))
        {
            Console.WriteLine($"// {file} is not there: the table of probes is left out.");
            return;
        }
        Item[] items = [.. ItemFile.Read(file)];
        using var encoder = TextEncoder.Load(Path.Combine("models", "all-MiniLM-L6-v2"));
        // Titles alone: a tenth of the time that whole texts take, and as real.
        float[] vectors = new float[items.Length * encoder.Dimension];
        encoder.Encode([.. items.Select(item => item.Title)], TextRole.Passage, vectors);

        var index = new IvfIndex(encoder.Dimension, new IvfOptions());
        for (int i = 0; i < items.Length; i++)
            index.Upsert(new StoredItem(items[i], default), vectors.AsMemory(i * encoder.Dimension, encoder.Dimension));
        index.Build(CancellationToken.None);
        await CreateAsync(Collection);
        await _client.InsertAsync(new WriteRequest(Collection,
            [new TextColumn("id", [.. items.Select(item => item.Id.Value)]), new VectorColumn("embedding", encoder.Dimension, vectors)]));
        await IndexAsync(Collection);

        int step = items.Length / Queries;
        ReadOnlyMemory<float> Query(int q) => vectors.AsMemory(q % Queries * step * encoder.Dimension, encoder.Dimension);
        HashSet<string>[] exact = [.. Enumerable.Range(0, Queries).Select(q => index.Scan(Query(q).Span, Count,
            matches: null).Select(n => n.Item.Value).ToHashSet())];

        Console.WriteLine($"\n| {items.Length:N0} film titles, 384-d, 128 cells; 10 nearest | p50, ms (rounds) | p99, ms | recall@10 |\n|---|---:|---:|---:|");
        await RowAsync("linear scan, in process", q => Task.FromResult(index.Scan(Query(q).Span, Count, matches: null).Select(n => n.Item.Value)));
        foreach (int probes in (int[])[10, 32, 64])
        {
            await RowAsync($"embedded, nprobe {probes}", q => Task.FromResult(
                index.Search(Query(q).Span, Count, probes, matches: null, CancellationToken.None).Select(n => n.Item.Value)));
            await RowAsync($"Milvus, nprobe {probes}", async q => ((TextColumn)(await _client.SearchAsync(
                new SearchRequest(Collection, Query(q), encoder.Dimension, Count)
                {
                    Probes = probes,
                    Metric = "COSINE",
                    Consistency = ConsistencyLevel.Eventually
                })).Keys).Values);
        }
        await _client.DropCollectionAsync(Collection);

        async Task RowAsync(string what, Func<int, Task<IEnumerable<string>>> search)
        {
            int found = 0;
            for (int q = 0; q < Queries; q++)
                found += exact[q].Intersect(await search(q)).Count();
            var times = new Series();
            for (int round = 0; round < _arguments.Rounds; round++)
                times.Add(await CallersAsync(1, Queries, search));
            double[] p50 = times.At(0.5);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {what} | {Median(p50):0.00} ({p50.Min():0.00} – {p50.Max():0.00}) | {Median(times.At(0.99)):0.00} | "
                    + $"{(double)found / (Queries * Count):0.000} |"));
        }
    }
}

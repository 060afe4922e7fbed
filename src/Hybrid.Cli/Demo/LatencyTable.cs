using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Cli.Bench;
using Hybrid.Cli.Output;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending;
using Hybrid.Vectors;
using Spectre.Console;

namespace Hybrid.Cli.Demo;

/// <summary>The seeds' table, linear scan against index, measured on the spot: on the demo's items and on 10,000 synthetic vectors, the seeds' size.</summary>
internal static class LatencyTable
{
    private const int SeedsSize = 10_000;
    private const int Queries = 100;
    private const int Neighbors = 10;
    private const int Seed = 7;

    public static async Task WriteAsync(HybridData data, TextWriter output, CancellationToken cancellationToken)
    {
        output.WriteLine();
        output.WriteLine("== Linear scan against the index, ten nearest, measured now");
        Table table = new Table().Border(TableBorder.None).AddColumns("items", "how", "p50 ms", "p99 ms");
        table.Columns[0].RightAligned();
        table.Columns[2].RightAligned();
        table.Columns[3].RightAligned();

        var items = (EmbeddedCollection)await data.OpenItemsAsync(cancellationToken);
        ItemId[] some = [.. data.Catalog.ReadItems().Take(Queries).Select(item => item.Id)];
        await MeasureAsync(table, items, [.. (await items.GetAsync(some, cancellationToken)).Values.Select(row => row.Vector)], cancellationToken);

        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(":memory:");
        int d = items.Space.Dimension;
        float[] vectors = ClusteredVectors.Generate(SeedsSize + Queries, d, SeedsSize / 100, spread: 1, Seed);
        var synthetic = (EmbeddedCollection)await store.CreateAsync("synthetic", items.Space, cancellationToken);
        await synthetic.UpsertAsync(new ItemBatch([.. Enumerable.Range(0, SeedsSize).Select(i => new Item($"V{i}"))], vectors.AsMemory(0, SeedsSize * d)), cancellationToken);
        await synthetic.BuildIndexAsync(cancellationToken);
        await MeasureAsync(table, synthetic, [.. Enumerable.Range(SeedsSize, Queries).Select(i => (ReadOnlyMemory<float>)vectors.AsMemory(i * d, d))], cancellationToken);

        ResultTable.Write(table);
        output.WriteLine($"(seeds' figures for 10,000 items: linear scan 120-500 ms, Milvus 2-15 ms; here: {Machine.Here()}; `hybrid bench` measures more)");
    }

    private static async Task MeasureAsync(Table table, EmbeddedCollection collection, IReadOnlyList<ReadOnlyMemory<float>> queries, CancellationToken cancellationToken)
    {
        string count = (await collection.CountAsync(cancellationToken)).ToString("N0", CultureInfo.InvariantCulture);
        await AddRowAsync("linear scan", query => collection.ScanAsync(query, Neighbors, cancellationToken: cancellationToken));
        foreach (int probes in (int[])[64, 32, 10])
        {
            var options = new SearchOptions { Probes = probes };
            await AddRowAsync($"index, nprobe {probes}", query => collection.SearchAsync(query, Neighbors, options, cancellationToken));
        }

        async Task AddRowAsync(string how, Func<ReadOnlyMemory<float>, Task> search)
        {
            Measurement m = await Measurement.LatencyAsync(how, 1, queries.Count, i => search(queries[i]), cancellationToken);
            table.AddRow(count, how, Format(m.P50), Format(m.P99 ?? 0));
        }
    }

    private static string Format(double milliseconds) => milliseconds.ToString("F2", CultureInfo.InvariantCulture);
}

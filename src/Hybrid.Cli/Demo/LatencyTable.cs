using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Vectors;
using Spectre.Console;

namespace Hybrid.Cli.Demo;

/// <summary>The table of the first design, linear scan against index, measured on the spot: on the demo's items and on 10,000 synthetic vectors.</summary>
internal static class LatencyTable
{
    private const int Synthetic = 10_000;
    private const int Queries = 100;
    private const int Neighbors = 10;
    private const int Seed = 7;

    public static async Task WriteAsync(HybridEngine engine, TextWriter output, CancellationToken cancellationToken)
    {
        output.WriteLine();
        output.WriteLine("== Linear scan against the index, ten nearest, measured now");
        Table table = new Table().Border(TableBorder.None).AddColumns("items", "how", "p50 ms", "p99 ms");
        table.Columns[0].RightAligned();
        table.Columns[2].RightAligned();
        table.Columns[3].RightAligned();

        IVectorCollection items = await engine.OpenItemsAsync(cancellationToken);
        ItemId[] some = [.. engine.Records.ReadItems().Take(Queries).Select(item => item.Id)];
        IEnumerable<StoredItem> rows = (await items.GetAsync(some, cancellationToken: cancellationToken)).Values;
        await MeasureAsync(table, items, [.. rows.Select(row => row.Vector)], cancellationToken);

        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(":memory:");
        int d = items.Space.Dimension;
        float[] vectors = ClusteredVectors.Generate(Synthetic + Queries, d, Synthetic / 100, spread: 1, Seed);
        IVectorCollection synthetic = await store.CreateAsync("synthetic", items.Space, cancellationToken);
        Item[] made = [.. Enumerable.Range(0, Synthetic).Select(i => new Item($"V{i}"))];
        await synthetic.UpsertAsync(new ItemBatch(items.Space, made, vectors.AsMemory(0, Synthetic * d)), cancellationToken);
        await synthetic.BuildIndexAsync(cancellationToken);
        ReadOnlyMemory<float>[] queries = [.. Enumerable.Range(Synthetic, Queries).Select(i => vectors.AsMemory(i * d, d))];
        await MeasureAsync(table, synthetic, queries, cancellationToken);

        ResultTable.Write(table);
        output.WriteLine($"(expected for 10,000 items: linear scan 120-500 ms, Milvus 2-15 ms; here: {Machine.Here()}; `hybrid bench` measures more)");
    }

    private static async Task MeasureAsync(
        Table table, IVectorCollection collection, ReadOnlyMemory<float>[] queries, CancellationToken cancellationToken)
    {
        string count = (await collection.CountAsync(cancellationToken)).ToString("N0", CultureInfo.InvariantCulture);
        await AddRowAsync("linear scan", SearchOptions.Everywhere);
        foreach (int probes in (int[])[64, 32, 10])
            await AddRowAsync($"index, nprobe {probes}", new SearchOptions { Probes = probes });

        async Task AddRowAsync(string how, SearchOptions options)
        {
            Measurement m = await Measurement.LatencyAsync(how, 1, queries.Length,
                i => collection.SearchAsync(new(queries[i], collection.Space), Neighbors, options, cancellationToken), cancellationToken);
            table.AddRow(count, how, Format(m.P50), Format(m.P99 ?? 0));
        }
    }

    private static string Format(double milliseconds) => milliseconds.ToString("F2", CultureInfo.InvariantCulture);
}

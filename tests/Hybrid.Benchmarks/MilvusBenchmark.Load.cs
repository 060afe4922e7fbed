using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Milvus;
using Hybrid.Vectors;

namespace Hybrid.Benchmarks;

internal sealed partial class MilvusBenchmark
{
    private const int LoadBatch = 2_048;

    /// <summary>Fills a collection of the store as a whole, is interrupted at two fifths, goes on, and looks for what was loaded.</summary>
    private async Task LoadAsync(int rows)
    {
        var space = new VectorSpace("made-up", new string('a', 64), Dimension, VectorSpaceKind.Text);
        await using MilvusVectorStore store = await MilvusVectorStore.OpenAsync(new MilvusStoreOptions { Client = _client.Options });
        var collection = (MilvusCollection)await store.CreateAsync("bench_load", space);
        Console.WriteLine($"// {rows:N0} rows of {Dimension} with title, category and price, batches of {LoadBatch:N0}, one process; {collection.Name}");
        float[] vectors = ClusteredVectors.Generate(rows, Dimension, clusters: 1_000, spread: 1, seed: 7);
        using var stop = new CancellationTokenSource();
        var progress = new LoadProgress { Rows = rows };
        long started = Stopwatch.GetTimestamp();
        try
        {
            progress.OnReport = loaded => Cancel(loaded >= rows * 2L / 5, stop);
            await collection.BulkLoadAsync(after => RowsAfterAsync(space, vectors, after), progress, stop.Token);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"interrupted: {progress.Loaded:N0} rows were in, {await collection.CountAsync():N0} are known to be, after {Seconds():N0} s");
        }
        long again = Stopwatch.GetTimestamp(), before = await collection.CountAsync();
        progress.OnReport = null;
        long total = await collection.BulkLoadAsync(after => RowsAfterAsync(space, vectors, after), progress);
        double inserting = Stopwatch.GetElapsedTime(again, progress.LastAt).TotalSeconds, settling = Stopwatch.GetElapsedTime(progress.LastAt).TotalSeconds;
        IndexDescription index = await collection.DescribeIndexAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loaded: {total:N0} rows; after the interruption {(total - before) / inserting:N0} "
            + $"rows/s inserted, then {settling:N0} s until they are indexed, in memory and measured: {index.Type}, {index.Cells} cells, "
            + $"{index.Probes} probes"));
        Console.WriteLine($"peak memory of this process: {Process.GetCurrentProcess().PeakWorkingSet64 >> 20:N0} MB, vectors of all rows: "
            + $"{(long)rows * Dimension * sizeof(float) >> 20:N0} MB");

        long counted = 0;
        ItemId last = default;
        started = Stopwatch.GetTimestamp();
        await foreach (StoredItem row in collection.ReadAsync(withVectors: false))
        {
            if (counted++ > 0 && row.Fields.Id <= last)
                throw new InvalidOperationException($"{row.Fields.Id} comes twice.");
            last = row.Fields.Id;
        }
        Console.WriteLine($"read back: {counted:N0} rows, each once, in {Seconds():N0} s");
        const int queries = 100;
        int found = 0;
        List<double> ms = [];
        for (int q = 0; q < queries; q++)
        {
            QueryVector query = new(vectors.AsMemory(q * (rows / queries) * Dimension, Dimension), space);
            IReadOnlyList<Neighbor> truth = await collection.SearchAsync(query, Count, SearchOptions.Everywhere);
            long asked = Stopwatch.GetTimestamp();
            IReadOnlyList<Neighbor> near = await collection.SearchAsync(query, Count);
            ms.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            found += truth.Select(n => n.Item).Intersect(near.Select(n => n.Item)).Count();
        }
        ms.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"search: recall@10 {found / (double)(queries * Count):0.000} against all cells, "
            + $"p50 {ms[queries / 2]:0.0} ms, p99 {ms[queries - 1]:0.0} ms, one caller"));
        await store.DropAsync(collection.Name);

        double Seconds() => Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async IAsyncEnumerable<ItemBatch> RowsAfterAsync(
        VectorSpace space, float[] all, ItemId after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int rows = all.Length / Dimension, from = after == default ? 0 : int.Parse(after.Value[5..], CultureInfo.InvariantCulture) + 1;
        for (; from < rows; from += LoadBatch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(LoadBatch, rows - from);
            var items = new Item[count];
            for (int i = 0; i < count; i++)
            {
                items[i] = new Item(string.Create(CultureInfo.InvariantCulture, $"item-{from + i:D8}"))
                {
                    Title = $"Made-up item {from + i}",
                    Category = $"category {i % 20}",
                    Price = i % 500,
                };
            }
            yield return new ItemBatch(space, items, all.AsMemory(from * Dimension, count * Dimension));
            await Task.Yield();
        }
    }

    private static void Cancel(bool isTime, CancellationTokenSource stop)
    {
        if (isTime)
            stop.Cancel();
    }

    private sealed class LoadProgress : IProgress<long>
    {
        public int Rows { get; init; }

        public long Loaded { get; private set; }

        public long LastAt { get; private set; }

        public Action<long>? OnReport { get; set; }

        public void Report(long value)
        {
            (Loaded, LastAt) = (value, Stopwatch.GetTimestamp());
            Console.Error.Write($"{value:N0} of {Rows:N0} rows \r");
            OnReport?.Invoke(value);
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending;

namespace Hybrid.Benchmarks;

internal sealed partial class PlanBenchmark
{
    /// <summary>A recommendation from a history beside the search for a title, both under the same filter: time, and what is allocated.</summary>
    /// <remarks>Behaviour vectors are drawn at random, one for each row: what a filter keeps lies as far apart among them as it can.</remarks>
    private async Task RecommendAsync(TextEncoder encoder, string[] titles)
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(":memory:");
        IVectorCollection items = await store.CreateAsync("bench", encoder.SpaceFor(ItemTextTemplate.Default));
        ItemId[] ids = [.. _index.Items.Order()];
        foreach (ItemId[] chunk in ids.Chunk(5_000))
        {
            StoredItem[] rows = [.. _index.Get(chunk, withVectors: true).Values];
            await items.UpsertAsync(new ItemBatch(items.Space, [.. rows.Select(row => row.Fields)], rows.SelectMany(row => row.Vector.ToArray()).ToArray()));
        }
        await items.BuildIndexAsync();
        var random = new Random(Seed);
        var options = new Item2VecOptions();
        float[] behavior = [.. Enumerable.Range(0, ids.Length * options.VectorSize).Select(_ => random.NextSingle() - 0.5f)];
        var recommender = new HybridRecommender(encoder, items, new Item2VecModel(options, ids, [.. ids.Select(_ => 1L)], behavior, pairs: 0));

        Console.WriteLine("\n| rows kept | what | p50, ms (rounds) | p99, ms | allocated, KB a call |\n|---:|---|---:|---:|---:|");
        foreach (double share in Shares)
        {
            Filter? filter = share == 1 ? null : Filter.Parse(string.Create(CultureInfo.InvariantCulture, $"price < {share}"));
            (string What, Func<int, Task> Call, Series Times, List<double> Allocated)[] calls =
            [
                ("search for a title", q => items.SearchAsync(
                    new(encoder.Encode(titles[q], TextRole.Query), items.Space), 10, new SearchOptions { Filter = filter }), new(), []),
                ("recommend from a title", q => recommender.RecommendAsync(new RetrievalQuery { Text = titles[q], Filter = filter }), new(), []),
                ("recommend from a history", q => recommender.RecommendAsync(new RetrievalQuery { History = ids[q..(q + 5)], Filter = filter }), new(), []),
            ];
            for (int round = 0; round <= _rounds; round++)
            {
                foreach ((_, Func<int, Task> call, Series times, List<double> allocated) in calls)
                {
                    var taken = new double[Queries];
                    long before = GC.GetTotalAllocatedBytes(precise: true);
                    for (int q = 0; q < Queries; q++)
                    {
                        long start = Stopwatch.GetTimestamp();
                        await call(q);
                        taken[q] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    }
                    if (round == 0)   // it warms up
                        continue;
                    allocated.Add((GC.GetTotalAllocatedBytes(precise: true) - before) / 1e3 / Queries);
                    times.Add(taken);
                }
            }
            foreach ((string what, _, Series times, List<double> allocated) in calls)
            {
                double[] p50 = times.At(0.5);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {share:0.####} | {what} | {Series.Median(p50):0.00} ({p50.Min():0.00} – {p50.Max():0.00}) | {Series.Median(times.At(0.99)):0.00} | "
                        + $"{Series.Median([.. allocated]):0} |"));
            }
        }
    }
}

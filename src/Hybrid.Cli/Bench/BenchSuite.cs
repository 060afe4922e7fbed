using System.Diagnostics;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Cli.Demo;
using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending;
using Hybrid.Vectors;

namespace Hybrid.Cli.Bench;

/// <summary>The measurements of `hybrid bench`: the public API on synthetic data, in a temporary folder.</summary>
/// <remarks>
/// Texts and sessions are the demo's shop; vectors to search are clustered (as texts' vectors are); queries are drawn from the same clusters and are not in
/// the collection.
/// </remarks>
internal sealed class BenchSuite(string? encoderModel, int rounds, CancellationToken cancellationToken)
{
    private const int Seed = 7;
    private const int Queries = 200;
    private const int Neighbors = 10;
    private static readonly int[] ProbesShown = [10, 32, 64];

    private readonly List<Measurement> _results = [];
    private readonly SyntheticShop _shop = SyntheticShop.Generate(Seed);

    public async Task<IReadOnlyList<Measurement>> RunAsync(IReadOnlyList<int> sizes)
    {
        using TextEncoder encoder = TextEncoder.Load(ModelFolder.Find(encoderModel ?? ModelFolder.DefaultName));
        await StepAsync("Encoding", () => EncodeAsync(encoder));
        Item2VecModel behavior = await StepAsync("Training", () => Task.FromResult(Train()));
        foreach (int size in sizes)
            await StepAsync($"Searching {size:N0} items", () => SearchAsync(encoder, behavior, size));
        return _results;
    }

    private async Task<bool> EncodeAsync(TextEncoder encoder)
    {
        string[] titles = [.. _shop.Items.Select(item => item.Title)];
        string[] texts = [.. _shop.Items.Select(ItemTextTemplate.Default.TextOf)];
        _results.Add(await LatencyAsync("encode one title", i =>
        {
            encoder.Encode(titles[i], TextRole.Query);
            return Task.CompletedTask;
        }));
        float[] vectors = new float[texts.Length * encoder.Dimension];
        _results.Add(Measurement.Rate($"encode {texts.Length:N0} item texts", "texts/s", rounds, () =>
        {
            encoder.Encode(texts, TextRole.Passage, vectors, cancellationToken);
            return texts.Length;
        }, cancellationToken));
        return true;
    }

    private Item2VecModel Train()
    {
        ItemSequences sessions = ItemSequences.From(Sessions.Cut(_shop.Events));
        var options = new Item2VecOptions { Seed = Seed };
        Item2VecModel? model = null;
        _results.Add(Measurement.Rate($"Item2Vec, {options.VectorSize}-d, window {options.Window}, {options.Workers} workers", "pairs/s", rounds, () =>
        {
            model = Item2Vec.Train(sessions, options, cancellationToken: cancellationToken);
            return model.Pairs;
        }, cancellationToken));
        return model!;   // ! : at least one round has run
    }

    private async Task<bool> SearchAsync(TextEncoder encoder, Item2VecModel behavior, int size)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hybrid-bench-");
        try
        {
            string path = Path.Combine(folder.FullName, "vectors.db");
            VectorSpace space = encoder.SpaceFor(ItemTextTemplate.Default);
            float[] vectors = ClusteredVectors.Generate(size + Queries, space.Dimension, Math.Max(8, size / 100), spread: 1, Seed);
            await using (EmbeddedVectorStore writer = EmbeddedVectorStore.Open(path))
                await WriteAsync(writer, space, vectors, size);

            long started = Stopwatch.GetTimestamp();
            await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(path);
            IVectorCollection items = await store.OpenAsync("products", space, cancellationToken);
            await items.CountAsync(cancellationToken);
            Single($"open {size:N0} items", "s", Stopwatch.GetElapsedTime(started).TotalSeconds);

            Task<IReadOnlyList<Neighbor>> Search(int i, SearchOptions options) =>
                items.SearchAsync(new(vectors.AsMemory((size + i) * space.Dimension, space.Dimension), space), Neighbors, options, cancellationToken);
            var exact = new HashSet<ItemId>[Queries];
            for (int i = 0; i < Queries; i++)
                exact[i] = [.. (await Search(i, SearchOptions.Everywhere)).Select(n => n.Item)];
            Measurement scan = await LatencyAsync($"search {size:N0}, linear scan", i => Search(i, SearchOptions.Everywhere));
            _results.Add(scan with { Recall = 1 });
            foreach (int? probes in (int?[])[null, .. ProbesShown])
            {
                var options = new SearchOptions { Probes = probes };
                int found = 0;
                for (int i = 0; i < Queries; i++)
                    found += (await Search(i, options)).Count(n => exact[i].Contains(n.Item));
                Measurement search = await LatencyAsync($"search {size:N0}, {(probes is null ? "planned" : $"nprobe {probes}")}", i => Search(i, options));
                _results.Add(search with { Recall = found / (double)(Queries * Neighbors) });
            }

            var recommender = new HybridRecommender(encoder, items, behavior);
            Event[][] shoppers = [.. _shop.Events.GroupBy(e => e.User).Take(Queries).Select(g => g.ToArray())];
            _results.Add(await LatencyAsync($"recommend from text and history, {size:N0}", i =>
            {
                var query = new RetrievalQuery { Text = _shop.Items[i].Title, History = [.. shoppers[i % shoppers.Length].Select(e => e.Item)] };
                return recommender.RecommendAsync(query, Neighbors, cancellationToken);
            }));
            Single($"memory with {size:N0} items", "MB", Environment.WorkingSet / 1e6);
            return true;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task WriteAsync(EmbeddedVectorStore store, VectorSpace space, float[] vectors, int size)
    {
        const int BatchSize = 5_000;
        IVectorCollection items = await store.CreateAsync("products", space, cancellationToken);
        long started = Stopwatch.GetTimestamp();
        for (int first = 0; first < size; first += BatchSize)
        {
            int n = Math.Min(BatchSize, size - first);
            // Ids of the shop come first, so that histories find their items here.
            Item[] batch = [.. Enumerable.Range(first, n).Select(i => new Item(IdOf(i)) { Category = $"c{i % 16}", Price = i % 500 })];
            await items.UpsertAsync(new ItemBatch(space, batch, vectors.AsMemory(first * space.Dimension, n * space.Dimension)), cancellationToken);
        }
        Single($"write {size:N0} items", "s", Stopwatch.GetElapsedTime(started).TotalSeconds);
        started = Stopwatch.GetTimestamp();
        await items.BuildIndexAsync(cancellationToken);
        Single($"build the index of {size:N0}", "s", Stopwatch.GetElapsedTime(started).TotalSeconds);
        await store.SetAliasAsync("products", items.Name, cancellationToken);

        ItemId IdOf(int i) => i < _shop.Items.Count ? _shop.Items[i].Id : $"V{i}";
    }

    private Task<Measurement> LatencyAsync(string what, Func<int, Task> action) => Measurement.LatencyAsync(what, rounds, Queries, action, cancellationToken);

    private void Single(string what, string unit, double value) => _results.Add(new Measurement(what, unit, value, null, (value, value)));

    private static Task<T> StepAsync<T>(string title, Func<Task<T>> step) => Terminal.RunAsync(title, 0, null, _ => Task.Run(step));
}

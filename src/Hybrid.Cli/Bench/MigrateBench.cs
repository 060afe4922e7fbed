using System.Diagnostics;
using Hybrid.Catalog;
using Hybrid.Cli.Measuring;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;

namespace Hybrid.Cli.Bench;

/// <summary>What a migration costs beside what there is without one, in temporary folders: filling, writing twice, comparing every row.</summary>
/// <param name="rows">Rows with ready vectors of 384, made up.</param>
/// <param name="texts">Items whose texts are encoded.</param>
/// <param name="store">A server to fill with the rows, as --to-store takes it; null: none.</param>
/// <param name="openStore">How a server is opened.</param>
internal sealed partial class MigrateBench(
    int rows, int texts, string? store, Func<string, ExternalStore?> openStore, int rounds, CancellationToken cancellationToken)
{
    private const int BatchRows = 5_000, Kept = 128, Changes = 200, SmallShop = 10_000;

    private static readonly string[] Words = ["wireless", "steel", "kettle", "lamp", "desk", "travel", "compact", "garden", "leather", "phone", "case", "cork"];

    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        var results = new List<Measurement>();
        results.AddRange(await FillAsync());
        results.AddRange(await PredictAsync());
        results.AddRange(await WriteTwiceAsync());
        results.AddRange(await AskBesideAsync());
        results.Add(await ReconcileAsync());
        if (store is not null)
            results.Add(await FillServerAsync(store));
        return results;
    }

    /// <summary>Plain indexing and a backfill with the same encoder, the same texts and the same length of vectors, in turn.</summary>
    private async Task<Measurement[]> FillAsync()
    {
        double[] plain = new double[rounds], backfill = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            await InFolderAsync(new HybridOptions { Dimension = Kept, ModelPath = ModelFolder.DefaultName }, async engine =>
            {
                await engine.AddAsync(Items(texts), cancellationToken);
                _ = engine.Encoder;   // loaded before the clock runs
                plain[round] = await RateAsync(texts, () => engine.IndexAsync(cancellationToken: cancellationToken));
            });
            await InFolderAsync(new HybridOptions { ModelPath = ModelFolder.DefaultName }, async engine =>
            {
                await engine.AddAsync(Items(texts), cancellationToken);
                await FillAsync(engine, texts, keepsLedger: false);
                await engine.PlanMigrationAsync(new MigrationPlan { Name = "shorter", Dimension = Kept }, cancellationToken);
                await engine.StartMigrationAsync(cancellationToken: cancellationToken);
                backfill[round] = await RateAsync(texts, () => engine.NextMigrationAsync(cancellationToken: cancellationToken));
            });
        }
        double[] ratios = [.. backfill.Zip(plain, (filled, indexed) => filled / indexed)];
        return [Of($"plain indexing of {texts:N0} texts", "items/s", plain), Of($"backfill of {texts:N0} texts", "items/s", backfill),
            Of("backfill, of the rate of plain indexing", "times", ratios)];
    }

    /// <summary>How long a backfill takes, of what its plan has said: with short texts, long ones, and another encoder.</summary>
    private async Task<Measurement[]> PredictAsync()
    {
        var results = new List<Measurement>();
        (string Name, Func<int, Item> Item, MigrationPlan Plan)[] setUps =
        [
            ("short texts", ItemOf, new MigrationPlan { Name = "shorter", Dimension = Kept }),
            ("long texts", LongItemOf, new MigrationPlan { Name = "shorter", Dimension = Kept }),
            ("another encoder", ItemOf, new MigrationPlan { Name = "other", Encoder = "multilingual-e5-small-en-zh" }),
        ];
        foreach ((string name, Func<int, Item> itemOf, MigrationPlan plan) in setUps)
        {
            double[] ratios = new double[rounds], within = new double[rounds];
            for (int round = 0; round < rounds; round++)
            {
                await InFolderAsync(new HybridOptions { ModelPath = ModelFolder.DefaultName }, async engine =>
                {
                    await engine.AddAsync(Enumerable.Range(0, texts).Select(itemOf), cancellationToken);
                    await FillAsync(engine, texts, keepsLedger: false);
                    MigrationEstimate said = await engine.PlanMigrationAsync(plan, cancellationToken);
                    await engine.StartMigrationAsync(cancellationToken: cancellationToken);
                    double took = texts / await RateAsync(texts, () => engine.NextMigrationAsync(cancellationToken: cancellationToken));
                    ratios[round] = took / (said.LeastTime + said.MostTime).TotalSeconds * 2;
                    within[round] = took >= said.LeastTime.TotalSeconds && took <= said.MostTime.TotalSeconds ? 1 : 0;
                });
            }
            results.Add(Of($"backfill of {texts:N0} {name}, of the time that was planned", "times", ratios));
            results.Add(Of($"likewise, within the 90 % interval", "of rounds", [within.Average()]));
        }
        return [.. results];
    }

    /// <summary>A change of one item made searchable, alone and while a migration writes both, and what the second write takes by itself.</summary>
    private async Task<Measurement[]> WriteTwiceAsync()
    {
        double[] alone = new double[rounds], both = new double[rounds], second = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            await InFolderAsync(new HybridOptions { ModelPath = ModelFolder.DefaultName }, async engine =>
            {
                await engine.AddAsync(Items(SmallShop), cancellationToken);
                await FillAsync(engine, SmallShop, keepsLedger: false);
                alone[round] = await ChangeAsync(engine);
                await engine.PlanMigrationAsync(new MigrationPlan { Name = "shorter", Dimension = Kept }, cancellationToken);
                await engine.StartMigrationAsync(cancellationToken: cancellationToken);
                MigrationStatus status;
                do
                {
                    status = await engine.NextMigrationAsync(cancellationToken: cancellationToken);
                }
                while (status.Stage != MigrationStage.Shadowing);
                both[round] = await ChangeAsync(engine);
                IVectorCollection made = await engine.Store.OpenAsync(status.New!, cancellationToken: cancellationToken);   // ! : it was started
                StoredItem row = (await made.GetAsync(["P7"], cancellationToken: cancellationToken))["P7"];
                second[round] = await MedianAsync(i => made.UpsertAsync(
                    new ItemBatch(made.Space, [row.Fields with { Price = i }], row.Vector, [row.Fingerprint], [row.Sequence]), cancellationToken));
            });
        }
        double[] more = [.. both.Select((time, round) => (time - second[round]) / alone[round])];
        return [Of("a change made searchable, one collection", "ms", alone), Of("likewise, both of a migration", "ms", both),
            Of("the second write by itself", "ms", second), Of("both without that write, of one", "times", more)];
    }

    private async Task<Measurement> ReconcileAsync()
    {
        double[] seconds = new double[rounds];
        await InFolderAsync(new HybridOptions { ModelPath = ModelFolder.DefaultName }, async engine =>
        {
            foreach (Item[] batch in Items(rows).Chunk(BatchRows))
                await engine.AddAsync(batch, cancellationToken);
            IVectorCollection made = await FillAsync(engine, rows, keepsLedger: true);
            for (int round = 0; round < rounds; round++)
            {
                long started = Stopwatch.GetTimestamp();
                ReconcileReport report = await new CollectionReconciler(made, engine.Records, engine.Records.Changes).CompareAsync(cancellationToken);
                seconds[round] = Stopwatch.GetElapsedTime(started).TotalSeconds;
                if (report.Differences > 0 || report.Rows != rows)
                    throw new InvalidOperationException($"{report.Differences} of {report.Rows} rows differ that nobody has written.");
            }
        });
        return Of($"every row of {rows:N0} compared", "s", seconds);
    }

    private async Task<Measurement> FillServerAsync(string target)
    {
        double[] rates = new double[rounds];
        var options = new HybridOptions { ModelPath = ModelFolder.DefaultName, OtherStore = openStore };
        await InFolderAsync(options, async engine =>
        {
            foreach (Item[] batch in Items(rows).Chunk(BatchRows))
                await engine.AddAsync(batch, cancellationToken);
            await FillAsync(engine, rows, keepsLedger: false);
            for (int round = 0; round < rounds; round++)
            {
                await engine.PlanMigrationAsync(new MigrationPlan { Name = $"there{round}", Store = target }, cancellationToken);
                await engine.StartMigrationAsync(cancellationToken: cancellationToken);
                rates[round] = await RateAsync(rows, () => engine.NextMigrationAsync(cancellationToken: cancellationToken));
                await engine.RollBackMigrationAsync(dropsNew: true, cancellationToken: cancellationToken);
            }
        });
        return Of($"backfill of {rows:N0} ready vectors into the server, index included", "rows/s", rates);
    }

    private async Task InFolderAsync(HybridOptions options, Func<HybridEngine, Task> work)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"hybrid-bench-{Guid.NewGuid():N}");
        try
        {
            await using HybridEngine engine = await HybridEngine.OpenAsync(options with { DataPath = folder }, cancellationToken: cancellationToken);
            await work(engine);
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Makes the collection in use of made-up vectors, as if the texts had been encoded.</summary>
    private async Task<IVectorCollection> FillAsync(HybridEngine engine, int count, bool keepsLedger)
    {
        VectorSpace space = engine.Encoder.SpaceFor(engine.Options.Template);
        ChangeLog changes = engine.Records.Changes;
        var versions = new CollectionVersions(engine.Store, HybridEngine.ItemsAlias);
        IVectorCollection made = await versions.CreateNextAsync(space, cancellationToken);
        RowLedger ledger = changes.LedgerOf(made.Name);
        if (keepsLedger)
            ledger.Keep();
        changes.Follow(made.Name);
        int done = 0;
        foreach (DirtyKey[] keys in engine.Records.ReadKeys().Chunk(BatchRows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyDictionary<ItemId, Item> items = engine.Records.Find([.. keys.Select(key => key.Item)]);
            float[] vectors = ClusteredVectors.Generate(keys.Length, space.Dimension, Math.Max(8, keys.Length / 100), spread: 1, seed: done);
            Item[] written = [.. keys.Select(key => items[key.Item])];
            string[] fingerprints = [.. written.Select(item => CatalogIndexer.Fingerprint(engine.Options.Template, item))];
            await made.UpsertAsync(new ItemBatch(space, written, vectors, fingerprints, [.. keys.Select(key => key.Sequence)]), cancellationToken);
            if (keepsLedger)
            {
                ledger.Note([.. written.Select((item, i) => (item.Id, RowDigest.Of(
                    new StoredItem(item, vectors.AsMemory(i * space.Dimension, space.Dimension), keys[i].Sequence, fingerprints[i]))))], []);
            }
            changes.Clear(made.Name, keys);
            done += keys.Length;
        }
        if (done != count)
            throw new InvalidOperationException($"{done} of {count} rows were made.");
        changes.NoteComplete(made.Name);
        engine.Records.UseCollection(made.Name);
        await versions.PointAliasAsync(made.Name, cancellationToken);
        return made;
    }

    private Task<double> ChangeAsync(HybridEngine engine) => MedianAsync(async i =>
    {
        await engine.AddAsync(ItemOf(i) with { Price = Stopwatch.GetTimestamp() % 10_000_000 }, cancellationToken);
        await engine.IndexAsync(cancellationToken: cancellationToken);
    });

    private static async Task<double> MedianAsync(Func<int, Task> work)
    {
        double[] times = new double[Changes];
        for (int i = 0; i < Changes; i++)
        {
            long started = Stopwatch.GetTimestamp();
            await work(i);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        return Measurement.Percentile(times, 0.5);
    }

    private static async Task<double> RateAsync(int count, Func<Task> work)
    {
        long started = Stopwatch.GetTimestamp();
        await work();
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static Measurement Of(string what, string unit, double[] rounds) =>
        new(what, unit, Measurement.Percentile(rounds, 0.5), null, (rounds.Min(), rounds.Max()));

    private static IEnumerable<Item> Items(int count) => Enumerable.Range(0, count).Select(ItemOf);

    private static Item LongItemOf(int i) => ItemOf(i) with
    {
        Text = string.Join(' ', Enumerable.Range(0, 60 + (i % 41)).Select(word => Words[(i + (word * 7)) % Words.Length])),
    };

    private static Item ItemOf(int i) => new($"P{i}")
    {
        Title = $"{Words[i % 12]} {Words[i / 12 % 12]} {Words[i / 144 % 12]} {i}",
        Category = $"c{i % 16}",
        Price = i % 500,
    };
}

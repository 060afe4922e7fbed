using System.Diagnostics;
using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>How often a verification that finds differences makes them right and looks again.</summary>
    private const int MostRepairs = 3;

    /// <summary>Texts that are encoded to learn how long all take, by so many at a time.</summary>
    private const int SampledBatches = 8, SampledBatch = 64;

    /// <summary>Items whose texts make the mean of an encoder's space, where no collection of it is there.</summary>
    private const int MostMeaned = 4_096;

    /// <summary>Held by whoever fills a collection as a whole: that is for one process at a time.</summary>
    private const string LoadLockName = "load.lock";

    /// <summary>How long a backfill keeps others from indexing at a time; it then waits for them, longer than they take to look again.</summary>
    private static readonly TimeSpan BackfillSlice = TimeSpan.FromSeconds(1);

    /// <summary>Likewise while others are asking.</summary>
    private static readonly TimeSpan SparingSlice = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a backfill takes beside its work.</summary>
    private static readonly double WithPauses = 1 + BackfillThrottle.LeastPause / BackfillSlice;

    /// <summary>From so many items on a new collection that takes that is filled as a whole. Fewer only in tests.</summary>
    internal int LoadFrom { get; set; } = CollectionCopy.RowsWorthLoading;

    private async Task<IVectorCollection> RequireCurrentAsync(CancellationToken cancellationToken)
    {
        string? name = Records.ReadSnapshot(_storeName).Collection;
        IVectorCollection current = (name is null ? null : await _versions.FindAsync(name, cancellationToken).ConfigureAwait(false))
            ?? throw new NotReadyException(NotReadyReason.NotIndexed, $"There is no index of {Options.DataPath} to migrate", "call IndexAsync");
        _second.Knows(current.Space);
        return current;
    }

    private EngineModel TextModelOf(MigrationPlan plan, VectorSpace current) => plan.Encoder is { } encoder
        ? TextModel(ModelFolder.Find(encoder), plan.Dimension ?? 0)
        : plan.Dimension is { } dimension ? TextModel(ModelOf(current).Text.Folder, dimension) : ModelOf(current).Text;

    private MigrationEstimate Estimate(
        MigrationPlan plan, IVectorCollection current, EngineModel model, string? otherStore, CancellationToken cancellationToken)
    {
        long items = Records.ItemCount, toEncode = current.Space == model.Space ? _changes.CountItems(current.Name) : items;
        double least = 0, most = 0, tokens = 0;
        int sampled = 0;
        if (toEncode > 0)
        {
            TextEncoder encoder = model.Load();
            int read = model.ReadManifest().MaxTokens;
            Item[] sample = Sample(items, SampledBatches * SampledBatch);
            tokens = sample.Average(item => (double)Math.Min(read, encoder.Tokenizer.CountTokens(Options.Template.TextOf(item))));
            float[] vectors = new float[SampledBatch * encoder.Dimension];
            double[] seconds = [.. sample.Chunk(SampledBatch).Select(batch =>
            {
                long began = Options.Time.GetTimestamp();
                Span<float> encoded = vectors.AsSpan(0, batch.Length * encoder.Dimension);
                encoder.Encode([.. batch.Select(Options.Template.TextOf)], TextRole.Passage, encoded, cancellationToken);
                return Options.Time.GetElapsedTime(began).TotalSeconds / batch.Length;
            }).Skip(sample.Length > SampledBatch ? 1 : 0)];   // the first warms up
            sampled = sample.Length;
            (least, most) = DurationInterval.Of(seconds);
        }
        string alpha = plan.Alphas?.ToString() ?? plan.Alpha.ToString(CultureInfo.InvariantCulture);
        string blended = plan.Legacy is null ? "" : $" blended with {NameOf(plan.Legacy)} at alpha {alpha}";
        return new MigrationEstimate
        {
            Name = plan.Name,
            Old = current.Name,
            Items = items,
            ToEncode = toEncode,
            Sampled = sampled,
            Tokens = (long)(toEncode * tokens),
            LeastTime = TimeSpan.FromSeconds(toEncode * least * WithPauses),
            MostTime = TimeSpan.FromSeconds(toEncode * most * WithPauses),
            VectorBytes = items * sizeof(float) * DimensionOf(plan, model.Space.Dimension, cancellationToken),
            Steps =
            [
                $"start: a new collection{(otherStore is null ? "" : $" in {otherStore}")}, of {model.Space}{blended}; both are written",
                "next: backfill", "next: verify every row", "compare, and next: 1 % of the traffic", "next, four times: 10, 25, 50, 100 %",
                $"next: hold for {plan.Hold.TotalDays:0.#} days, both written", "finish, with --drop-old to drop the old collection",
            ],
            Risks = [.. RisksOf(plan, otherStore)],
        };
    }

    /// <summary>So many items from all over the catalogue, in no order that it has.</summary>
    private Item[] Sample(long items, int count)
    {
        long step = Math.Max(1, items / count);
        Item[] sample = [.. Records.ReadItems().Where((_, place) => place % step == 0).Take(count)];
        new Random(1).Shuffle(sample);
        return sample;
    }

    private static IEnumerable<string> RisksOf(MigrationPlan plan, string? otherStore)
    {
        yield return "Both collections are on the disk until the old one is dropped.";
        yield return "Whoever writes into the old collection past the records is found at the start, and when every row is verified: not later.";
        if (otherStore is not null)
            yield return $"While {otherStore} does not answer, those whom the new collection answers get an error; a rollback leads them back.";
        if (plan.Legacy is not null)
            yield return "Items without a legacy vector have that of their text alone; a comparison measures what the blend does to the ranking.";
    }

    private int DimensionOf(MigrationPlan plan, int text, CancellationToken cancellationToken)
    {
        if (plan.Legacy is not { } file)
            return text;
        int legacy = ReadLegacy(file, plan, cancellationToken).FirstOrDefault().Vector.Length;
        return plan.Form == BlendForm.Joined ? text + legacy : Math.Max(text, legacy);
    }

    private async Task<(SpaceRecipe Recipe, VectorSpace Space)> MakeRecipeAsync(
        MigrationPlan plan, IVectorCollection current, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        EngineModel text = TextModelOf(plan, current.Space);
        int? dimension = text.Dimension > 0 ? text.Dimension : null;
        if (plan.Legacy is not { } file)
            return (new SpaceRecipe(text.Folder, dimension, null), text.Space);
        (IVectorCollection legacy, float[] legacyMean) = await LegacyImport.RunAsync(_second.Legacy, NameOf(file),
            () => ReadLegacy(file, plan, cancellationToken), progress, cancellationToken).ConfigureAwait(false);
        float[] textMean = await TextMeanAsync(text, current, cancellationToken).ConfigureAwait(false);
        var part = SpaceRecipe.BlendPart.Of(text.Space, textMean, legacy.Space, legacyMean, plan.FirstAlpha, plan.Form);
        return (new SpaceRecipe(text.Folder, dimension, part), part.ToBlend().Space);
    }

    private IEnumerable<KeyedVector> ReadLegacy(string source, MigrationPlan plan, CancellationToken cancellationToken) =>
        Options.OtherVectors?.Invoke(source) ?? LegacyVectors.Read(source, plan.Reading, cancellationToken);

    /// <summary>Without what stands before the last '/', where secrets may be, or behind a '?'.</summary>
    private static string NameOf(string source) => source.Contains("://", StringComparison.Ordinal)
        ? source[(source.LastIndexOf('/') + 1)..].Split('?')[0] : Path.GetFileName(source);

    private async Task<float[]> TextMeanAsync(EngineModel text, IVectorCollection current, CancellationToken cancellationToken)
    {
        var mean = new MeanVector(text.Space.Dimension);
        if (current.Space == text.Space)
        {
            await foreach (StoredItem row in current.ReadAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
                mean.Add(row.Vector.Span);
            return mean.ToArray();
        }
        // Every n-th item, so that neither end of the catalogue is all.
        long step = Math.Max(1, Records.ItemCount / MostMeaned);
        TextEncoder encoder = text.Load();
        foreach (Item[] chunk in Records.ReadItems().Where((_, place) => place % step == 0).Chunk(SampledBatch))
        {
            float[] vectors = new float[chunk.Length * encoder.Dimension];
            encoder.Encode([.. chunk.Select(Options.Template.TextOf)], TextRole.Passage, vectors, cancellationToken);
            for (int i = 0; i < chunk.Length; i++)
                mean.Add(vectors.AsSpan(i * encoder.Dimension, encoder.Dimension));
        }
        return mean.ToArray();
    }

    private Task<MigrationRow> BackfillAsync(MigrationRow row, IProgress<long>? progress, CancellationToken cancellationToken) => FillingAsync(async () =>
    {
        string figures = await FillNewAsync(row, progress, cancellationToken).ConfigureAwait(false);
        return Change(row, row, MigrationStage.Verifying, 0, figures);
    });

    private async Task<MigrationRow> FillingAsync(Func<Task<MigrationRow>> work)
    {
        _throttle.IsFilling = true;
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _throttle.IsFilling = false;
        }
    }

    /// <returns>What was done.</returns>
    private async Task<string> FillNewAsync(MigrationRow row, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        ChangeLog changes = Records.ChangesOf(row.Target);
        long total = changes.Count(row.New!);   // ! : it was started
        long? loaded = await LoadNewAsync(row, total, progress, cancellationToken).ConfigureAwait(false);
        long encoded = loaded ?? 0;
        for (long left = changes.Count(row.New!); left > 0; left = changes.Count(row.New!))
        {
            ThrowIfChanged(row, left);
            progress?.Report(total - left);
            TimeSpan worked = default;
            encoded += (await LockedAsync(async token =>
            {
                long began = Stopwatch.GetTimestamp();
                _throttle.BeginSlice();
                // What a load has left is mostly right: it is compared, not made again.
                IndexReport taken = await UpdateNewAsync(row, progress: null,
                    () => Stopwatch.GetElapsedTime(began) > (_throttle.IsAsked ? SparingSlice : BackfillSlice),
                    compares: loaded is not null, cancellationToken: token).ConfigureAwait(false);
                worked = Stopwatch.GetElapsedTime(began);
                return taken;
            }, cancellationToken).ConfigureAwait(false)).Encoded;
            // Nothing that changes meanwhile waits for a backfill of hours, and nobody who asks for much longer than without one.
            await Task.Delay(_throttle.EndSlice(worked), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        progress?.Report(total);
        IVectorCollection made = await _second.OpenAsync(row, cancellationToken).ConfigureAwait(false);
        changes.NoteComplete(made.Name);
        await made.BuildIndexAsync(cancellationToken).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"{total:N0} items taken, {encoded:N0} of them encoded; nothing is left to take");
    }

    /// <summary>Fills the new collection as a whole, if it takes that and is worth it; whoever indexes meanwhile waits for nothing.</summary>
    /// <returns>How many texts were encoded; null where nothing was loaded.</returns>
    private async Task<long?> LoadNewAsync(MigrationRow row, long total, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        ChangeLog changes = Records.ChangesOf(row.Target);
        IVectorCollection made = await _second.OpenAsync(row, cancellationToken).ConfigureAwait(false);
        if (made is not IBulkTarget target || total < LoadFrom || changes.IsComplete(made.Name))
            return null;
        await using FileStream held = await FolderLock.TakeAsync(Path.Combine(_folder, LoadLockName), cancellationToken).ConfigureAwait(false);
        if (!await target.TakesBulkAsync(cancellationToken).ConfigureAwait(false))
            return null;
        EngineModel model = _second.ModelOf(made.Space)!;   // ! : it was opened
        var indexer = new CatalogIndexer(model.Load(), Options.Template) { Blend = model.Blend };
        IVectorCollection? reused = await FindReusedAsync(row, made, model, cancellationToken).ConfigureAwait(false);
        long began = Stopwatch.GetTimestamp();
        _throttle.BeginSlice();
        return await indexer.LoadAsync(made, Records, changes, reused, BeforeBatchAsync, progress, cancellationToken).ConfigureAwait(false);

        async Task BeforeBatchAsync()
        {
            ThrowIfChanged(row, changes.Count(made.Name));
            TimeSpan pause = _throttle.EndSlice(Stopwatch.GetElapsedTime(began));
            // Nobody waits for a lock here: only those who ask are made room for.
            if (_throttle.IsAsked)
                await Task.Delay(pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            began = Stopwatch.GetTimestamp();
            _throttle.BeginSlice();
        }
    }

    private void ThrowIfChanged(MigrationRow row, long left)
    {
        // What is filled may be aside of what the migration leads to.
        if (Records.ReadMigration(row.Name) is not { } now || !IsSameButTraffic(now with { New = row.New }, row))
            throw new MigrationException($"The migration {row.Name} was paused or changed: {left:N0} items are still to be taken. Resume it to go on.");
    }

    /// <summary>The old collection, where what it has need not be encoded again: the vector itself, or that of the text. It is written first.</summary>
    private async Task<IVectorCollection?> FindReusedAsync(
        MigrationRow row, IVectorCollection made, EngineModel model, CancellationToken cancellationToken)
    {
        IVectorCollection? old = await _versions.FindAsync(row.Old!, cancellationToken).ConfigureAwait(false);   // ! : it was started
        return old is not null && (old.Space == made.Space || old.Space == model.Text.Space) ? old : null;
    }

    /// <summary>Gives the new collection what the records have for it.</summary>
    /// <param name="isEnough">Asked between chunks whether to leave the rest; null: never.</param>
    /// <param name="distrusted">Rows to make anew, whatever they say.</param>
    /// <param name="compares">Whether rows that are right already are left, instead of taking vectors over from the old collection.</param>
    private async Task<IndexReport> UpdateNewAsync(MigrationRow row, IProgress<long>? progress, Func<bool>? isEnough = null,
        IReadOnlyCollection<ItemId>? distrusted = null, bool compares = false, CancellationToken cancellationToken = default)
    {
        IVectorCollection made = await _second.OpenAsync(row, cancellationToken).ConfigureAwait(false);
        EngineModel model = _second.ModelOf(made.Space)!;   // ! : it was opened
        ChangeLog changes = Records.ChangesOf(row.Target);
        IVectorCollection? reused = compares || changes.Count(made.Name) == 0 ? null
            : await FindReusedAsync(row, made, model, cancellationToken).ConfigureAwait(false);
        var indexer = new CatalogIndexer(model.Load(), Options.Template)
        {
            Blend = model.Blend,
            ChunkSize = _throttle.IsAsked ? CatalogIndexer.SparingRows : reused is null ? CatalogIndexer.EncodedRows : CatalogIndexer.ReadyRows,
            IsEnough = isEnough,
            Distrusted = distrusted?.ToHashSet() ?? [],
        };
        return await indexer.UpdateAsync(made, Records, changes, reused, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Indexes while a migration is under way: each collection in its place, none aside.</summary>
    private async Task<IndexReport> IndexBothAsync(
        IVectorCollection current, MigrationRow migration, bool verify, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (ModelOf(current.Space).Space is var space && space != current.Space)
        {
            throw new MigrationException($"The migration {migration.Name} is under way ({migration.Stage}), and {current.Name} holds vectors of "
                + $"{current.Space}: index with that model, not in {space}, or finish it or roll it back first.");
        }
        await MarkDifferencesAsync(current, verify, cancellationToken).ConfigureAwait(false);
        IndexReport report = await UpdateAsync(current, reused: null, progress, cancellationToken).ConfigureAwait(false);
        if (StageOf(migration) > MigrationStage.Backfilling)
            await UpdateNewAsync(migration, progress: null, cancellationToken: cancellationToken).ConfigureAwait(false);
        return report;
    }

    private async Task<MigrationRow> VerifyAsync(MigrationRow row, CancellationToken cancellationToken)
    {
        await ThrowIfSourceHasChangedAsync(row, cancellationToken).ConfigureAwait(false);
        ReconcileReport report = await MakeRightAsync(row, (why, differing) => row = Change(row, row, MigrationStage.Verifying, 0, why, differing),
            cancellationToken).ConfigureAwait(false);
        return Change(row, row, MigrationStage.Shadowing, 0, FiguresOf(report), report.Differences);
    }

    /// <summary>Compares every row of the new collection, and makes anew what differs, until nothing does.</summary>
    /// <param name="note">Writes down what differed, and how many rows that were.</param>
    private async Task<ReconcileReport> MakeRightAsync(MigrationRow row, Action<string, long> note, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            await UpdateNewAsync(row, progress: null, cancellationToken: cancellationToken).ConfigureAwait(false);
            ReconcileReport report = await ReconcileAsync(row, repairs: attempt <= MostRepairs, cancellationToken).ConfigureAwait(false);
            string figures = FiguresOf(report);
            if (report.Differences == 0)
                return report;
            note(attempt <= MostRepairs ? $"{figures}; made anew" : figures, report.Differences);
            if (attempt > MostRepairs)
            {
                throw new MigrationException($"{row.New} still differs after {MostRepairs} repairs ({figures}; the last is {report.All.Last()}): somebody else "
                    + "writes it, or its store loses rows.");
            }
        }
    }

    private async Task<ReconcileReport> ReconcileAsync(MigrationRow row, bool repairs, CancellationToken cancellationToken)
    {
        IVectorCollection made = await _second.OpenAsync(row, cancellationToken).ConfigureAwait(false);
        ChangeLog changes = Records.ChangesOf(row.Target);
        ReconcileReport report = await new CollectionReconciler(made, Records, changes).CompareAsync(cancellationToken).ConfigureAwait(false);
        if (!repairs || report.Differences == 0)
            return report;
        changes.Mark(made.Name, report.All);
        // One row of several is left by no upsert.
        await made.RemoveAsync(report.Doubled, cancellationToken).ConfigureAwait(false);
        await UpdateNewAsync(row, progress: null, distrusted: report.All, cancellationToken: cancellationToken).ConfigureAwait(false);
        return report;
    }

    private async Task<MigrationRow> FinishAsync(MigrationRow row, bool dropsOld, bool force, CancellationToken cancellationToken)
    {
        Require(row, "finished", MigrationStage.Holding);
        if (dropsOld && row.Target != row.Source)
        {
            throw new MigrationException($"{row.Old} is in another store, where the alias {ItemsAlias} leads to it and others may read it: finish without "
                + "dropping it, and drop it there.");
        }
        if (!force && NextAlphaOf(row) is { } next)
        {
            throw new MigrationException(string.Create(CultureInfo.InvariantCulture, $"The next alpha of the migration {row.Name}, {next.Alpha}, comes at "
                + $"{next.Due:u}; force it to end at the one that is there."));
        }
        DateTimeOffset until = HeldSince(row) + MigrationPlan.Parse(row.Plan).Hold;
        if (!force && Options.Time.GetUtcNow() < until)
            throw new MigrationException($"The migration {row.Name} holds until {until:u}, so that there is a way back; force it to end that.");
        await UpdateNewAsync(row, progress: null, cancellationToken: cancellationToken).ConfigureAwait(false);
        string made = row.New!, old = row.Old!;   // ! : it was started
        StoreInUse store = _second.StoreOf(MigrationPlan.Parse(row.Plan));
        row = Change(row, row, MigrationStage.Completed, TrafficSplit.Buckets, dropsOld ? $"{old} is dropped" : $"{old} stays where it is",
            uses: (row.Target, made));
        store.Changes.LedgerOf(made).Forget();
        await LeaveOthersAsync(row, cancellationToken).ConfigureAwait(false);
        await store.Versions.PointAliasAsync(made, cancellationToken).ConfigureAwait(false);
        Records.NoteAliasFollows(made, row.Target);
        _changes.Unfollow(old);
        if (dropsOld)
            await Store.DropAsync(old, cancellationToken).ConfigureAwait(false);
        return row;
    }
}

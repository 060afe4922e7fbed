using System.Diagnostics;
using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Encoding.Adapting;
using Hybrid.Evaluation;
using Hybrid.Indexing;
using Hybrid.Records;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>Different pairs of items that there have to be: fewer say nothing of a matrix of some hundred columns.</summary>
    public const int LeastFinetunedPairs = 1_000;

    /// <summary>Sessions that there have to be of each kind, held out to stop by and to report on.</summary>
    public const int LeastHeldOutSessions = 20;

    private const int MostStoppedBy = 1_000, MostReportedOn = 4_000;

    /// <summary>The part of the sessions that is held out to stop by, and that is held out to report on.</summary>
    private const double HeldOutShare = 0.1;

    /// <summary>Trains an adapter on what occurs together in the sessions, behind the model that encodes the texts, and writes it to the data folder:
    /// "adapter-1.bin".</summary>
    /// <remarks>
    /// <para>Nothing uses it before <see cref="HybridOptions.ModelPath"/> names its file and <see cref="IndexAsync"/> has run: it is a space of its own.
    /// Where no adapter was
    /// better than the model alone on the sessions that training stops by, none is written, and the report says so.</para>
    /// <para>Of the sessions a tenth is held out to stop by (1,000 at most) and a tenth (4,000 at most) to report on; the others are learned from. Vectors
    /// that the index
    /// has of the model are used, others are encoded. All of them are in memory. Equal data, options and model give an equal file.</para>
    /// </remarks>
    /// <param name="encoding">Told how many texts are encoded, of those that the index has no vector of.</param>
    /// <exception cref="NotReadyException">There are no events, or no items.</exception>
    /// <exception cref="AdapterException">There are too few sessions or pairs to learn from, or the adapter cannot be written.</exception>
    /// <exception cref="ModelException">The model cannot be used.</exception>
    /// <exception cref="VectorStoreException">The store failed.</exception>
    /// <exception cref="RecordsException">The records cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the engine was disposed; nothing is written.</exception>
    public Task<FinetuneReport> FinetuneAsync(AdapterOptions? options = null, IProgress<AdapterProgress>? progress = null, IProgress<long>? encoding = null,
        CancellationToken cancellationToken = default) => RunLongAsync(async stop =>
    {
        ThrowIfReadOnly("finetune", "Fine-tune");
        // One at a time, in all processes: two would give the same version out.
        await using FileStream held = await FolderLock.TakeAsync(Path.Combine(_folder, TrainLockName), stop).ConfigureAwait(false);
        return await FinetuneAloneAsync(options ?? new AdapterOptions(), progress, encoding, stop).ConfigureAwait(false);
    }, cancellationToken);

    private async Task<FinetuneReport> FinetuneAloneAsync(
        AdapterOptions options, IProgress<AdapterProgress>? progress, IProgress<long>? encoding, CancellationToken cancellationToken)
    {
        if (!Records.HasEvents)
            throw new NotReadyException(NotReadyReason.NoEvents, $"There are no events in {Options.DataPath}", "add some first, by AppendAsync or ImportAsync");
        if (!Records.HasItems)
            throw new NotReadyException(NotReadyReason.NoItems, $"There are no items in {Options.DataPath}", "add some first, by AddAsync or ImportAsync");
        EngineModel model = await FindUntunedModelAsync(cancellationToken).ConfigureAwait(false);
        (List<Item> items, List<string> texts) = ReadTexts();
        Dictionary<ItemId, int> rows = Enumerable.Range(0, items.Count).ToDictionary(row => items[row].Id);
        int[][] sessions = [.. ReadSessions(rows)];
        (int[][] learned, SessionNeighbors stoppedBy, SessionNeighbors reportedOn) = HoldOut(sessions, options.Seed);
        CooccurringItems pairs = CooccurringItems.Of(learned, items.Count, options);
        if (pairs.Count < LeastFinetunedPairs)
        {
            throw new AdapterException("training", string.Create(CultureInfo.InvariantCulture,
                $"{pairs.Count:N0} pairs of items that have a text occur together in {learned.Length:N0} sessions, and an adapter is trained on "
                + $"{LeastFinetunedPairs:N0} or more. Import more events, or titles for the items that they name."));
        }
        float[] vectors = await ReadVectorsAsync(model, items, texts, encoding, cancellationToken).ConfigureAwait(false);

        int d = model.Manifest.Dimension;
        long began = Stopwatch.GetTimestamp();
        FittedAdapter fitted = new AdapterTraining(vectors, d, pairs, options).Run(Found, progress, cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;

        IReadOnlyDictionary<string, double[]> before = reportedOn.Scores(vectors, vectors, d, cancellationToken), after = before;
        TextAdapter? adapter = null;
        if (fitted.BestPass > 0)
        {
            float[] adapted = Adapted(vectors, fitted.Matrix, d);
            after = reportedOn.Scores(adapted, adapted, d, cancellationToken);
            adapter = new TextAdapter(TextAdapter.Files.Next(_folder), model.StoredName, model.Manifest.Name, model.Space.Hash, d, fitted.Matrix);
            cancellationToken.ThrowIfCancellationRequested();
            adapter.Save(VersionedFile.PathOf(_folder, adapter.Name));
        }
        string? file = adapter is null ? null : VersionedFile.PathOf(Options.DataPath, adapter.Name);
        return new FinetuneReport(adapter?.Name, file, model.Manifest.Name, sessions.Length, reportedOn.Count, items.Count, pairs.Count, fitted.Passes,
            fitted.BestPass, seconds, ReportOf(before), ReportOf(after), GainOf(after, before));

        double Found(float[] matrix)
        {
            float[] adapted = Adapted(vectors, matrix, d);
            return stoppedBy.Scores(adapted, adapted, d, cancellationToken)[SessionNeighbors.Ndcg].Average();
        }
    }

    /// <summary>The model of the options, or else of the collection in use; of an adapted one the model that its adapter is behind.</summary>
    private async Task<EngineModel> FindUntunedModelAsync(CancellationToken cancellationToken)
    {
        EngineModel model = Options.ModelPath is null ? (await FindModelInUseAsync(cancellationToken).ConfigureAwait(false)).Text : ModelOf(null);
        return model.Manifest is { EncoderFolder: { } folder } adapted ? TextModel(folder, adapted.Dimension) : model;
    }

    /// <summary>The sessions of two different items or more, each the rows of its items in order; other items are passed over.</summary>
    private IEnumerable<int[]> ReadSessions(Dictionary<ItemId, int> rows)
    {
        long most = Records.ReadBusyUsers(Options.MostEventsPerUser)?.MostEvents ?? long.MaxValue;
        return Sessions.Cut(LikedEvents.Of(Records.ReadEvents(), Options.Kinds, most), Options.Sessions)
            .Select(session => session.Items.Where(rows.ContainsKey).Select(item => rows[item]).ToArray())
            .Where(session => session.Distinct().Skip(1).Any());
    }

    /// <summary>The items that have a text, with it.</summary>
    private (List<Item> Items, List<string> Texts) ReadTexts()
    {
        (List<Item> items, List<string> texts) = ([], []);
        foreach (Item item in Records.ReadItems())
        {
            if (Options.Template.TextOf(item) is var text && text.AsSpan().ContainsAnyExcept(" .,;:-".AsSpan()))
            {
                items.Add(item);
                texts.Add(text);
            }
        }
        return (items, texts);
    }

    /// <summary>[n × d]: the items' vectors, those of the collection in use where they are the model's, and of the item as it is.</summary>
    private async Task<float[]> ReadVectorsAsync(
        EngineModel model, List<Item> items, List<string> texts, IProgress<long>? encoding, CancellationToken cancellationToken)
    {
        int d = model.Manifest.Dimension;
        if ((long)items.Count * d > Array.MaxLength)
            throw new AdapterException("training", $"{items.Count:N0} vectors of {d} floats are more than one block of memory holds. Train on fewer items.");
        var vectors = new float[items.Count * d];
        var missing = new List<int>();
        EngineSnapshot snapshot = await _snapshots.ReadAsync(cancellationToken).ConfigureAwait(false);
        IVectorCollection? indexed = snapshot.Row.Collection is { } name ? await _versions.FindAsync(name, cancellationToken).ConfigureAwait(false) : null;
        Dictionary<ItemId, int> rows = Enumerable.Range(0, items.Count).ToDictionary(row => items[row].Id);
        var found = new bool[items.Count];
        if (indexed is not null && indexed.Space == model.Space)
        {
            await foreach (StoredItem row in indexed.ReadAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (!rows.TryGetValue(row.Fields.Id, out int at) || row.Fingerprint != CatalogIndexer.Fingerprint(Options.Template, items[at]))
                    continue;
                row.Vector.Span.CopyTo(vectors.AsSpan(at * d));
                found[at] = true;
            }
        }
        int[] left = [.. Enumerable.Range(0, items.Count).Where(row => !found[row])];
        int done = 0;
        foreach (int[] chunk in left.Chunk(CatalogIndexer.EncodedRows))
        {
            var encoded = new float[chunk.Length * d];
            model.Load().Encode([.. chunk.Select(row => texts[row])], TextRole.Passage, encoded, cancellationToken);
            for (int i = 0; i < chunk.Length; i++)
                encoded.AsSpan(i * d, d).CopyTo(vectors.AsSpan(chunk[i] * d));
            encoding?.Report(done += chunk.Length);
        }
        return vectors;
    }

    private static (int[][] Learned, SessionNeighbors StoppedBy, SessionNeighbors ReportedOn) HoldOut(int[][] sessions, int seed)
    {
        int[][] order = [.. sessions];
        new Random(seed).Shuffle(order);
        int held = (int)(HeldOutShare * order.Length), stops = Math.Min(held, MostStoppedBy), reports = Math.Min(held, MostReportedOn);
        if (stops < LeastHeldOutSessions)
        {
            throw new AdapterException("training", string.Create(CultureInfo.InvariantCulture,
                $"there are {sessions.Length:N0} sessions of two or more items that have a text, of which a tenth is held out to stop by and a tenth to report "
                + $"on, and {LeastHeldOutSessions} of each are needed: {LeastHeldOutSessions / HeldOutShare:N0} sessions. Import more events."));
        }
        return (order[(stops + reports)..], new SessionNeighbors(order[..stops], (ulong)seed),
            new SessionNeighbors(order[stops..(stops + reports)], (ulong)seed));
    }

    private static float[] Adapted(float[] vectors, float[] matrix, int d)
    {
        var adapted = new float[vectors.Length];
        Vectors.MatrixProducts.Multiply(vectors, matrix, adapted, d);
        Parallel.For(0, vectors.Length / d, row => Vectors.UnitVector.Normalize(adapted.AsSpan(row * d, d)));
        return adapted;
    }

    private static SessionReport ReportOf(IReadOnlyDictionary<string, double[]> scores)
    {
        Dictionary<string, MetricValue> values = Bootstrap.Intervals(scores, new JudgeOptions()).ToDictionary();
        return new SessionReport(values[SessionNeighbors.Recall], values[SessionNeighbors.Ndcg]);
    }

    private static SessionReport GainOf(IReadOnlyDictionary<string, double[]> after, IReadOnlyDictionary<string, double[]> before)
    {
        IReadOnlyDictionary<string, MetricValue> values = Bootstrap.Difference(after, before, new JudgeOptions());
        return new SessionReport(values[SessionNeighbors.Recall], values[SessionNeighbors.Ndcg]);
    }
}

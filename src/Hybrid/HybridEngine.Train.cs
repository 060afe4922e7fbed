using System.Diagnostics;
using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending.Sources;
using Hybrid.Records;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;

namespace Hybrid;

public sealed partial class HybridEngine
{
    private const string TrainLockName = "train.lock";

    /// <summary>Items, the most frequent ones, on which the map from text to behaviour is fitted: more make it no surer.</summary>
    private const int MostMapped = 20_000;

    /// <summary>Trains behaviour vectors on the events, fits the sources of <see cref="HybridOptions.Sources"/>, and has both used from the next request on,
    /// in one step.</summary>
    /// <param name="fitting">Told the name of each source before it is fitted.</param>
    /// <exception cref="NotReadyException">There are no events.</exception>
    /// <exception cref="NothingToLearnException">No session has two items; the model before is still in use.</exception>
    /// <exception cref="Item2VecException">The model could not be trained or saved; likewise.</exception>
    /// <exception cref="DataFileException">The folder's <see cref="KnobFile.Name"/> cannot be read; likewise.</exception>
    /// <exception cref="SourceException">A source could not be saved; likewise.</exception>
    /// <exception cref="RecordsException">The records cannot be read or written; likewise.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the engine was disposed; likewise.</exception>
    public Task<TrainReport> TrainAsync(
        IProgress<Item2VecProgress>? progress = null, IProgress<string>? fitting = null, CancellationToken cancellationToken = default) =>
        TrainAndUseAsync((sessions, stop) => TrainAnew(sessions, null, progress, stop), earlier: null, fitting, cancellationToken);

    /// <summary>Trains, and turns the vectors to lie as those of an earlier model do, so that vectors kept elsewhere stay comparable:
    /// <see cref="Item2VecModel.Like"/>.</summary>
    /// <param name="earlier">Such as <see cref="OpenBehaviorAsync"/>'s, before the call.</param>
    /// <exception cref="AlignmentException">The two models share too little; the model before is still in use.</exception>
    /// <exception cref="ArgumentException">They have vectors of different lengths; likewise.</exception>
    /// <inheritdoc cref="TrainAsync(IProgress{Item2VecProgress}, IProgress{string}, CancellationToken)"/>
    public Task<TrainReport> TrainLikeAsync(Item2VecModel earlier, IProgress<Item2VecProgress>? progress = null, IProgress<string>? fitting = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return TrainAndUseAsync((sessions, stop) => TrainAnew(sessions, earlier, progress, stop), earlier: null, fitting, cancellationToken);
    }

    /// <summary>Has the model in use learn on from the events since its training, without training anew: <see cref="Item2Vec.Continue"/>.</summary>
    /// <remarks>With the knobs that the model was trained with; the threads and the seed are those of the engine's options. A session that
    /// began before is learned from where it goes on. What was learned from events that have been erased since stays until
    /// <see cref="TrainAsync"/>. Sources are fitted to the whole log, as ever.</remarks>
    /// <param name="move">0: items that had a vector keep it to the bit; up to 1: they take that share of each step.</param>
    /// <exception cref="NotReadyException">Nothing is trained, or the log was replaced since.</exception>
    /// <exception cref="NothingToLearnException">There are no sessions of two items since; the model before is still in use.</exception>
    /// <inheritdoc cref="TrainAsync(IProgress{Item2VecProgress}, IProgress{string}, CancellationToken)"/>
    public async Task<TrainReport> ContinueTrainingAsync(double move = 0, IProgress<Item2VecProgress>? progress = null, IProgress<string>? fitting = null,
        CancellationToken cancellationToken = default)
    {
        Item2VecModel earlier = await RunAsync(snapshot => Task.Run(snapshot.Behavior.LoadToContinue), cancellationToken).ConfigureAwait(false)
            ?? throw new NotReadyException(NotReadyReason.NotTrained, $"Nothing is trained in {Options.DataPath}, so nothing can learn on", "call TrainAsync");
        if (earlier.State is { LastEvent: var last } && !Records.HasEventsThrough(last))
        {
            throw new NotReadyException(NotReadyReason.NotTrained, $"The events in {Options.DataPath} were replaced since the last training, so that nobody "
                + "can tell which of them are new", "call TrainAsync, and import with Merge where the log only grows");
        }
        Item2VecOptions knobs = earlier.Options with { Workers = Options.Behavior.Workers, Seed = Options.Behavior.Seed };
        return await TrainAndUseAsync((sessions, stop) =>
        {
            (Item2VecModel model, ContinuedReport report) = Item2Vec.Continue(earlier, sessions, knobs, move, progress, stop);
            return new Trained(model, Continued: report);
        }, earlier, fitting, cancellationToken).ConfigureAwait(false);
    }

    private Trained TrainAnew(ItemSequences sessions, Item2VecModel? like, IProgress<Item2VecProgress>? progress, CancellationToken cancellationToken)
    {
        Item2VecModel model = Item2Vec.Train(sessions, Options.Behavior, progress, cancellationToken);
        if (like is null)
            return new Trained(model);
        (model, LikenessReport likeness) = model.Like(like, cancellationToken);
        return new Trained(model, likeness);
    }

    /// <param name="earlier">Only what came after its training is learned from; null: everything is.</param>
    private Task<TrainReport> TrainAndUseAsync(
        Func<ItemSequences, CancellationToken, Trained> train, Item2VecModel? earlier, IProgress<string>? fitting, CancellationToken cancellationToken) =>
        RunLongAsync(async stop =>
    {
        ThrowIfReadOnly("train", "Train");
        if (!Records.HasEvents)
            throw new NotReadyException(NotReadyReason.NoEvents, $"There are no events in {Options.DataPath}", "add some first, by AppendAsync or ImportAsync");
        SourceKnobs knobs = ReadKnobs();   // before the long work, which a bad file would waste
        BusyUsers? leftOut = Records.ReadBusyUsers(Options.MostEventsPerUser);
        long most = leftOut?.MostEvents ?? long.MaxValue, last = Records.LastEvent;   // what comes while they are read is rather learned twice than never
        IEnumerable<Event> events = earlier?.State is { } state ? Records.ReadEventsSince(state.LastEvent, most) : Records.ReadEvents();
        ItemSequences sessions = ItemSequences.From(Sessions.Cut(LikedEvents.Of(events, Options.Kinds, most), Options.Sessions), _folder);
        if (sessions.Count == 0 && earlier is not null)
            throw new NothingToLearnException("since the last training there are no sessions of two or more items. Import more events first.");
        if (sessions.Count == 0 && leftOut is not null)
        {
            throw new NothingToLearnException(string.Create(CultureInfo.InvariantCulture,
                $"{leftOut.Users:N0} users with more than {leftOut.MostEvents:N0} events each were left out, and the others have no sessions of two or more "
                + $"items. Raise MostEventsPerUser, or set it to 0."));
        }
        long began = Stopwatch.GetTimestamp();
        Trained trained = train(sessions, stop);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Item2VecModel model = trained.Model.Through(last);
        (model, AlignmentReport? fromText, string? notMapped) = await MapFromTextAsync(model, stop).ConfigureAwait(false);
        // Whoever tidies up must not meet the files of another training that are not in use yet.
        await using FileStream held = await FolderLock.TakeAsync(Path.Combine(_folder, TrainLockName), stop).ConfigureAwait(false);
        (Dictionary<string, string> files, List<FittedSource> sources, List<string> notFitted) = FitSources(knobs, leftOut, fitting, stop);
        Use(model, files);
        return new TrainReport(sessions.Count, model.Items.Count, model.Pairs, sessions.Occurrences, seconds, leftOut,
            trained.Continued is null ? WarningOf(model) : null, trained.Likeness, fromText, notMapped)
        {
            Continued = trained.Continued,
            Sources = sources,
            NotFitted = notFitted,
        };
    }, cancellationToken);

    /// <summary>The model with a map from the text vectors of the index, where there is one and the two spaces have enough in common; training goes on
    /// without.</summary>
    private async Task<(Item2VecModel Model, AlignmentReport? Report, string? NotMapped)> MapFromTextAsync(
        Item2VecModel model, CancellationToken cancellationToken)
    {
        try
        {
            EngineSnapshot snapshot = await RunAsync(Task.FromResult, cancellationToken).ConfigureAwait(false);
            IVectorCollection texts = snapshot.RequireItems();
            var items = new List<ItemId>();
            var vectors = new List<float>();
            foreach (ItemId[] chunk in model.Items.Take(MostMapped).Chunk(ExportChunk))
            {
                IReadOnlyDictionary<ItemId, StoredItem> rows = await texts.GetAsync(chunk, withVectors: true, cancellationToken).ConfigureAwait(false);
                foreach (ItemId item in chunk)
                {
                    if (!rows.TryGetValue(item, out StoredItem row))
                        continue;
                    items.Add(item);
                    vectors.AddRange(row.Vector.Span);
                }
            }
            (Item2VecModel mapped, AlignmentReport report) = model.MappedFrom(texts.Space, items, vectors.ToArray(), cancellationToken);
            return (mapped, report, null);
        }
        catch (Exception e) when (e is AlignmentException or NotReadyException or VectorStoreException or ModelException)
        {
            return (model, null, e.Message);
        }
    }

    private sealed record Trained(Item2VecModel Model, LikenessReport? Likeness = null, ContinuedReport? Continued = null);

    private static string? WarningOf(Item2VecModel model)
    {
        long pairs = model.Pairs / model.Options.Epochs;
        return pairs >= TrainReport.LeastPairsPerItem * (long)model.Items.Count ? null : string.Create(CultureInfo.InvariantCulture,
            $"only {pairs:N0} pairs for {model.Items.Count:N0} items: too few to learn from, so answers by behaviour are little better than chance. "
            + $"From {TrainReport.LeastPairsPerItem} pairs an item on they say something: import more events.");
    }

    private void Use(Item2VecModel model, Dictionary<string, string> sources)
    {
        // A name of its own for each model, so that a reader has either all of one or all of the other.
        string hash = model.Space.Hash, name = $"item2vec-{hash[..16]}.bin";
        model.Save(Path.Combine(_folder, name));
        SnapshotRow before = Records.ReadSnapshot();
        _snapshots.Require(Records.UseTrained(name, hash, sources));
        DeleteOtherModels(kept: [name, before.BehaviorFile ?? name, .. sources.Values, .. before.Sources.Values]);
    }

    /// <summary>What was in use before stays: somebody may be about to load it.</summary>
    private void DeleteOtherModels(string[] kept)
    {
        // Those that end with .tmp are what a process leaves that is killed while it saves.
        IEnumerable<string> files = ((string[])["item2vec*.bin", "item2vec*.tmp", "source-*.bin", "source-*.tmp"])
            .SelectMany(names => Directory.EnumerateFiles(_folder, names));
        foreach (string file in files.Where(file => !kept.Contains(Path.GetFileName(file))).ToList())
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Only disk space: the next training tries again.
                _logger.LogWarning(e, "The model {File} is no longer used, but it could not be deleted.", file);
            }
        }
    }
}

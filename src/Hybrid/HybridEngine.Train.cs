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
        TrainAndUseAsync(null, progress, fitting, cancellationToken);

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
        return TrainAndUseAsync(earlier, progress, fitting, cancellationToken);
    }

    private Task<TrainReport> TrainAndUseAsync(
        Item2VecModel? like, IProgress<Item2VecProgress>? progress, IProgress<string>? fitting, CancellationToken cancellationToken) =>
        RunLongAsync(async stop =>
    {
        ThrowIfReadOnly("train", "Train");
        if (!Records.HasEvents)
            throw new NotReadyException(NotReadyReason.NoEvents, $"There are no events in {Options.DataPath}", "add some first, by AppendAsync or ImportAsync");
        SourceKnobs knobs = ReadKnobs();   // before the long work, which a bad file would waste
        BusyUsers? leftOut = Records.ReadBusyUsers(Options.MostEventsPerUser);
        IEnumerable<Event> liked = LikedEvents.Of(Records.ReadEvents(), Options.Kinds, leftOut?.MostEvents ?? long.MaxValue);
        ItemSequences sessions = ItemSequences.From(Sessions.Cut(liked, Options.Sessions));
        if (sessions.Count == 0 && leftOut is not null)
        {
            throw new NothingToLearnException(string.Create(CultureInfo.InvariantCulture,
                $"{leftOut.Users:N0} users with more than {leftOut.MostEvents:N0} events each were left out, and the others have no sessions of two or more "
                + $"items. Raise MostEventsPerUser, or set it to 0."));
        }
        long began = Stopwatch.GetTimestamp();
        Item2VecModel model = Item2Vec.Train(sessions, Options.Behavior, progress, stop);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        LikenessReport? likeness = null;
        if (like is not null)
            (model, likeness) = model.Like(like, stop);
        (model, AlignmentReport? fromText, string? notMapped) = await MapFromTextAsync(model, stop).ConfigureAwait(false);
        // Whoever tidies up must not meet the files of another training that are not in use yet.
        await using FileStream held = await FolderLock.TakeAsync(Path.Combine(_folder, TrainLockName), stop).ConfigureAwait(false);
        (Dictionary<string, string> files, List<FittedSource> sources, List<string> notFitted) = FitSources(knobs, leftOut, fitting, stop);
        Use(model, files);
        return new TrainReport(sessions.Count, model.Items.Count, model.Pairs, sessions.Occurrences, seconds, leftOut, WarningOf(model), likeness, fromText,
            notMapped)
        {
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

using Hybrid.Behavior;
using Hybrid.Records;
using Microsoft.Extensions.Logging;

namespace Hybrid;

public sealed partial class HybridEngine
{
    private const string TrainLockName = "train.lock";

    /// <summary>Trains behaviour vectors on the events and has them used from the next request on.</summary>
    /// <exception cref="NotReadyException">There are no events.</exception>
    /// <exception cref="NothingToLearnException">No session has two items; the model before is still in use.</exception>
    /// <exception cref="Item2VecException">The model could not be trained or saved; likewise.</exception>
    /// <exception cref="RecordsException">The records cannot be read or written; likewise.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the engine was disposed; likewise.</exception>
    public Task<TrainReport> TrainAsync(IProgress<Item2VecProgress>? progress = null, CancellationToken cancellationToken = default) =>
        RunLongAsync(async stop =>
    {
        ThrowIfReadOnly("train", "Train");
        if (!Records.HasEvents)
            throw new NotReadyException(NotReadyReason.NoEvents, $"There are no events in {Options.DataPath}", "add some first, by AppendAsync or ImportAsync");
        ItemSequences sessions = ItemSequences.From(Sessions.Cut(Records.ReadEvents(), Options.Sessions));
        Item2VecModel model = Item2Vec.Train(sessions, Options.Behavior, progress, stop);
        await UseAsync(model, stop).ConfigureAwait(false);
        return new TrainReport(sessions.Count, model.Items.Count, model.Pairs);
    }, cancellationToken);

    private async Task UseAsync(Item2VecModel model, CancellationToken cancellationToken)
    {
        // Whoever tidies up must not meet the file of another training that is not in use yet.
        await using FileStream held = await FolderLock.TakeAsync(Path.Combine(_folder, TrainLockName), cancellationToken).ConfigureAwait(false);
        // A name of its own for each model, so that a reader has either all of one or all of the other.
        string hash = model.Space.Hash, name = $"item2vec-{hash[..16]}.bin";
        model.Save(Path.Combine(_folder, name));
        string? before = Records.ReadSnapshot().BehaviorFile;
        _snapshots.Require(Records.UseBehavior(name, hash));
        DeleteOtherModels(kept: [name, before ?? name]);
    }

    /// <summary>The model before stays: somebody may be about to load it.</summary>
    private void DeleteOtherModels(string[] kept)
    {
        // The second kind is what a process leaves that is killed while it saves.
        IEnumerable<string> files = Directory.EnumerateFiles(_folder, "item2vec*.bin").Concat(Directory.EnumerateFiles(_folder, "item2vec*.tmp"));
        foreach (string file in files.Where(file => !kept.Contains(Path.GetFileName(file))).ToList())
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Only disk space: the next training tries again.
                _logger.LogWarning(e, "The behaviour model {File} is no longer used, but it could not be deleted.", file);
            }
        }
    }
}

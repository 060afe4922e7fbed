using Hybrid.Behavior;
using Hybrid.Records;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>Erases all events of a user, what the user was shown in a migration, and the dead letters and the rows of the last import's rejects that name
    /// the user.</summary>
    /// <remarks>A feature store that other machines read lets go of the user at once, too. What the behaviour model has learned goes with the next
    /// <see cref="TrainAsync"/>, which makes the model that a log without the user's events would make. Copies of the folder, and files that were imported,
    /// are not touched.</remarks>
    /// <exception cref="ArgumentException"><paramref name="user"/> is none.</exception>
    /// <exception cref="RecordsException">The records failed: the events are there; or the list of rejects did: they are gone, and the call may be
    /// repeated.</exception>
    /// <exception cref="Streaming.FeatureStoreException">The feature store that other machines read does not answer: the events are gone, and the call may be
    /// repeated; what that store has of the user goes when it is back.</exception>
    public Task<ErasureReport> EraseAsync(UserId user, CancellationToken cancellationToken = default) => RunLongAsync(async stop =>
    {
        ThrowIfReadOnly("erase a user", "Erase");
        (long events, long deadLetters) = await Records.EraseAsync(user, stop).ConfigureAwait(false);
        long rejects = RejectsFile.Erase(Path.Combine(_folder, RejectsFile.Name), Records.Path, user.Value);
        if (_mirror is not null)
            await _mirror.EraseAsync(user, events, stop).ConfigureAwait(false);
        SnapshotRow row = Records.ReadSnapshot();
        return new ErasureReport(events, deadLetters, rejects, events > 0 && row.BehaviorFile is not null, events > 0 && row.Sources.Count > 0);
    }, cancellationToken);
}

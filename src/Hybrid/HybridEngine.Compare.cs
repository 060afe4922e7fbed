using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Evaluation;
using Hybrid.Indexing;
using Hybrid.Recommending.Sources;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>Asks both collections of a migration what each user's last event would answer, and judges them by it; the verdict is written down.</summary>
    /// <param name="thresholds">What is allowed; null: as they are by default.</param>
    /// <param name="users">The most users that are asked.</param>
    /// <param name="progress">Told how many are.</param>
    /// <exception cref="MigrationException">The new collection is not complete yet, or there is none.</exception>
    /// <exception cref="NotReadyException">There are no events.</exception>
    /// <exception cref="SplitException">No user has enough events to be asked.</exception>
    public Task<MigrationComparison> CompareMigrationAsync(string? name = null, VerdictThresholds? thresholds = null, int users = 5_000,
        IProgress<long>? progress = null, CancellationToken cancellationToken = default) => RunLongAsync(async stop =>
    {
        MigrationRow row = RequireMigration(name);
        if (StageOf(row) is < MigrationStage.Shadowing or >= MigrationStage.Completed)
        {
            throw new MigrationException($"The migration {row.Name} is {row.Stage}: both collections are compared from {MigrationStage.Shadowing} on, "
                + "until it ends.");
        }
        if (!Records.HasEvents)
            throw new NotReadyException(NotReadyReason.NoEvents, $"There are no events in {Options.DataPath}", "add some first, by AppendAsync or ImportAsync");
        IVectorCollection old = await RequireCurrentAsync(stop).ConfigureAwait(false);
        IVectorCollection made = await _second.OpenAsync(row, stop).ConfigureAwait(false);
        HashSet<ItemId> catalog = [.. Records.ReadKeys().Select(key => key.Item)];
        IEnumerable<Event> liked = LikedEvents.Of(Records.ReadEvents(), Options.Kinds, long.MaxValue).Where(e => catalog.Contains(e.Item));
        Split split = Split.Make(TrainingLog.From(liked, catalog, Options.Sessions, stop), new SplitOptions { Users = users });
        MigrationComparison found = await new CollectionComparison(split, old, made, Records.Find, new JudgeOptions())
            .RunAsync(row.Name, thresholds ?? new(), progress, stop).ConfigureAwait(false);
        found = found with { Shadowed = ShadowReport.Of(Records.ReadShadows(row.Name)) };
        // Somebody may have gone on meanwhile: then the verdict is of an earlier stage, and not written down.
        Records.ChangeMigration(row, row, StepOf(row, string.Create(CultureInfo.InvariantCulture,
            $"verdict {found.Verdict}: NDCG@10 {found.Old.Value:F4} → {found.New.Value:F4}, {found.Ahead.Value:+0.0000;-0.0000} "
            + $"[{found.Ahead.Low:+0.0000;-0.0000}, {found.Ahead.High:+0.0000;-0.0000}], {found.Queries:N0} queries, "
            + $"p95 {found.OldP95:F2} → {found.NewP95:F2} ms"), verdict: found.Verdict.ToString()));
        return found;
    }, cancellationToken);

    private string RequireVerdict(MigrationRow row, bool force)
    {
        if (force)
            return "without a verdict, by force";
        MigrationStepRow? last = Records.ReadMigrationSteps(row.Name).LastOrDefault(step => step.Verdict is not null);
        return last?.Verdict == nameof(Verdict.Promote) ? last.Why : throw new MigrationException(
            $"{row.New} answers nobody yet, and {(last is null ? "was not compared" : $"its last {last.Why}")}: compare both in the migration {row.Name}, or "
            + "force it.");
    }
}

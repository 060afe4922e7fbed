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
    /// <summary>The most users that are asked by default, and of an alpha.</summary>
    private const int JudgedUsers = 5_000;

    /// <summary>Asks both collections of a migration what each user's last event would answer, and judges them by it; the verdict is written down.</summary>
    /// <param name="thresholds">What is allowed; null: as they are by default.</param>
    /// <param name="users">The most users that are asked.</param>
    /// <param name="progress">Told how many are.</param>
    /// <exception cref="MigrationException">The new collection is not complete yet, or there is none.</exception>
    /// <exception cref="NotReadyException">There are no events.</exception>
    /// <exception cref="SplitException">No user has enough events to be asked.</exception>
    public Task<MigrationComparison> CompareMigrationAsync(string? name = null, VerdictThresholds? thresholds = null, int users = JudgedUsers,
        IProgress<long>? progress = null, CancellationToken cancellationToken = default) => RunLongAsync(async stop =>
    {
        MigrationRow row = RequireMigration(name);
        if (StageOf(row) is < MigrationStage.Shadowing or >= MigrationStage.Completed)
        {
            throw new MigrationException($"The migration {row.Name} is {row.Stage}: both collections are compared from {MigrationStage.Shadowing} on, "
                + "until it ends.");
        }
        IVectorCollection old = await RequireCurrentAsync(stop).ConfigureAwait(false);
        IVectorCollection made = await _second.OpenAsync(row, stop).ConfigureAwait(false);
        MigrationComparison found = await CompareAsync(row.Name, old, made, thresholds, users, progress, stop).ConfigureAwait(false);
        found = found with { Shadowed = ShadowReport.Of(Records.ReadShadows(row.Name)) };
        // Somebody may have gone on meanwhile: then the verdict is of an earlier stage, and not written down.
        Records.ChangeMigration(row, row, StepOf(row, FiguresOf(found), verdict: found.Verdict.ToString()));
        return found;
    }, cancellationToken);

    private async Task<MigrationComparison> CompareAsync(string name, IVectorCollection old, IVectorCollection made, VerdictThresholds? thresholds, int users,
        IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (!Records.HasEvents)
            throw new NotReadyException(NotReadyReason.NoEvents, $"There are no events in {Options.DataPath}", "add some first, by AppendAsync or ImportAsync");
        HashSet<ItemId> catalog = [.. Records.ReadKeys().Select(key => key.Item)];
        IEnumerable<Event> liked = LikedEvents.Of(Records.ReadEvents(), Options.Kinds, long.MaxValue).Where(e => catalog.Contains(e.Item));
        Split split = Split.Make(TrainingLog.From(liked, catalog, Options.Sessions, cancellationToken), new SplitOptions { Users = users });
        return await new CollectionComparison(split, old, made, Records.Find, new JudgeOptions())
            .RunAsync(name, thresholds ?? new(), progress, cancellationToken).ConfigureAwait(false);
    }

    private static string FiguresOf(MigrationComparison found) => string.Create(CultureInfo.InvariantCulture,
        $"verdict {found.Verdict}: NDCG@10 {found.Old.Value:F4} → {found.New.Value:F4}, {found.Ahead.Value:+0.0000;-0.0000} "
        + $"[{found.Ahead.Low:+0.0000;-0.0000}, {found.Ahead.High:+0.0000;-0.0000}], {found.Queries:N0} queries, "
        + $"p95 {found.OldP95:F2} → {found.NewP95:F2} ms");

    /// <summary>Judges the alpha that was built aside beside the one that answers, in whose place it is to come; the verdict is written down.</summary>
    /// <returns>What led on.</returns>
    /// <exception cref="MigrationException">It is not to be promoted, or cannot be judged: the one before stays.</exception>
    private async Task<string> JudgeAlphaAsync(
        MigrationRow row, MigrationRow filled, double alpha, VerdictThresholds? thresholds, CancellationToken cancellationToken)
    {
        IVectorCollection now = await _second.OpenAsync(row, cancellationToken).ConfigureAwait(false);
        IVectorCollection aside = await _second.OpenAsync(filled, cancellationToken).ConfigureAwait(false);
        string what = string.Create(CultureInfo.InvariantCulture, $"alpha {alpha} of the migration {row.Name} is built aside, as {aside.Name}, and not put in "
            + $"the place of {now.Name}");
        MigrationComparison found;
        try
        {
            found = await CompareAsync(row.Name, now, aside, thresholds, JudgedUsers, progress: null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NotReadyException or SplitException)
        {
            throw new MigrationException($"The {what}, because it cannot be judged ({e.Message}): force it to have it all the same.");
        }
        string figures = FiguresOf(found);
        Change(row, row, MigrationStage.Holding, row.Share, string.Create(CultureInfo.InvariantCulture,
            $"alpha {alpha} beside {now.Name}: {figures}"), verdict: found.Verdict.ToString());
        return found.Verdict == Verdict.Promote ? figures : throw new MigrationException($"The {what}: {figures}. Ask again when there are more events, force "
            + "it, finish with the one that is there, or roll back.");
    }

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

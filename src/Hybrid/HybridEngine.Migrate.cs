using System.Globalization;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>Shares of the traffic, of <see cref="TrafficSplit.Buckets"/>, that the new collection answers one after the other.</summary>
    private static readonly int[] Shares = [100, 1_000, 2_500, 5_000, TrafficSplit.Buckets];

    /// <summary>Says what a migration will take, and writes it down; nothing else is done before <see cref="StartMigrationAsync"/>.</summary>
    /// <exception cref="MigrationException">Another one is under way, or this one leads nowhere, or an address has a password.</exception>
    /// <exception cref="NotReadyException">Nothing is indexed.</exception>
    /// <exception cref="ModelException">There is no such encoder.</exception>
    public Task<MigrationEstimate> PlanMigrationAsync(MigrationPlan plan, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return RunLongAsync(async stop =>
        {
            ThrowIfReadOnly("plan a migration", "Plan it");
            if (MigrationPlan.HasSecret(plan.Legacy) || MigrationPlan.HasSecret(plan.Store))
            {
                throw new MigrationException($"The address of {(MigrationPlan.HasSecret(plan.Legacy) ? "the old vectors" : "the store")} of the migration "
                    + $"{plan.Name} has a password, which would be kept with the plan: give it without, and the password in the environment or a file, where "
                    + "whoever opens it finds it each time.");
            }
            IVectorCollection current = await RequireCurrentAsync(stop).ConfigureAwait(false);
            StoreInUse target = _second.StoreOf(plan);
            EngineModel model = TextModelOf(plan, current.Space);
            ThrowIfSourceIsOpen(plan);
            if (plan is { Alphas: { } alphas, Legacy: null })
                throw new MigrationException($"The schedule {alphas} blends with old vectors, and the plan {plan.Name} names none: name them.");
            bool isOtherStore = target.Name != _storeName;
            if (plan.Legacy is null && model.Space == current.Space && !isOtherStore)
            {
                throw new MigrationException($"{current.Name} holds vectors of {current.Space} already: name another encoder, vectors to blend in, or another "
                    + "store.");
            }
            MigrationEstimate estimate = Estimate(plan, current, model, isOtherStore ? target.Name : null, stop);
            var row = new MigrationRow(plan.Name, nameof(MigrationStage.Planned), 0, IsPaused: false, Options.Time.GetUtcNow(), plan.ToJson(),
                _storeName, target.Name, null, null);
            string why = string.Create(CultureInfo.InvariantCulture, $"{estimate.Items:N0} items, {estimate.ToEncode:N0} to encode");
            if (Records.AddMigration(row, why) is { } other)
            {
                throw new MigrationException(other.Name == plan.Name ? $"There is a migration {other.Name} already: choose another name."
                    : $"The migration {other.Name} is under way ({other.Stage}): finish it or roll it back first.");
            }
            return estimate;
        }, cancellationToken);
    }

    /// <summary>Makes the new collection and marks everything for it: from here on every change of the records is written into both.</summary>
    /// <exception cref="MigrationException">It is not planned, or started already; or no vector of the file can be used; or
    /// others write the old collection past the records.</exception>
    public Task<MigrationStatus> StartMigrationAsync(string? name = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        MigrateAsync(name, async (row, stop) =>
        {
            Require(row, "started", MigrationStage.Planned);
            MigrationPlan plan = MigrationPlan.Parse(row.Plan);
            IVectorCollection current = await RequireCurrentAsync(stop).ConfigureAwait(false);
            plan = await DeclaredAsync(plan, current, stop).ConfigureAwait(false);
            (SpaceRecipe recipe, VectorSpace space) = await MakeRecipeAsync(plan, current, progress, stop).ConfigureAwait(false);
            Records.SaveRecipe(space.Hash, recipe.ToJson());
            StoreInUse store = _second.StoreOf(plan);
            string made = await MakeFollowedAsync(store, space, stop).ConfigureAwait(false);
            return Change(row, row with { Old = current.Name, New = made, Plan = plan.ToJson() }, MigrationStage.DualWriting, 0, $"{made} was made, of {space}",
                alpha: plan.Alphas is null ? null : new(0, made, Options.Time.GetUtcNow()));
        }, cancellationToken);

    /// <summary>Does what the stage asks for, and goes on to the next one.</summary>
    /// <remarks>Interrupted, it goes on where it was, repeating a batch at most. Only a collection in which no row differs passes
    /// <see cref="MigrationStage.Verifying"/>.</remarks>
    /// <param name="force">Goes on from <see cref="MigrationStage.Shadowing"/> without a verdict, has the next alpha before its time and without one, and
    /// ends <see cref="MigrationStage.Holding"/> early.</param>
    /// <param name="resume">Ends a pause first.</param>
    /// <param name="progress">Told how many items are done.</param>
    /// <param name="thresholds">What is allowed to the next alpha beside the one that answers; null: as they are by default.</param>
    /// <exception cref="MigrationException">It is paused, ended, or not ready for the next stage; says what to do.</exception>
    public Task<MigrationStatus> NextMigrationAsync(string? name = null, bool force = false, bool resume = false, IProgress<long>? progress = null,
        VerdictThresholds? thresholds = null, CancellationToken cancellationToken = default) =>
        RunLongAsync(async stop =>
        {
            MigrationRow row = RequireMigration(name);
            if (row.IsPaused && !resume)
                throw new MigrationException($"The migration {row.Name} is paused: resume it.");
            if (row.IsPaused)
                row = Change(row, row with { IsPaused = false }, StageOf(row), row.Share, "resumed");
            switch (StageOf(row))
            {
                case MigrationStage.Planned:
                    throw new MigrationException($"The migration {row.Name} is planned and not started: start it.");
                case MigrationStage.DualWriting:
                    row = Change(row, row, MigrationStage.Backfilling, 0, "every change is written into both");
                    goto case MigrationStage.Backfilling;
                case MigrationStage.Backfilling:
                    row = await BackfillAsync(row, progress, stop).ConfigureAwait(false);
                    break;
                case MigrationStage.Verifying:
                    row = await LockedAsync(token => VerifyAsync(row, token), stop).ConfigureAwait(false);
                    break;
                case MigrationStage.Shadowing:
                    string verdict = RequireVerdict(row, force);
                    row = Change(row, row, MigrationStage.Ramping, Shares[0], verdict);
                    break;
                case MigrationStage.Ramping when !force && TrafficOf(row) is { IsSkewed: true } traffic:
                    throw new MigrationException(string.Create(CultureInfo.InvariantCulture, $"{traffic.New.Users:N0} of {traffic.Users:N0} users were "
                        + $"answered by the new one, and {traffic.Share:P0} were meant (p = {traffic.RatioP:E1}): find out what divides them otherwise, or "
                        + $"force it."));
                case MigrationStage.Ramping when row.Share < TrafficSplit.Buckets:
                    row = Change(row, row, MigrationStage.Ramping, Shares.First(share => share > row.Share), "the next share");
                    break;
                case MigrationStage.Ramping:
                    row = Change(row, row, MigrationStage.Holding, row.Share, "the new one answers everything; both are written");
                    break;
                case MigrationStage.Holding when NextAlphaOf(row) is { } alpha:
                    if (!force && Options.Time.GetUtcNow() < alpha.Due)
                    {
                        throw new MigrationException(string.Create(CultureInfo.InvariantCulture, $"The next alpha of the migration {row.Name}, {alpha.Alpha}, "
                            + $"comes at {alpha.Due:u}; force it to have it now."));
                    }
                    row = await FillingAsync(() => NextAlphaAsync(row, alpha.Alpha, force, thresholds, progress, stop)).ConfigureAwait(false);
                    break;
                case MigrationStage.Holding:
                    row = await LockedAsync(token => FinishAsync(row, dropsOld: false, force, token), stop).ConfigureAwait(false);
                    break;
                default:
                    throw Ended(row);
            }
            return StatusOf(row);
        }, cancellationToken);

    /// <summary>Has backfilling end after its batch, and no stage or share change, until it is resumed. Both collections are written on.</summary>
    public Task<MigrationStatus> PauseMigrationAsync(string? name = null, CancellationToken cancellationToken = default) => RunLongAsync(_ =>
    {
        MigrationRow row = RequireMigration(name);
        if (StageOf(row) is MigrationStage.Completed or MigrationStage.RolledBack)
            throw Ended(row);
        return Task.FromResult(StatusOf(row.IsPaused ? row : Change(row, row with { IsPaused = true }, StageOf(row), row.Share, "paused")));
    }, cancellationToken);

    /// <summary>Leads all traffic back to the old collection, which takes first what it lacks: nothing that was written meanwhile is lost.</summary>
    /// <param name="dropsNew">Drops the new collection.</param>
    /// <exception cref="MigrationException">It has ended.</exception>
    public Task<MigrationStatus> RollBackMigrationAsync(string? name = null, bool dropsNew = false, CancellationToken cancellationToken = default) =>
        MigrateAsync(name, async (row, stop) =>
        {
            if (StageOf(row) is MigrationStage.Completed or MigrationStage.RolledBack)
                throw Ended(row);
            if (row.New is null)
            {
                row = Change(row, row, MigrationStage.RolledBack, 0, "nothing was begun");
                await LeaveOthersAsync(row, stop).ConfigureAwait(false);
                return row;
            }
            IVectorCollection old = await RequireCurrentAsync(stop).ConfigureAwait(false);
            long taken = _changes.Count(old.Name);
            await UpdateAsync(old, reused: null, progress: null, stop).ConfigureAwait(false);
            row = Change(row, row, MigrationStage.RolledBack, 0, string.Create(CultureInfo.InvariantCulture, $"{old.Name} took {taken:N0} changes first"));
            await LeaveAsync(row, row.New!, dropsNew, stop).ConfigureAwait(false);   // ! : it was started
            await LeaveOthersAsync(row, stop).ConfigureAwait(false);
            return row;
        }, cancellationToken);

    /// <summary>Puts the new collection in the old one's place for good.</summary>
    /// <param name="dropsOld">Drops the old collection: after that there is no way back.</param>
    /// <param name="force">Does not wait until it was held as long as planned.</param>
    /// <exception cref="MigrationException">It does not hold, or not long enough.</exception>
    public Task<MigrationStatus> FinishMigrationAsync(
        string? name = null, bool dropsOld = false, bool force = false, CancellationToken cancellationToken = default) =>
        MigrateAsync(name, (row, stop) => FinishAsync(row, dropsOld, force, stop), cancellationToken);

    /// <summary>Compares every row of the new collection with what was written into it and with the records.</summary>
    /// <param name="repairs">Makes the rows that differ anew.</param>
    /// <exception cref="MigrationException">It was not started, or has ended.</exception>
    public Task<ReconcileReport> ReconcileMigrationAsync(string? name = null, bool repairs = false, CancellationToken cancellationToken = default) =>
        RunLongAsync(async stop =>
        {
            MigrationRow row = RequireMigration(name);
            if (row.New is null || StageOf(row) == MigrationStage.RolledBack)
                throw new MigrationException($"The migration {row.Name} has no collection that is written ({row.Stage}).");
            ReconcileReport report = await LockedAsync(token => ReconcileAsync(row, repairs, token), stop).ConfigureAwait(false);
            // Somebody may have gone on meanwhile: then the figures are of an earlier stage, and not written down.
            Records.ChangeMigration(row, row, StepOf(row, $"{FiguresOf(report)}{(repairs && report.Differences > 0 ? "; made anew" : "")}",
                report.Differences));
            return report;
        }, cancellationToken);

    /// <summary>How a migration stands; the one under way, or else the last.</summary>
    /// <returns>Null where there never was one, or none of that name.</returns>
    public Task<MigrationStatus?> ReadMigrationAsync(string? name = null, CancellationToken cancellationToken = default) => RunLongAsync(_ =>
        Task.FromResult((Records.ReadMigration(name) ?? (name is null ? Records.ReadLastMigration() : null)) is { } row ? StatusOf(row) : null),
        cancellationToken);

    private Task<MigrationStatus> MigrateAsync(
        string? name, Func<MigrationRow, CancellationToken, Task<MigrationRow>> work, CancellationToken cancellationToken) => RunLongAsync(async stop =>
    {
        ThrowIfReadOnly("migrate", "Migrate");
        MigrationRow row = RequireMigration(name);
        return StatusOf(await LockedAsync(token => work(row, token), stop).ConfigureAwait(false));
    }, cancellationToken);

    /// <summary>Alone: indexing waits, in all processes.</summary>
    private async Task<T> LockedAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using FileStream held = await FolderLock.TakeAsync(Path.Combine(_folder, IndexLockName), cancellationToken).ConfigureAwait(false);
        return await work(cancellationToken).ConfigureAwait(false);
    }

    private MigrationRow RequireMigration(string? name)
    {
        MigrationRow row = Records.ReadMigration(name)
            ?? throw new MigrationException(name is null ? "No migration is under way: plan one." : $"There is no migration '{name}'.");
        return row.Source == _storeName ? row : throw new MigrationException(
            $"The migration {row.Name} leads away from {(row.Source.Length == 0 ? "the embedded store" : row.Source)}: open the folder with that store.");
    }

    private static MigrationStage StageOf(MigrationRow row) => Enum.Parse<MigrationStage>(row.Stage);

    private static void Require(MigrationRow row, string what, MigrationStage stage)
    {
        if (StageOf(row) != stage)
            throw new MigrationException($"The migration {row.Name} is {row.Stage}, and is {what} when it is {stage}.");
    }

    private static MigrationException Ended(MigrationRow row) => new($"The migration {row.Name} has ended: it is {row.Stage}.");

    private MigrationStepRow StepOf(MigrationRow row, string why, long? differing = null, string? verdict = null) =>
        new(Options.Time.GetUtcNow(), row.Stage, row.Share, why, differing, verdict);

    /// <param name="differing">Rows that differed, where all were compared.</param>
    private MigrationRow Change(MigrationRow seen, MigrationRow changed, MigrationStage stage, int share, string why, long? differing = null,
        (string Store, string Collection)? uses = null, MigrationAlphaRow? alpha = null, string? verdict = null)
    {
        bool isMoved = seen.Stage != stage.ToString() || seen.Share != share;
        changed = changed with { Stage = stage.ToString(), Share = share, Since = isMoved ? Options.Time.GetUtcNow() : seen.Since };
        bool keepsPlan = changed.Plan == seen.Plan;
        while (!Records.ChangeMigration(seen, changed, StepOf(changed, why, differing, verdict), uses, alpha))
        {
            MigrationRow? now = Records.ReadMigration(seen.Name);
            if (now is null || now == seen || !keepsPlan || !IsSameButTraffic(now, seen))
                throw new MigrationException($"The migration {seen.Name} was changed by somebody else meanwhile: look at its status, and try again.");
            (seen, changed) = (now, changed with { Plan = now.Plan });
        }
        _snapshots.Require(Records.ReadSnapshot(_storeName));
        return changed;
    }

    /// <summary>Whether nothing of a migration has changed but how its traffic is divided: that may at any time, and stops nobody.</summary>
    private static bool IsSameButTraffic(MigrationRow now, MigrationRow seen) => now with { Plan = seen.Plan } == seen
        && (now.Plan == seen.Plan || WithoutTraffic(now.Plan) == WithoutTraffic(seen.Plan));

    private static string WithoutTraffic(string plan) => (MigrationPlan.Parse(plan) with { Traffic = new() }).ToJson();

    private MigrationTraffic TrafficOf(MigrationRow row)
    {
        IReadOnlyList<TrafficRow> rows = Records.ReadTraffic(row.Name, row.Since);
        return new MigrationTraffic(row.Share / (double)TrafficSplit.Buckets, Of(Variant.Old), Of(Variant.New));

        VariantTraffic Of(Variant variant) => rows.FirstOrDefault(one => one.Variant == variant.ToString()) is { } found
            ? new(found.Users, found.Requests, found.Answered) : new(0, 0, 0);
    }

    /// <summary>What the metrics say; null while no migration is under way.</summary>
    private MigrationFigures? ReadMigrationFigures()
    {
        if (Records.ReadMigration() is not { } row || row.Source != _storeName)
            return null;
        return new MigrationFigures(row.Name, row.Old is null ? 0 : Records.ChangesOf(row.Source).Count(row.Old),
            row.New is null ? 0 : Records.ChangesOf(row.Target).Count(row.New), row.Share / (double)TrafficSplit.Buckets, DivergenceOf(row));
    }

    private IEnumerable<(string What, long Count)> CountDropped() => [("impressions", _impressions.Dropped), ("shadows", _shadows?.Dropped ?? 0)];

    private long? DivergenceOf(MigrationRow row) => Records.ReadMigrationSteps(row.Name).LastOrDefault(step => step.Differing is not null)?.Differing;

    private static string FiguresOf(ReconcileReport report) => string.Create(CultureInfo.InvariantCulture, $"reconciled {report.Rows:N0} rows, "
        + $"{report.Differences:N0} differ: {report.Missing.Count:N0} missing, {report.Extra.Count:N0} extra, {report.Stale.Count:N0} stale, "
        + $"{report.Changed.Count:N0} changed, {report.Doubled.Count:N0} doubled");

    private MigrationStatus StatusOf(MigrationRow row)
    {
        MigrationStage stage = StageOf(row);
        return new MigrationStatus
        {
            Name = row.Name,
            Stage = stage,
            Share = row.Share / (double)TrafficSplit.Buckets,
            IsPaused = row.IsPaused,
            Since = row.Since,
            Old = row.Old,
            New = row.New,
            NewStore = row.Target == row.Source ? null : row.Target.Length == 0 ? "embedded" : row.Target,
            Items = Records.ItemCount,
            Pending = row.New is null ? Records.ItemCount : Records.ChangesOf(row.Target).Count(row.New),
            OldPending = row.Old is null ? 0 : Records.ChangesOf(row.Source).Count(row.Old),
            Divergence = DivergenceOf(row),
            Dropped = CountDropped().Sum(one => one.Count),
            Traffic = row.Share > 0 ? TrafficOf(row) : null,
            Rules = MigrationPlan.Parse(row.Plan).Traffic,
            Interleaved = InterleavedOf(row),
            Alphas = AlphasOf(row, stage),
            HoldsUntil = stage == MigrationStage.Holding && NextAlphaOf(row) is null ? HeldSince(row) + MigrationPlan.Parse(row.Plan).Hold : null,
            Steps = [.. Records.ReadMigrationSteps(row.Name).Select(step => new MigrationStep(step.Time, Enum.Parse<MigrationStage>(step.Stage),
                step.Share / (double)TrafficSplit.Buckets, step.Why))],
        };
    }
}

using System.Globalization;
using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>The alpha that comes next in the schedule of a migration that holds, and when; null: the last is there, or it has none.</summary>
    private (double Alpha, DateTimeOffset Due)? NextAlphaOf(MigrationRow row)
    {
        if (MigrationPlan.Parse(row.Plan).Alphas is not { } schedule)
            return null;
        int next = Records.ReadAlphas(row.Name).Count(alpha => alpha.Since is not null);
        return next < schedule.Count ? (schedule.At(next), row.Since + schedule.After(next)) : null;
    }

    /// <summary>Since when the migration has led to what it leads to last.</summary>
    private DateTimeOffset HeldSince(MigrationRow row) =>
        Records.ReadAlphas(row.Name).Max(alpha => alpha.Since) is { } last && last > row.Since ? last : row.Since;

    private IReadOnlyList<AlphaStep>? AlphasOf(MigrationRow row, MigrationStage stage)
    {
        if (MigrationPlan.Parse(row.Plan).Alphas is not { } schedule)
            return null;
        IReadOnlyList<MigrationAlphaRow> begun = Records.ReadAlphas(row.Name);
        DateTimeOffset? first = stage == MigrationStage.Holding ? row.Since : null;
        return [.. Enumerable.Range(0, schedule.Count).Select(place =>
        {
            MigrationAlphaRow? made = begun.FirstOrDefault(alpha => alpha.Place == place);
            return new AlphaStep(schedule.At(place), first + schedule.After(place), place == 0 ? first : made?.Since, made?.Collection);
        })];
    }

    /// <summary>Builds the collection of the next alpha aside, has it judged beside the one before, and puts it whole in its place, which is dropped.</summary>
    /// <remarks>Interrupted, it goes on where it was. All the while every change is written into the old collection and the one that answers.</remarks>
    /// <param name="force">Puts it there without a verdict.</param>
    private async Task<MigrationRow> NextAlphaAsync(MigrationRow row, double alpha, bool force, VerdictThresholds? thresholds, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        MigrationAlphaRow aside = Records.ReadAlphas(row.Name).FirstOrDefault(one => one.Since is null)
            ?? await LockedAsync(token => BeginAlphaAsync(row, alpha, token), cancellationToken).ConfigureAwait(false);
        MigrationRow filled = row with { New = aside.Collection };
        await FillNewAsync(filled, progress, cancellationToken).ConfigureAwait(false);
        string verdict = force ? "without a verdict, by force"
            : await JudgeAlphaAsync(row, filled, alpha, thresholds, cancellationToken).ConfigureAwait(false);
        return await LockedAsync(async token =>
        {
            ReconcileReport right = await MakeRightAsync(filled, (why, differing) => Change(row, row, MigrationStage.Holding, row.Share, why, differing), token)
                .ConfigureAwait(false);
            MigrationRow swapped = Change(row, filled, MigrationStage.Holding, row.Share, string.Create(CultureInfo.InvariantCulture,
                $"alpha {alpha}: {aside.Collection} takes the place of {row.New}; {FiguresOf(right)}; {verdict}"), right.Differences,
                alpha: aside with { Since = Options.Time.GetUtcNow() });
            await LeaveOthersAsync(swapped, token).ConfigureAwait(false);
            return swapped;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has a collection take no more changes.</summary>
    private async Task LeaveAsync(MigrationRow row, string collection, bool drops, CancellationToken cancellationToken)
    {
        StoreInUse store = _second.StoreOf(MigrationPlan.Parse(row.Plan));
        store.Changes.Unfollow(collection);
        store.Changes.LedgerOf(collection).Forget();
        if (drops)
            await store.Store.DropAsync(collection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops what the schedule has made, but for what answers: the alphas before it, also where that was cut short, and one that is built
    /// aside.</summary>
    private async Task LeaveOthersAsync(MigrationRow row, CancellationToken cancellationToken)
    {
        foreach (MigrationAlphaRow other in Records.ReadAlphas(row.Name).Where(alpha => alpha.Collection != row.New))
            await LeaveAsync(row, other.Collection, drops: true, cancellationToken).ConfigureAwait(false);
        if (Records.FindIntent(row.Target) is not null)
            await DropUnownedAsync(_second.StoreOf(MigrationPlan.Parse(row.Plan)), cancellationToken).ConfigureAwait(false);
    }

    private async Task<MigrationAlphaRow> BeginAlphaAsync(MigrationRow row, double alpha, CancellationToken cancellationToken)
    {
        IReadOnlyList<MigrationAlphaRow> begun = Records.ReadAlphas(row.Name);
        if (begun.FirstOrDefault(one => one.Since is null) is { } other)
            return other;   // somebody else was faster
        IVectorCollection now = await _second.OpenAsync(row, cancellationToken).ConfigureAwait(false);
        // The parents and their means stay those of the first alpha: what was read of the old vectors then is blended, whatever has become of their source.
        SpaceRecipe recipe = SpaceRecipe.Parse(Records.FindRecipe(now.Space.Hash)!);   // ! : the collection was opened by it
        SpaceRecipe.BlendPart blend = recipe.Blend! with { Alpha = alpha };   // ! : a plan with a schedule has old vectors
        VectorSpace space = blend.ToBlend().Space;
        Records.SaveRecipe(space.Hash, (recipe with { Blend = blend }).ToJson());
        string made = await MakeFollowedAsync(_second.StoreOf(MigrationPlan.Parse(row.Plan)), space, cancellationToken).ConfigureAwait(false);
        var aside = new MigrationAlphaRow(begun.Count, made, null);
        Change(row, row, MigrationStage.Holding, row.Share, string.Create(CultureInfo.InvariantCulture, $"alpha {alpha}: {made} was made, of {space}"),
            alpha: aside);
        return aside;
    }
}

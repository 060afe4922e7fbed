using System.Globalization;
using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;

namespace Hybrid;

public sealed partial class HybridEngine
{
    private const string HowToDeclare = "If nobody does until the migration ends, say so when you plan it (IsSourceReadOnly, --read-only-source)";

    private static void ThrowIfSourceIsOpen(MigrationPlan plan)
    {
        if (plan is { IsSourceReadOnly: false, Legacy: { } source } && source.Contains("://", StringComparison.Ordinal))
        {
            throw new MigrationException($"The old vectors in {NameOf(source)} are read once, when the migration {plan.Name} is started: what others "
                + $"write there afterwards is missed. {HowToDeclare}; or export them to a file.");
        }
    }

    /// <summary>Finds what was written into the old collection past the records, and refuses it unless that is declared to have ended.</summary>
    /// <returns>The plan, which remembers what there was.</returns>
    private async Task<MigrationPlan> DeclaredAsync(MigrationPlan plan, IVectorCollection current, CancellationToken cancellationToken)
    {
        PastWrites found = await PastWrites.FindAsync(current, Records, _changes, cancellationToken).ConfigureAwait(false);
        if (found.Count > 0 && !plan.IsSourceReadOnly)
        {
            throw new MigrationException(string.Create(CultureInfo.InvariantCulture, $"{found.Count:N0} rows of {current.Name} were written past the records, "
                + $"such as '{found.First}': the new collection would not have them. Import them, or have `hybrid index --verify` take them away. "
                + $"{HowToDeclare}: they then stay behind."));
        }
        return plan with { PastRecords = $"{found.Sum:x32}" };
    }

    /// <summary>Looks whether what was to be left alone still is as it was when the migration was started.</summary>
    private async Task ThrowIfSourceHasChangedAsync(MigrationRow row, CancellationToken cancellationToken)
    {
        MigrationPlan plan = MigrationPlan.Parse(row.Plan);
        // One that an earlier Hybrid has started does not know what there was.
        if (plan.PastRecords.Length > 0)
        {
            IVectorCollection old = await RequireCurrentAsync(cancellationToken).ConfigureAwait(false);
            PastWrites found = await PastWrites.FindAsync(old, Records, _changes, cancellationToken).ConfigureAwait(false);
            if ($"{found.Sum:x32}" != plan.PastRecords)
            {
                throw new MigrationException($"Somebody has written {old.Name} past the records since the migration {row.Name} was started, "
                    + $"{(found.Count == 0 ? "and taken rows away" : $"such as '{found.First}'")}: the new collection does not have it. Have it go through the "
                    + "records, run `hybrid index --verify`, and go on.");
            }
        }
        if (plan is { IsSourceReadOnly: true, Legacy: { } source }
            && SpaceRecipe.Parse(Records.FindRecipe((await _second.OpenAsync(row, cancellationToken).ConfigureAwait(false)).Space.Hash)!).Blend is { } blend
            && LegacyImport.HashOf(ReadLegacy(source, plan, cancellationToken), cancellationToken) != blend.Legacy.Hash)   // ! : it was opened by it
        {
            throw new MigrationException($"The old vectors in {NameOf(source)} have changed since the migration {row.Name} was started, and were declared "
                + "to be read only: roll it back, and begin anew when nobody writes them.");
        }
    }
}

using Hybrid.Upkeep.Migration;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;
using Variant = Hybrid.Recommending.Variant;

namespace Hybrid.Tests.Upkeep;

/// <summary>A feature of Microsoft.FeatureManagement that is on for those whom the new collection of a migration answers: a sample to copy.</summary>
/// <remarks>Of a user's groups the first that the migration leads over by a share of its own is their segment; queries name the same.</remarks>
[FilterAlias("Hybrid.Migration")]
public sealed class MigrationFeatureFilter(HybridEngine engine) : IContextualFeatureFilter<ITargetingContext>
{
    public async Task<bool> EvaluateAsync(FeatureFilterEvaluationContext featureFilterContext, ITargetingContext appContext)
    {
        MigrationStatus? status = await engine.ReadMigrationAsync(cancellationToken: featureFilterContext.CancellationToken);
        if (status is not { Stage: >= MigrationStage.Shadowing and <= MigrationStage.Holding })
            return status is { Stage: MigrationStage.Completed };
        var split = new TrafficSplit(status.Name, status.Share, segments: status.Rules.Segments);
        return appContext.UserId is { } user && split.Of(user, appContext.Groups?.FirstOrDefault(status.Rules.Segments.ContainsKey)) == Variant.New;
    }
}

using System.Globalization;
using Hybrid.Tests.Engine;
using Hybrid.Upkeep.Migration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;
using Variant = Hybrid.Recommending.Variant;

namespace Hybrid.Tests.Upkeep;

public sealed class MigrationFeatureFilterTests : IDisposable
{
    private const string Feature = "new-look";

    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_feature_is_on_for_those_whom_the_new_collection_answers()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await using ServiceProvider services = Services(engine);
        IFeatureManager features = services.GetRequiredService<IFeatureManager>();
        Assert.False(await features.IsEnabledAsync(Feature, new TargetingContext { UserId = "7" }));
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "shorter", Dimension = 128 }, Token);
        MigrationStatus status = await engine.StartMigrationAsync(cancellationToken: Token);
        Assert.False(await features.IsEnabledAsync(Feature, new TargetingContext { UserId = "7" }));
        while (status.Share < .25)
            status = await engine.NextMigrationAsync(force: true, cancellationToken: Token);
        await engine.DivideTrafficAsync(new TrafficRules { Segments = new Dictionary<string, double> { ["staff"] = 1 } }, cancellationToken: Token);
        int on = 0;
        foreach (string user in Enumerable.Range(0, 60).Select(i => i.ToString(CultureInfo.InvariantCulture)))
        {
            foreach (string[] groups in (string[][])[[], ["buyers", "staff"]])
            {
                bool isOn = await features.IsEnabledAsync(Feature, new TargetingContext { UserId = user, Groups = groups });
                var query = new SearchQuery { Text = "kettle", Count = 1, User = user, Segment = groups.LastOrDefault() };
                Assert.Equal((await engine.SearchAsync(query, Token))[0].Origin?.Variant == Variant.New, isOn);
                on += isOn ? 1 : 0;
            }
        }
        Assert.InRange(on, 61, 119);
        Assert.False(await features.IsEnabledAsync(Feature, new TargetingContext()));

        while (status.Stage != MigrationStage.Completed)
            status = await engine.NextMigrationAsync(force: true, cancellationToken: Token);
        Assert.True(await features.IsEnabledAsync(Feature, new TargetingContext { UserId = "7" }));
    }

    private static ServiceProvider Services(HybridEngine engine)
    {
        var services = new ServiceCollection();
        services.AddSingleton(engine);
        services.AddFeatureManagement(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["feature_management:feature_flags:0:id"] = Feature,
            ["feature_management:feature_flags:0:enabled"] = "true",
            ["feature_management:feature_flags:0:conditions:client_filters:0:name"] = "Hybrid.Migration",
        }).Build()).AddFeatureFilter<MigrationFeatureFilter>();
        return services.BuildServiceProvider();
    }
}

using System.Globalization;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending;
using Hybrid.Tests.Engine;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>Migrations from one embedded store to another, and within one, while either side fails.</summary>
/// <remarks>8 faults each; HYBRID_FAULTS=200 asks for more, HYBRID_SEED for others.</remarks>
public sealed class MigrationFaultTests : IDisposable
{
    private static readonly int Faults = int.Parse(Environment.GetEnvironmentVariable("HYBRID_FAULTS") ?? "8", CultureInfo.InvariantCulture);
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("HYBRID_SEED") ?? "1", CultureInfo.InvariantCulture);

    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_sides_hold_what_was_acknowledged_whatever_fails(bool isSame)
    {
        await using IVectorStore source = Open("source"), other = Open("target");
        await using var campaign = new FaultCampaign(_shop.Options with { ModelPath = null }, Full, source, isSame ? source : other, Seed);
        await campaign.RunAsync(Faults, Token);
        TestContext.Current.SendDiagnosticMessage($"{campaign.Faults} faults, {campaign.Hits} calls hit, {campaign.Ended} migrations ended");
        Assert.Equal(Faults, campaign.Faults);
    }

    [Fact]
    public async Task What_a_server_answers_of_a_collection_while_it_is_dropped_is_asked_again_of_the_one_that_answers_now()
    {
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        await using IVectorStore inner = Open("target");
        var target = new FaultyStore(inner);
        await using HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options with
        {
            OtherStore = _ => new ExternalStore("target", (_, _) => Task.FromResult<IVectorStore>(target)),
        }, cancellationToken: Token);
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "away", Store = "target" }, Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        while ((await engine.NextMigrationAsync(force: true, cancellationToken: Token)).Share < 1)
        {
        }
        var query = new SearchQuery { Item = "P4", Count = 3 };
        Assert.Equal(Variant.New, (await engine.SearchAsync(query, Token))[0].Origin?.Variant);

        Task begun = target.Arm(StoreFault.Emptied, afterCalls: 0);
        Task<IReadOnlyList<SearchResult>> asked = engine.SearchAsync(query, Token);
        await begun;
        await engine.RollBackMigrationAsync(dropsNew: true, cancellationToken: Token);
        target.Heal();

        IReadOnlyList<SearchResult> found = await asked;
        Assert.Equal((3, Variant.Old), (found.Count, found[0].Origin?.Variant));
    }

    private static HybridOptions Full(HybridOptions options) => options with { MostRecordPages = 1 };

    private EmbeddedVectorStore Open(string name)
    {
        Directory.CreateDirectory(_shop.File(name));
        return EmbeddedVectorStore.Open(Path.Combine(_shop.File(name), "vectors.db"));
    }
}

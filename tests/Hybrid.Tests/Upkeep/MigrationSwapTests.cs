using System.Globalization;
using Hybrid.Recommending;
using Hybrid.Tests.Encoding;
using Hybrid.Tests.Engine;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>No answer mixes two spaces, however often what answers is swapped under those who ask.</summary>
/// <remarks>HYBRID_REQUESTS=1000000 asks for more than CI does; there are about nine swaps to a round.</remarks>
public sealed class MigrationSwapTests : IDisposable
{
    private static readonly long Requests = long.Parse(Environment.GetEnvironmentVariable("HYBRID_REQUESTS") ?? "2000", CultureInfo.InvariantCulture);

    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Every_answer_is_that_of_one_collection_and_its_own_encoder_while_shares_ways_back_and_ends_swap_them()
    {
        // The first goes over to the other encoder for good, under a name of it, so that the engine below need not name one.
        await using (HybridEngine before = await _shop.OpenIndexedAsync())
        {
            await before.PlanMigrationAsync(new MigrationPlan { Name = "first", Encoder = E5.Folder }, Token);
            await before.StartMigrationAsync(cancellationToken: Token);
            while ((await before.NextMigrationAsync(force: true, cancellationToken: Token)).Stage != MigrationStage.Completed)
            {
            }
        }
        await using HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options with { ModelPath = null }, cancellationToken: Token);
        // Of three rounds two are finished and one is rolled back: each begins where the one before has ended.
        int at = 0;
        var campaign = new SwapCampaign(engine, round => new MigrationPlan { Name = $"round_{round}", Encoder = at % 2 == 0 ? MiniLm.Folder : E5.Folder },
            round =>
            {
                bool isFinished = round % 3 != 1;
                at += isFinished ? 1 : 0;
                return isFinished;
            })
        {
            Texts = ["noise-cancelling headphones", "coffee", "phone charger", "party"],
            Items = ["P1", "P4", "K1", "K3"],
        };

        await campaign.RunAsync(Requests, swaps: Requests > 100_000 ? 100 : 16, Token);

        TestContext.Current.SendDiagnosticMessage($"{campaign.Requests:N0} requests over {campaign.Swaps:N0} swaps");
        Assert.All(new[] { Variant.Old, Variant.New }, side => Assert.InRange(campaign.By.GetValueOrDefault(side), 50, long.MaxValue));
    }
}

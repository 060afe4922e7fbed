using System.Globalization;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Tests.Engine;

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

    private static HybridOptions Full(HybridOptions options) => options with { MostRecordPages = 1 };

    private EmbeddedVectorStore Open(string name)
    {
        Directory.CreateDirectory(_shop.File(name));
        return EmbeddedVectorStore.Open(Path.Combine(_shop.File(name), "vectors.db"));
    }
}

using System.Globalization;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Milvus.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hybrid.Milvus.Tests.Faults;

/// <summary>Migrations into a server, out of it, and within it, while either side fails.</summary>
/// <remarks>4 faults each; HYBRID_FAULTS=200 asks for more, HYBRID_SEED for others.</remarks>
public sealed class MigrationFaultTests(MilvusServer server) : IDisposable
{
    private static readonly int Faults = int.Parse(Environment.GetEnvironmentVariable("HYBRID_FAULTS") ?? "4", CultureInfo.InvariantCulture);
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("HYBRID_SEED") ?? "1", CultureInfo.InvariantCulture);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-faults-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("in")]
    [InlineData("out")]
    [InlineData("within")]
    public async Task Both_sides_hold_what_was_acknowledged_whatever_fails(string direction)
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        ExternalStore external = MilvusStoreOptions.Parse($"milvus://{database.Endpoint.Authority}/{database.Name}").ToExternalStore();
        await using IVectorStore there = await external.OpenAsync(NullLoggerFactory.Instance, Token);
        await using IVectorStore here = EmbeddedVectorStore.Open(Path.Combine(_folder.FullName, "vectors.db"));
        var options = new HybridOptions { DataPath = Path.Combine(_folder.FullName, "data") };
        await using var campaign = new FaultCampaign(options, Full, direction == "in" ? here : there, direction == "out" ? here : there, Seed);
        await campaign.RunAsync(Faults, Token);
        TestContext.Current.SendDiagnosticMessage($"{direction}: {campaign.Faults} faults, {campaign.Hits} calls hit, {campaign.Ended} migrations ended");
        Assert.Equal(Faults, campaign.Faults);
    }

    private static HybridOptions Full(HybridOptions options) => options with { MostRecordPages = 1 };
}

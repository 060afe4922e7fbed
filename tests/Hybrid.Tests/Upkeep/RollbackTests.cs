using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Tests.Encoding;
using Hybrid.Tests.Engine;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>The way back from a collection that has answered everything, after ten thousand writes.</summary>
public sealed class RollbackTests : IDisposable
{
    private readonly Shop _shop = new();
    private readonly TinyModel _first = new(), _second = new();

    public RollbackTests() => _second.Pool("max_tokens");

    public void Dispose()
    {
        _shop.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Theory]
    [InlineData(MigrationStage.Ramping)]
    [InlineData(MigrationStage.Holding)]
    public async Task After_ten_thousand_writes_the_old_collection_is_what_the_new_one_was(MigrationStage stage)
    {
        await using HybridEngine engine = await HybridEngine.OpenAsync(
            _shop.Options with { ModelPath = _first.Folder }, cancellationToken: TestContext.Current.CancellationToken);
        using TextEncoder encoder = TextEncoder.Load(_second.Folder);
        var campaign = new RollbackCampaign(engine, new MigrationPlan { Name = "max", Encoder = _second.Folder }, async (made, token) =>
        {
            IVectorCollection collection = await engine.Store.OpenAsync(made, cancellationToken: token);
            await new CatalogIndexer(encoder, ItemTextTemplate.Default).UpdateAsync(collection, engine.Records, cancellationToken: token);
            return collection;
        });
        await campaign.RunAsync(stage, TestContext.Current.CancellationToken);
    }
}

using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hybrid.Tests.Recommending;

public sealed class HybridDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddHybrid_gives_a_host_the_recommender_over_an_indexed_folder()
    {
        HybridOptions options = await IndexedAsync();
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Services.AddHybrid(options);
        using IHost host = builder.Build();

        IReadOnlyList<Recommendation> found = await host.Services.GetRequiredService<HybridRecommender>().RecommendAsync("lamp", 1, cancellationToken: Token);
        Embedding<float> vector = await host.Services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>().GenerateAsync("lamp", cancellationToken: Token);

        Assert.Equal("P1", found[0].Item);
        Assert.Equal(384, vector.Vector.Length);
        Assert.Equal("products@1", Assert.Single(await host.Services.GetRequiredService<IVectorStore>().ListAsync(Token)).Name);
    }

    [Fact]
    public async Task A_folder_that_is_not_indexed_says_what_to_do()
    {
        await using HybridData data = HybridData.Open(new HybridOptions { DataPath = _folder.Path });
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => data.OpenRecommenderAsync(Token));
        Assert.Contains("`hybrid index`", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("`hybrid import --events events.csv`", Assert.Throws<InvalidOperationException>(() => data.Train(cancellationToken: Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_template_encodes_everything_into_a_new_version_and_keeps_one_old_one()
    {
        HybridOptions options = await IndexedAsync();
        foreach ((string template, string version) in ((string, string)[])[("{title}", "products@2"), ("{title} {category}", "products@3")])
        {
            await using HybridData data = HybridData.Open(options with { Template = new ItemTextTemplate(template) });
            await Assert.ThrowsAsync<VectorStoreException>(() => data.OpenItemsAsync(Token));
            IndexReport report = await data.IndexAsync(cancellationToken: Token);
            Assert.Equal((version, 2L, 0L), (report.Collection, report.Encoded, report.Unchanged));
            Assert.Equal(version, (await data.OpenItemsAsync(Token)).Name);
        }
        await using HybridData last = HybridData.Open(options);
        Assert.Equal(["products@2", "products@3"], (await last.Store.ListAsync(Token)).Select(c => c.Name));
    }

    [Fact]
    public async Task An_import_of_which_nothing_can_be_used_changes_nothing()
    {
        HybridOptions options = await IndexedAsync();
        await File.WriteAllTextAsync(_folder.File("bad.csv"), "id,title\n,x\n,y\n", Token);
        await using HybridData data = HybridData.Open(options);
        var refusal = Assert.Throws<DataFileException>(() => data.Import(new ImportRequest { Items = [_folder.File("bad.csv")] }, cancellationToken: Token));
        Assert.Contains("none of its rows can be used", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, data.Catalog.ItemCount);
    }

    private async Task<HybridOptions> IndexedAsync()
    {
        await File.WriteAllTextAsync(_folder.File("items.csv"), "id,title,category\nP1,Table lamp,home\nP2,Garden hose,garden\n", Token);
        var options = new HybridOptions { DataPath = _folder.File("data") };
        await using HybridData data = HybridData.Open(options);
        data.Import(new ImportRequest { Items = [_folder.File("items.csv")] }, cancellationToken: Token);
        await data.IndexAsync(cancellationToken: Token);
        return options;
    }
}

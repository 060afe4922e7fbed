using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Engine;

/// <summary>Which model encodes: the one that is asked for, or else the one that the collection was made with.</summary>
public sealed class EngineModelTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_collection_is_searched_and_kept_up_with_the_model_that_it_was_made_with()
    {
        await MakeAsync(E5.Name);
        await using HybridEngine engine = await OpenAsync(null);
        Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("降噪耳机", 1, Token))[0]);
        Assert.Equal(E5.Name, engine.Encoder.Manifest.Name);

        await engine.AddAsync(Shop.Product("NEW", "儿童绘本"), Token);
        Assert.Equal(("products@1", 1), await IndexAsync(engine));
        Assert.Equal("NEW", Shop.Ids(await engine.SearchAsync("a picture book for children", 1, Token))[0]);
        Assert.Equal(E5.Name, (await engine.OpenItemsAsync(Token)).Space.Model);
    }

    [Fact]
    public async Task What_is_indexed_first_has_the_default_model()
    {
        await MakeAsync(null);
        await using HybridEngine engine = await OpenAsync(null);
        Assert.Equal(ModelFolder.DefaultName, (await engine.OpenItemsAsync(Token)).Space.Model);
    }

    [Fact]
    public async Task An_engine_follows_a_collection_that_another_makes_with_another_model()
    {
        await MakeAsync(null);
        await using HybridEngine engine = await OpenAsync(null);
        Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("noise-cancelling headphones", 1, Token))[0]);
        await MakeAsync(E5.Name);
        Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("降噪耳机", 1, Token))[0]);
        Assert.Equal(("products@2", E5.Name), ((await engine.OpenItemsAsync(Token)).Name, engine.Encoder.Manifest.Name));
    }

    [Fact]
    public async Task Another_model_than_the_collections_is_refused_with_both_named()
    {
        await MakeAsync(E5.Name);
        await using HybridEngine engine = await OpenAsync(MiniLm.Name);
        NotReadyException refusal = await Assert.ThrowsAsync<NotReadyException>(() => engine.SearchAsync("tablet", cancellationToken: Token));
        Assert.Equal(NotReadyReason.OtherSpace, refusal.Reason);
        Assert.Contains(E5.Name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(MiniLm.Name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collection_whose_model_is_not_beside_the_program_says_so_until_the_folder_is_given()
    {
        string folder = Directory.CreateDirectory(_shop.File("own-model")).FullName;
        foreach (string file in Directory.EnumerateFiles(MiniLm.Folder))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        string manifest = Path.Combine(folder, ModelManifest.FileName);
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"all-MiniLM-L6-v2\"", "\"own-model\"", StringComparison.Ordinal));
        await MakeAsync(folder);

        await using HybridEngine engine = await OpenAsync(null);
        const string Refusal = "own-model: the index was made with this model, and it is not beside this program. Give its folder as the model, or index "
            + "with another one.";
        Assert.Equal(Refusal, (await Assert.ThrowsAsync<ModelException>(() => engine.SearchAsync("tablet", cancellationToken: Token))).Message);
        Assert.Equal(Refusal, (await Assert.ThrowsAsync<ModelException>(() => engine.IndexAsync(cancellationToken: Token))).Message);
        await using HybridEngine told = await OpenAsync(folder);
        Assert.NotEmpty(await told.SearchAsync("tablet", cancellationToken: Token));
    }

    private async Task MakeAsync(string? model)
    {
        await using HybridEngine engine = await OpenAsync(model);
        await engine.AddAsync(Shop.Items, Token);
        await engine.IndexAsync(cancellationToken: Token);
    }

    private static async Task<(string, long)> IndexAsync(HybridEngine engine)
    {
        IndexReport report = await engine.IndexAsync(cancellationToken: Token);
        return (report.Collection, report.Encoded);
    }

    private Task<HybridEngine> OpenAsync(string? model) => HybridEngine.OpenAsync(_shop.Options with { ModelPath = model }, cancellationToken: Token);
}

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

    [Fact]
    public async Task A_collection_of_the_first_floats_alone_is_searched_and_kept_up_so_until_another_number_is_asked_for()
    {
        await using (HybridEngine some = await HybridEngine.OpenAsync(_shop.Options with { Dimension = 256 }, cancellationToken: Token))
        {
            await some.AddAsync(Shop.Items, Token);
            await some.IndexAsync(cancellationToken: Token);
            Assert.Equal(256, (await some.OpenItemsAsync(Token)).Space.Dimension);
        }
        await using (HybridEngine engine = await OpenAsync(null))
        {
            Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("noise-cancelling headphones", 1, Token))[0]);
            Assert.Equal(("products@1", 0), await IndexAsync(engine));
            Assert.Equal(256, engine.Encoder.Dimension);
        }
        await using HybridEngine whole = await HybridEngine.OpenAsync(_shop.Options with { Dimension = 384 }, cancellationToken: Token);
        Assert.Equal(NotReadyReason.OtherSpace,
            (await Assert.ThrowsAsync<NotReadyException>(() => whole.SearchAsync("tablet", cancellationToken: Token))).Reason);
        Assert.Equal("products@2", (await IndexAsync(whole)).Item1);
        Assert.Equal(384, (await whole.OpenItemsAsync(Token)).Space.Dimension);
    }

    [Fact]
    public async Task A_model_without_manifest_is_one_as_well_and_stays_the_same_when_it_gets_one()
    {
        using TinyModel tiny = new();
        await MakeAsync(tiny.Folder);
        Assert.True(ModelCheck.Run(tiny.Folder).IsNew);
        await using HybridEngine engine = await OpenAsync(tiny.Folder);
        Assert.NotEmpty(await engine.SearchAsync("tablet", cancellationToken: Token));
        Assert.Equal(("products@1", 0), await IndexAsync(engine));
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

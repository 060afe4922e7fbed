using Hybrid.Indexing;
using Hybrid.Vectors;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Contracts;

/// <summary>What every <see cref="IVectorStore"/> promises of its collections' names. One derived class per store; <see cref="VectorCollectionContract"/>
/// has the rest.</summary>
public abstract class VectorStoreContract(IEmptyStores stores) : StoreContract(stores)
{
    private static readonly VectorSpace Flat = Space(2);

    [Fact]
    public async Task A_name_gets_the_versions_1_2_3_and_each_name_has_its_own()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        Assert.Equal("products@1", (await store.CreateAsync("products", Flat, Token)).Name);
        Assert.Equal("products@2", (await store.CreateAsync("products", Flat, Token)).Name);
        Assert.Equal("songs@1", (await store.CreateAsync("songs", Flat, Token)).Name);
    }

    [Fact]
    public async Task The_version_of_a_dropped_collection_is_not_given_again()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        await store.CreateAsync("products", Flat, Token);
        await store.CreateAsync("products", Flat, Token);
        await store.DropAsync("products@2", Token);
        Assert.Equal("products@3", (await store.CreateAsync("products", Flat, Token)).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3d")]
    [InlineData("products@1")]
    [InlineData("my products")]
    [InlineData("产品")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234x")]
    public async Task What_is_not_a_name_is_refused_for_collections_and_aliases(string name)
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection there = await store.CreateAsync("products", Flat, Token);
        ArgumentException refusal = await Assert.ThrowsAsync<ArgumentException>(() => store.CreateAsync(name, Flat, Token));
        Assert.Contains($"'{name}' is not a name: use 1 to 64 of A-Z a-z 0-9 _, not beginning with a digit.", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => store.SetAliasAsync(name, there.Name, Token));
    }

    [Theory]
    [InlineData("p")]
    [InlineData("_Products_2")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123x")]
    public async Task A_name_has_1_to_64_letters_digits_and_underscores(string name)
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection made = await store.CreateAsync(name, Flat, Token);
        Assert.Equal($"{name}@1", made.Name);
        Assert.Equal(Flat, made.Space);
        Assert.Equal(0, await made.CountAsync(Token));
    }

    [Fact]
    public async Task A_collection_is_the_same_object_by_its_name_and_by_its_alias()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection made = await store.CreateAsync("products", Flat, Token);
        await store.SetAliasAsync("shop", "products@1", Token);
        Assert.Same(made, await store.OpenAsync("products@1", cancellationToken: Token));
        Assert.Same(made, await store.OpenAsync("shop", Flat, Token));
    }

    [Fact]
    public async Task A_base_name_opens_nothing_until_an_alias_of_that_name_is_set()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection made = await store.CreateAsync("products", Flat, Token);
        await Assert.ThrowsAsync<VectorStoreException>(() => store.OpenAsync("products", cancellationToken: Token));
        await store.SetAliasAsync("products", made.Name, Token);
        Assert.Same(made, await store.OpenAsync("products", cancellationToken: Token));
    }

    [Fact]
    public async Task An_alias_that_is_set_again_leads_to_the_new_collection_alone()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        await store.CreateAsync("products", Flat, Token);
        IVectorCollection second = await store.CreateAsync("products", Flat, Token);
        await store.SetAliasAsync("products", "products@1", Token);
        await store.SetAliasAsync("products", "products@2", Token);
        Assert.Same(second, await store.OpenAsync("products", cancellationToken: Token));
        IReadOnlyList<CollectionInfo> list = await store.ListAsync(Token);
        Assert.Equal([[], ["products"]], list.Select(c => c.Aliases));
    }

    [Theory]
    [InlineData("products@2")]
    [InlineData("shop")]
    [InlineData("products@01")]
    [InlineData("@1")]
    public async Task An_alias_cannot_lead_to_what_is_not_a_collection(string target)
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection made = await store.CreateAsync("products", Flat, Token);
        await store.SetAliasAsync("shop", made.Name, Token);
        VectorStoreException refusal = await Assert.ThrowsAsync<VectorStoreException>(() => store.SetAliasAsync("shop", target, Token));
        Assert.Contains($"'{target}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("products@1", refusal.Message, StringComparison.Ordinal);
        Assert.False(refusal.IsTransient);
        Assert.Same(made, await store.OpenAsync("shop", cancellationToken: Token));
    }

    [Fact]
    public async Task A_name_and_an_alias_resolve_to_the_collection_that_they_lead_to_now()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        Assert.Null(await store.ResolveAsync("products", Token));
        await store.CreateAsync("products", Flat, Token);
        await store.CreateAsync("products", Flat, Token);
        Assert.Null(await store.ResolveAsync("products", Token));
        Assert.Equal("products@2", await store.ResolveAsync("products@2", Token));
        foreach (string there in (string[])["products@1", "products@2"])
        {
            await store.SetAliasAsync("products", there, Token);
            Assert.Equal(there, await store.ResolveAsync("products", Token));
        }
        await store.DropAsync("products@1", Token);
        foreach (string nowhere in (string[])["products@1", "products@3", "shop", "products@02", "", "@", "no name at all"])
            Assert.Null(await store.ResolveAsync(nowhere, Token));
    }

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(32_769)]
    [InlineData(int.MaxValue)]
    public async Task A_dimension_that_cannot_be_is_refused_before_anything_is_made(int dimension)
    {
        await using IVectorStore store = await OpenEmptyAsync();
        var refusal = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.CreateAsync("products", Flat with { Dimension = dimension }, Token));
        Assert.Contains("1 to 32768", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(dimension, refusal.ActualValue);
        Assert.Empty(await store.ListAsync(Token));
        Assert.Equal("products@1", (await store.CreateAsync("products", Flat, Token)).Name);
    }

    [Fact]
    public async Task The_widest_vectors_are_kept_and_found()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(32_768), Token);
        float[] wide = Draw(new Random(2), 32_768);
        await collection.UpsertAsync(Batch(("A", wide)), Token);
        Assert.Equal(wide, (await collection.GetAsync(["A"], cancellationToken: Token))["A"].Vector.ToArray());
        Assert.Equal(1, Assert.Single(await collection.SearchAsync(wide, 1, cancellationToken: Token)).Score, tolerance: 1e-5);
    }

    [Fact]
    public async Task An_unknown_name_is_answered_with_what_there_is()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        VectorStoreException empty = await Assert.ThrowsAsync<VectorStoreException>(() => store.OpenAsync("products", cancellationToken: Token));
        Assert.Contains(
            "there is no collection or alias 'products'. The store has no collections yet: index some items first.", empty.Message, StringComparison.Ordinal);
        Assert.True(empty.IsGone);

        await store.CreateAsync("products", Flat, Token);
        await store.CreateAsync("products", Flat, Token);
        await store.SetAliasAsync("shop", "products@2", Token);
        VectorStoreException refusal = await Assert.ThrowsAsync<VectorStoreException>(() => store.OpenAsync("product", cancellationToken: Token));
        Assert.Contains("there is no collection or alias 'product'. There are: products@1, products@2 (shop).", refusal.Message, StringComparison.Ordinal);
        Assert.True(refusal.IsGone);
    }

    [Fact]
    public async Task A_collection_is_refused_to_another_space_and_both_are_named()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        var written = new VectorSpace("all-MiniLM-L6-v2", new string('a', 64), 2, VectorSpaceKind.Text, "{title}");
        await store.CreateAsync("products", written, Token);
        VectorSpace[] others =
        [
            written with { Model = "multilingual-e5-small" }, written with { Hash = new string('b', 64) }, written with { Dimension = 3 },
            written with { Kind = VectorSpaceKind.Behavior }, written with { Template = "{title}. {text}" },
        ];
        foreach (VectorSpace other in others)
        {
            VectorStoreException refusal = await Assert.ThrowsAsync<VectorStoreException>(() => store.OpenAsync("products@1", other, Token));
            Assert.Contains(written.ToString(), refusal.Message, StringComparison.Ordinal);
            Assert.Contains(other.ToString(), refusal.Message, StringComparison.Ordinal);
            Assert.False(refusal.IsTransient || refusal.IsGone);
        }
        Assert.Equal(written, (await store.OpenAsync("products@1", cancellationToken: Token)).Space);
    }

    [Fact]
    public async Task Collections_are_listed_by_name_and_then_by_version_as_a_number()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        Assert.Empty(await store.ListAsync(Token));
        IVectorCollection song = await store.CreateAsync("songs", Flat, Token);
        for (int i = 0; i < 11; i++)
            await store.CreateAsync("books", Space(3), Token);
        await song.UpsertAsync(Batch(("A", At(0)), ("B", At(1))), Token);
        await store.SetAliasAsync("b", "songs@1", Token);
        await store.SetAliasAsync("B", "songs@1", Token);

        IReadOnlyList<CollectionInfo> list = await store.ListAsync(Token);
        Assert.Equal([.. Enumerable.Range(1, 11).Select(v => $"books@{v}"), "songs@1"], list.Select(c => c.Name));
        Assert.Equal([.. Enumerable.Repeat(Space(3), 11), Flat], list.Select(c => c.Space));
        Assert.Equal(2, list[^1].Count);
        Assert.Equal(0, list[0].Count);
        Assert.Equal(["B", "b"], list[^1].Aliases);
    }

    [Fact]
    public async Task A_dropped_collection_is_gone_and_the_others_are_not()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection first = await store.CreateAsync("products", Flat, Token);
        IVectorCollection second = await store.CreateAsync("products", Flat, Token);
        await first.UpsertAsync(Batch(("A", At(0))), Token);
        await second.UpsertAsync(Batch(("A", At(0))), Token);
        await store.DropAsync("products@1", Token);
        Assert.Equal(["products@2"], (await store.ListAsync(Token)).Select(c => c.Name));
        Assert.True((await Assert.ThrowsAsync<VectorStoreException>(() => store.OpenAsync("products@1", cancellationToken: Token))).IsGone);
        Assert.Equal(1, await second.CountAsync(Token));
        Func<Task>[] uses =
        [
            () => first.SearchAsync(At(0), 1, cancellationToken: Token), () => first.UpsertAsync(Batch(("B", At(0))), Token), () =>
                first.RemoveAsync(["A"], Token),
            () => first.GetAsync(["A"], cancellationToken: Token), () => first.ReadAllAsync(cancellationToken: Token), () => first.CountAsync(Token),
            () => first.BuildIndexAsync(Token), () => first.DescribeIndexAsync(Token),
        ];
        foreach (Func<Task> use in uses)
        {
            VectorStoreException gone = await Assert.ThrowsAsync<VectorStoreException>(use);
            Assert.True(gone.IsGone);
            Assert.Contains("products@1 has been dropped", gone.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Dropping_what_is_not_there_does_nothing()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        await store.CreateAsync("products", Flat, Token);
        foreach (string name in (string[])["products@2", "songs@1", "products", "no name at all", ""])
            await store.DropAsync(name, Token);
        Assert.Single(await store.ListAsync(Token));
    }

    [Fact]
    public async Task A_collection_is_not_dropped_while_aliases_lead_to_it()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        await store.CreateAsync("products", Flat, Token);
        await store.CreateAsync("products", Flat, Token);
        await store.SetAliasAsync("shop", "products@1", Token);
        await store.SetAliasAsync("app", "products@1", Token);
        VectorStoreException refusal = await Assert.ThrowsAsync<VectorStoreException>(() => store.DropAsync("products@1", Token));
        Assert.Contains("drop products@1 failed: these aliases still lead to it: app, shop. Point them at another collection first.", refusal.Message,
            StringComparison.Ordinal);
        await store.SetAliasAsync("shop", "products@2", Token);
        await store.SetAliasAsync("app", "products@2", Token);
        await store.DropAsync("products@1", Token);
        Assert.Single(await store.ListAsync(Token));
    }

    [Fact]
    public async Task Collections_do_not_share_items()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection text = await store.CreateAsync("text", Flat, Token);
        IVectorCollection taste = await store.CreateAsync("taste", Flat, Token);
        await text.UpsertAsync(Batch(("A", At(0)), ("B", At(90))), Token);
        await taste.UpsertAsync(Batch(("A", At(90))), Token);
        await text.RemoveAsync(["B"], Token);
        Assert.Equal([At(0)], (await text.GetAsync(["A", "B"], cancellationToken: Token)).Values.Select(v => v.Vector.ToArray()));
        Assert.Equal([At(90)], (await taste.GetAsync(["A", "B"], cancellationToken: Token)).Values.Select(v => v.Vector.ToArray()));
    }

    [Fact]
    public async Task Collections_made_at_once_have_different_versions()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection[] made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.CreateAsync("products", Flat, Token)));
        Assert.Equal(Enumerable.Range(1, 8).Select(v => $"products@{v}"), made.Select(c => c.Name).Order(StringComparer.Ordinal));
    }
    [Fact]
    public async Task A_closed_store_and_its_collections_refuse_every_call_and_closing_again_does_nothing()
    {
        IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Flat, Token);
        await collection.UpsertAsync(Batch(("A", At(0))), Token);
        await store.DisposeAsync();
        await store.DisposeAsync();
        Func<Task>[] calls =
        [
            () => store.CreateAsync("more", Flat, Token), () => store.OpenAsync("products@1", cancellationToken: Token), () =>
                store.ResolveAsync("products@1", Token),
            () => store.ListAsync(Token), () => store.SetAliasAsync("shop", "products@1", Token), () => store.DropAsync("products@1", Token),
            () => collection.CountAsync(Token), () => collection.UpsertAsync(Batch(("B", At(0))), Token), () => collection.RemoveAsync(["A"], Token),
            () => collection.GetAsync(["A"], cancellationToken: Token), () => collection.ReadAllAsync(cancellationToken: Token),
            () => collection.SearchAsync(At(0), 1, cancellationToken: Token), () => collection.BuildIndexAsync(Token), () =>
                collection.DescribeIndexAsync(Token),
        ];
        foreach (Func<Task> call in calls)
            await Assert.ThrowsAsync<ObjectDisposedException>(call);
    }
}

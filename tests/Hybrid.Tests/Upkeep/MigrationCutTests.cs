using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Tests.Engine;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>A migration whose start is cut at any call of the store leaves no collection that nobody knows of.</summary>
public sealed class MigrationCutTests : IDisposable
{
    /// <summary>More than a start has.</summary>
    private const int Calls = 12;

    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task What_a_start_had_made_when_it_was_cut_is_taken_by_the_next_one_or_dropped_by_the_way_back(bool isFollowed, bool rollsBack)
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(":memory:");
        await using var faulty = new FaultyStore(store);
        await using (HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options, faulty, cancellationToken: Token))
        {
            await engine.AddAsync(Shop.Items, Token);
            await engine.IndexAsync(cancellationToken: Token);
        }
        int left = 0;
        for (int call = 0; call < Calls; call++)
        {
            string? made = await CutAsync(faulty, store, $"m{call}", call, isFollowed);
            left += made is null ? 0 : 1;
            // It died: who goes on is another one.
            await using HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options, faulty, cancellationToken: Token);
            if (!rollsBack && (await engine.ReadMigrationAsync(cancellationToken: Token))!.Stage == MigrationStage.Planned)   // ! : it is planned
            {
                MigrationStatus started = await engine.StartMigrationAsync(cancellationToken: Token);
                Assert.Equal(made ?? started.New, started.New);
                Assert.Equal(["products@1", started.New], await ListAsync(store));
                while (made is not null && (await engine.NextMigrationAsync(cancellationToken: Token)).Stage != MigrationStage.Shadowing)
                {
                }
            }
            await engine.RollBackMigrationAsync(dropsNew: true, cancellationToken: Token);
            Assert.Equal(["products@1"], await ListAsync(store));
            Assert.Equal(["products@1"], engine.Records.Changes.ReadTargets());
        }
        Assert.Equal(1, left);
    }

    [Fact]
    public async Task What_was_left_is_dropped_where_the_next_one_is_of_another_space_and_what_holds_rows_is_left_alone()
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(":memory:");
        await using HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options, store, cancellationToken: Token);
        await engine.AddAsync(Shop.Items, Token);
        await engine.IndexAsync(cancellationToken: Token);
        IVectorCollection first = await engine.OpenItemsAsync(Token);
        engine.Records.NoteIntent(new("", first.Space.Hash, ["products@1"]));
        await store.CreateAsync("products", first.Space, Token);
        IVectorCollection others = await store.CreateAsync("products", first.Space, Token);
        await others.UpsertAsync(new ItemBatch(first.Space, [new("X")], (await first.ReadAsync(cancellationToken: Token).FirstAsync(Token)).Vector), Token);
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "shorter", Dimension = 128 }, Token);
        MigrationStatus started = await engine.StartMigrationAsync(cancellationToken: Token);
        Assert.Equal(["products@1", "products@3", started.New], await ListAsync(store));
    }

    /// <returns>What it has left, which the migration does not have; null: nothing.</returns>
    private async Task<string?> CutAsync(FaultyStore faulty, EmbeddedVectorStore store, string name, int call, bool isFollowed)
    {
        await using HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options, faulty, cancellationToken: Token);
        await engine.PlanMigrationAsync(new MigrationPlan { Name = name, Dimension = 128 }, Token);
        _ = faulty.Arm(StoreFault.CutAfter, call);
        string? known = null;
        try
        {
            known = (await engine.StartMigrationAsync(cancellationToken: Token)).New;
        }
        catch (VectorStoreException)
        {
        }
        faulty.Heal();
        string? made = (await ListAsync(store)).SingleOrDefault(one => one != "products@1" && one != known);
        if (made is not null && isFollowed)
            engine.Records.Changes.Follow(made);
        return made;
    }

    private static async Task<string?[]> ListAsync(EmbeddedVectorStore store) =>
        [.. (await store.ListAsync(Token)).Select(one => one.Name).Order(StringComparer.Ordinal)];
}

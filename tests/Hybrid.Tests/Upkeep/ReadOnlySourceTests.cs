using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Tests.Engine;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>Who writes past the records while a migration is under way is refused, or declared not to.</summary>
public sealed class ReadOnlySourceTests : IDisposable
{
    private readonly Shop _shop = new();
    private List<KeyedVector> _source = [new("P1", new float[] { 1, 0 }), new("P2", new float[] { 0, 1 })];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Rows_that_the_records_do_not_have_are_refused_or_stay_behind_as_they_were_declared()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await WriteAsync(engine, "GHOST", sequence: 1);
        // What only waits to be taken was not written past the records.
        await engine.AddAsync(Shop.Product("D1", "Desk lamp"), Token);
        await engine.RemoveAsync(["P2"], Token);
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "refused", Dimension = 128 }, Token);
        await SaysAsync("1 rows of products@1 were written past the records, such as 'GHOST'", () => engine.StartMigrationAsync(cancellationToken: Token));
        await engine.RollBackMigrationAsync(cancellationToken: Token);

        await engine.PlanMigrationAsync(new MigrationPlan { Name = "declared", Dimension = 128, IsSourceReadOnly = true }, Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        await engine.NextMigrationAsync(cancellationToken: Token);
        await WriteAsync(engine, "P3", sequence: long.MaxValue);
        await SaysAsync("Somebody has written products@1 past the records", () => engine.NextMigrationAsync(cancellationToken: Token));
        await engine.IndexAsync(verify: true, cancellationToken: Token);
        await WriteAsync(engine, "GHOST", sequence: 1);
        MigrationStatus right = await engine.NextMigrationAsync(cancellationToken: Token);
        Assert.Equal(MigrationStage.Shadowing, right.Stage);
        IVectorCollection made = await engine.Store.OpenAsync(right.New!, cancellationToken: Token);   // ! : it was started
        Assert.Empty(await made.GetAsync(["GHOST"], cancellationToken: Token));
    }

    [Fact]
    public async Task Old_vectors_on_a_server_are_declared_to_be_read_only_and_looked_at_again()
    {
        HybridOptions options = _shop.Options with { OtherVectors = source => source == "db://old" ? _source : null };
        await using HybridEngine engine = await HybridEngine.OpenAsync(options, cancellationToken: Token);
        await engine.AddAsync(Shop.Items, Token);
        await engine.IndexAsync(cancellationToken: Token);
        var plan = new MigrationPlan { Name = "blend", Legacy = "db://old" };
        await SaysAsync("are read once", () => engine.PlanMigrationAsync(plan, Token));
        await engine.PlanMigrationAsync(plan with { IsSourceReadOnly = true }, Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        await engine.NextMigrationAsync(cancellationToken: Token);
        List<KeyedVector> before = _source;
        _source = [.. before, new("P3", new float[] { 1, 1 })];
        await SaysAsync("have changed since", () => engine.NextMigrationAsync(cancellationToken: Token));
        _source = before;
        Assert.Equal(MigrationStage.Shadowing, (await engine.NextMigrationAsync(cancellationToken: Token)).Stage);
    }

    private static async Task SaysAsync(string message, Func<Task> work) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<MigrationException>(work)).Message, StringComparison.Ordinal);

    private static async Task WriteAsync(HybridEngine engine, ItemId item, long sequence)
    {
        IVectorCollection old = await engine.Store.OpenAsync("products@1", cancellationToken: Token);
        StoredItem row = (await old.GetAsync(["P1"], cancellationToken: Token))["P1"];
        await old.UpsertAsync(new ItemBatch(old.Space, [new Item(item)], row.Vector, [row.Fingerprint], [sequence]), Token);
    }
}

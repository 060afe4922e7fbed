using Hybrid.Records;
using Hybrid.Tests.Engine;
using Hybrid.Upkeep.Migration;
using Microsoft.Data.Sqlite;

namespace Hybrid.Tests.Upkeep;

/// <summary>What the records keep of a migration.</summary>
public sealed class MigrationRecordsTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task What_an_earlier_Hybrid_has_begun_goes_on_and_its_figures_are_not_read_from_its_words()
    {
        await using (HybridEngine engine = await _shop.OpenIndexedAsync())
        {
            await engine.PlanMigrationAsync(new MigrationPlan { Name = "shorter", Dimension = 128 }, Token);
            await engine.StartMigrationAsync(cancellationToken: Token);
            await engine.NextMigrationAsync(cancellationToken: Token);
        }
        Forget("ALTER TABLE migration_steps DROP COLUMN differing; ALTER TABLE migration_steps DROP COLUMN verdict;"
            + "INSERT INTO migration_steps (migration, time, stage, share, why) "
            + "SELECT migration, time, stage, share, 'reconciled 10 rows, 9 differ: 9 missing' FROM migration_steps LIMIT 1;");

        await using HybridEngine next = await _shop.OpenAsync();
        MigrationStatus before = (await next.ReadMigrationAsync(cancellationToken: Token))!;   // ! : there is one
        Assert.Equal((MigrationStage.Verifying, null, 5), (before.Stage, before.Divergence, before.Steps.Count));
        MigrationStatus after = await next.NextMigrationAsync(cancellationToken: Token);
        Assert.Equal((MigrationStage.Shadowing, 0L), (after.Stage, after.Divergence));
    }

    [Fact]
    public async Task How_many_rows_differed_stands_in_a_column_of_its_step()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.PlanMigrationAsync(new MigrationPlan { Name = "shorter", Dimension = 128 }, Token);
        await engine.StartMigrationAsync(cancellationToken: Token);
        MigrationStatus filled = await engine.NextMigrationAsync(cancellationToken: Token);
        await (await engine.Store.OpenAsync(filled.New!, cancellationToken: Token)).RemoveAsync(["P1", "P2"], Token);   // ! : it was started
        await engine.ReconcileMigrationAsync(cancellationToken: Token);

        MigrationStepRow step = engine.Records.ReadMigrationSteps("shorter")[^1];
        Assert.Equal((2L, null), (step.Differing, step.Verdict));
        Assert.Equal(2, (await engine.ReadMigrationAsync(cancellationToken: Token))!.Divergence);
    }

    private void Forget(string sql)
    {
        using var file = new SqliteConnection($"Data Source={_shop.DataFile("records.db")};Pooling=False");
        file.Open();
        using SqliteCommand command = file.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

using System.Globalization;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

public sealed partial class RecordStore
{
    /// <summary>Stages that a migration does not leave again.</summary>
    internal const string Completed = "Completed", RolledBack = "RolledBack";

    private const string Columns = "name, stage, share, paused, since, plan, source, target, old, new";

    private const string IsUnderWay = $"stage NOT IN ('{Completed}', '{RolledBack}')";

    /// <summary>A migration by its name; the one that is under way where that is null. Null where there is none.</summary>
    internal MigrationRow? ReadMigration(string? name = null) => _database.Read("read the migration", connection =>
    {
        string where = name is null ? $"WHERE {IsUnderWay} ORDER BY id DESC LIMIT 1" : "WHERE name = @name";
        return HasMigrations(connection) ? ReadMigrations(connection, where, ("@name", name ?? "")).FirstOrDefault() : null;
    });

    /// <summary>The newest one, ended or not; null where there never was one.</summary>
    internal MigrationRow? ReadLastMigration() => _database.Read("read the migration", connection =>
        HasMigrations(connection) ? ReadMigrations(connection, "ORDER BY id DESC LIMIT 1").FirstOrDefault() : null);

    /// <summary>Adds a migration.</summary>
    /// <returns>The one that is under way, or has the name, instead; null where it was added.</returns>
    internal MigrationRow? AddMigration(MigrationRow row, string why) => _database.Write("plan the migration", connection =>
    {
        EnsureMigrations(connection);
        if (ReadMigrations(connection, $"WHERE {IsUnderWay} OR name = @name LIMIT 1", ("@name", row.Name)).FirstOrDefault() is { } other)
            return other;
        connection.Execute($"INSERT INTO migrations ({Columns}) VALUES (@name, @stage, @share, @paused, @since, @plan, @source, @target, @old, @new)",
            ValuesOf(row));
        AddStep(connection, row, new(row.Since, row.Stage, row.Share, why));
        return null;
    });

    /// <summary>Changes a migration, if it is still as the caller has seen it; readers see it from their next request on.</summary>
    /// <param name="step">What is written down of it.</param>
    /// <param name="uses">The store and the collection that its readers are switched to in the same step; null: they stay.</param>
    /// <param name="alpha">What of its schedule is begun or done in the same step; null: nothing.</param>
    /// <returns>Whether it was; false: somebody else was faster, and nothing was changed.</returns>
    internal bool ChangeMigration(MigrationRow seen, MigrationRow changed, MigrationStepRow step, (string Store, string Collection)? uses = null,
        MigrationAlphaRow? alpha = null) =>
        _database.Write("change the migration", connection =>
        {
            EnsureMigrations(connection);
            if (ReadMigrations(connection, "WHERE name = @name", ("@name", seen.Name)).FirstOrDefault() != seen)
                return false;
            connection.Execute("""
                UPDATE migrations SET (stage, share, paused, since, plan, source, target, old, new)
                    = (@stage, @share, @paused, @since, @plan, @source, @target, @old, @new) WHERE name = @name;
                """, ValuesOf(changed));
            AddStep(connection, changed, step);
            if (uses is var (store, collection))
            {
                connection.Execute("""
                    INSERT INTO stores (name, collection) VALUES (@store, @collection)
                    ON CONFLICT (name) DO UPDATE SET collection = excluded.collection, alias_follows = 0
                    """, ("@store", store), ("@collection", collection));
            }
            if (alpha is not null)
            {
                connection.Execute("INSERT OR REPLACE INTO migration_alphas (migration, place, collection, since) VALUES (@name, @place, @collection, @since)",
                    ("@name", seen.Name), ("@place", (long)alpha.Place), ("@collection", alpha.Collection),
                    ("@since", alpha.Since is { } since ? TextOf(since) : null));
            }
            // What was made is somebody's from here on.
            if (changed.New != seen.New || alpha is not null)
                ForgetIntent(connection, changed.Target);
            connection.Execute("UPDATE snapshot SET revision = revision + 1");
            return true;
        });

    internal IReadOnlyList<MigrationStepRow> ReadMigrationSteps(string name) => _database.Read("read the migration's steps", connection =>
    {
        var steps = new List<MigrationStepRow>();
        if (!HasMigrations(connection))
            return steps;
        string later = HasColumn(connection, "migration_steps", "verdict") ? "differing, verdict" : "NULL, NULL";
        using SqliteCommand command = connection.Command(
            $"SELECT time, stage, share, why, {later} FROM migration_steps WHERE migration = @name ORDER BY id", ("@name", name));
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            steps.Add(new(TimeAt(reader, 0), reader.TextOrEmpty(1), (int)reader.Number(2), reader.TextOrEmpty(3),
                reader.IsDBNull(4) ? null : reader.Number(4), reader.Text(5)));
        }
        return steps;
    });

    /// <summary>What of a migration's schedule was begun, in order.</summary>
    internal IReadOnlyList<MigrationAlphaRow> ReadAlphas(string name) => _database.Read("read the migration's alphas", connection =>
    {
        var alphas = new List<MigrationAlphaRow>();
        if (!HasColumn(connection, "migration_alphas", "place"))
            return alphas;
        using SqliteCommand command = connection.Command(
            "SELECT place, collection, since FROM migration_alphas WHERE migration = @name ORDER BY place", ("@name", name));
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
            alphas.Add(new((int)reader.Number(0), reader.TextOrEmpty(1), reader.IsDBNull(2) ? null : TimeAt(reader, 2)));
        return alphas;
    });

    /// <summary>How the vectors of a space are made, as JSON; null where nobody has said so.</summary>
    /// <param name="hash">Of the space.</param>
    internal string? FindRecipe(string hash) => _database.Read("read how vectors are made", connection => HasMigrations(connection)
        ? connection.Scalar<string>("SELECT recipe FROM recipes WHERE space = @space", ("@space", hash)) : null);

    internal void SaveRecipe(string hash, string recipe) => _database.Write("note how vectors are made", connection => connection.Execute(
        RecordTables.Migrations + "INSERT OR REPLACE INTO recipes (space, recipe) VALUES (@space, @recipe)", ("@space", hash), ("@recipe", recipe)));

    /// <summary>The migration that readers of a store have to know of: the one under way, or one that has led to another store for good.</summary>
    private static MigrationRow? ReadMigrationOf(SqliteConnection connection, string store, string? collection) => HasMigrations(connection)
        ? ReadMigrations(connection, $"""
            WHERE source = @store AND new IS NOT NULL AND stage <> '{RolledBack}'
                AND (stage <> '{Completed}' OR (target <> source AND old IS @collection)) ORDER BY id DESC LIMIT 1
            """, ("@store", store), ("@collection", collection)).FirstOrDefault()
        : null;

    /// <summary>Makes the tables of migrations, and what later ones of them have more.</summary>
    private static void EnsureMigrations(SqliteConnection connection)
    {
        connection.Execute(RecordTables.Migrations);
        foreach ((string table, string column, string type) in RecordTables.LaterColumns)
        {
            if (!HasColumn(connection, table, column))
                connection.Execute($"ALTER TABLE {table} ADD COLUMN {column} {type}");
        }
    }

    private static bool HasColumn(SqliteConnection connection, string table, string column) => connection.Scalar<long>(
        "SELECT count(*) FROM pragma_table_info(@table) WHERE name = @column", ("@table", table), ("@column", column)) != 0;

    private static bool HasMigrations(SqliteConnection connection) =>
        connection.Scalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'migrations'") != 0;

    private static List<MigrationRow> ReadMigrations(SqliteConnection connection, string where, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var rows = new List<MigrationRow>();
        using SqliteCommand command = connection.Command($"SELECT {Columns} FROM migrations {where}", values);
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(new(reader.TextOrEmpty(0), reader.TextOrEmpty(1), (int)reader.Number(2), reader.Number(3) != 0, TimeAt(reader, 4), reader.TextOrEmpty(5),
                reader.TextOrEmpty(6), reader.TextOrEmpty(7), reader.Text(8), reader.Text(9)));
        }
        return rows;
    }

    private static (string Name, object? Value)[] ValuesOf(MigrationRow row) =>
    [
        ("@name", row.Name), ("@stage", row.Stage), ("@share", (long)row.Share), ("@paused", row.IsPaused ? 1L : 0L), ("@since", TextOf(row.Since)),
        ("@plan", row.Plan), ("@source", row.Source), ("@target", row.Target), ("@old", row.Old), ("@new", row.New),
    ];

    private static void AddStep(SqliteConnection connection, MigrationRow row, MigrationStepRow step) => connection.Execute(
        """
        INSERT INTO migration_steps (migration, time, stage, share, why, differing, verdict)
        VALUES (@name, @time, @stage, @share, @why, @differing, @verdict)
        """,
        ("@name", row.Name), ("@time", TextOf(step.Time)), ("@stage", step.Stage), ("@share", (long)step.Share), ("@why", step.Why),
        ("@differing", step.Differing), ("@verdict", step.Verdict));

    private static string TextOf(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset TimeAt(SqliteDataReader reader, int column) =>
        DateTimeOffset.TryParse(reader.TextOrEmpty(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time : throw new DamagedRowException($"'{reader.TextOrEmpty(column)}' is no time");
}

using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

public sealed partial class RecordStore
{
    /// <summary>The most answers to shadowed requests that are kept of a migration: the newest.</summary>
    internal const int MostShadows = 100_000;

    /// <summary>Adds what both sides answered, in one transaction.</summary>
    internal void AppendShadows(IReadOnlyCollection<ShadowRow> rows) => _database.Write("append shadows", connection =>
    {
        EnsureMigrations(connection);
        using SqliteCommand command = connection.Command("""
            INSERT INTO shadows (migration, time, stratum, overlap, rank_overlap, score_shift, old_ms, new_ms, popularity)
            VALUES (@migration, @time, @stratum, @overlap, @rank_overlap, @score_shift, @old_ms, @new_ms, @popularity)
            """, ("@migration", null), ("@time", null), ("@stratum", null), ("@overlap", null), ("@rank_overlap", null), ("@score_shift", null),
            ("@old_ms", null), ("@new_ms", null), ("@popularity", null));
        foreach (ShadowRow row in rows)
        {
            command.Set("@migration", row.Migration);
            command.Set("@time", row.Time.UtcTicks);
            command.Set("@stratum", row.Stratum);
            command.Set("@overlap", row.Overlap);
            command.Set("@rank_overlap", row.RankOverlap);
            command.Set("@score_shift", row.ScoreShift);
            command.Set("@old_ms", row.OldMilliseconds);
            command.Set("@new_ms", row.NewMilliseconds);
            command.Set("@popularity", row.Popularity);
            command.ExecuteNonQuery();
        }
        connection.Execute("DELETE FROM shadows WHERE id <= (SELECT max(id) FROM shadows) - @most", ("@most", (long)MostShadows));
        return rows.Count;
    });

    /// <summary>What both sides of a migration answered, the oldest first.</summary>
    internal IReadOnlyList<ShadowRow> ReadShadows(string migration) => _database.Read("read the shadows", connection =>
    {
        var rows = new List<ShadowRow>();
        // A migration that an earlier Hybrid has planned has none.
        if (connection.Scalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'shadows'") == 0)
            return rows;
        string later = HasColumn(connection, "shadows", "popularity") ? "popularity" : "NULL";
        using SqliteCommand command = connection.Command($"""
            SELECT time, stratum, overlap, rank_overlap, score_shift, old_ms, new_ms, {later} FROM shadows WHERE migration = @migration ORDER BY id
            """, ("@migration", migration));
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(new(migration, new DateTimeOffset(reader.Number(0), TimeSpan.Zero), reader.TextOrEmpty(1), reader.GetDouble(2), reader.GetDouble(3),
                reader.IsDBNull(4) ? null : reader.GetDouble(4), reader.GetDouble(5), reader.GetDouble(6), reader.Text(7)));
        }
        return rows;
    });
}

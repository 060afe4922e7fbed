using Hybrid.Behavior;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

public sealed partial class RecordStore
{
    /// <summary>Adds impressions, in one transaction.</summary>
    internal void AppendImpressions(IReadOnlyCollection<ImpressionRow> rows) => _database.Write("append impressions", connection =>
    {
        EnsureMigrations(connection);
        using SqliteCommand command = connection.Command("""
            INSERT INTO impressions (migration, request, user, variant, items, snapshot, time)
            VALUES (@migration, @request, @user, @variant, @items, @snapshot, @time)
            """, ("@migration", null), ("@request", null), ("@user", null), ("@variant", null), ("@items", null), ("@snapshot", null), ("@time", null));
        foreach (ImpressionRow row in rows)
        {
            command.Set("@migration", row.Migration);
            command.Set("@request", row.Request);
            command.Set("@user", row.User);
            command.Set("@variant", row.Variant);
            command.Set("@items", row.Items);
            command.Set("@snapshot", row.Snapshot);
            command.Set("@time", row.Time.UtcTicks);
            command.ExecuteNonQuery();
        }
        return rows.Count;
    });

    /// <summary>What the impressions of a migration came to since a moment, by variant.</summary>
    /// <remarks>Cost: one pass over the events.</remarks>
    internal IReadOnlyList<TrafficRow> ReadTraffic(string migration, DateTimeOffset since) => _database.Read("read the impressions", connection =>
    {
        var rows = new List<TrafficRow>();
        if (!HasMigrations(connection))
            return rows;
        using SqliteCommand command = connection.Command("""
            SELECT variant, count(DISTINCT user), count(DISTINCT request),
                count(DISTINCT CASE WHEN request IN (SELECT request FROM events WHERE request IS NOT NULL) THEN request END)
            FROM impressions WHERE migration = @migration AND time >= @since GROUP BY variant ORDER BY variant
            """, ("@migration", migration), ("@since", since.UtcTicks));
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
            rows.Add(new(reader.TextOrEmpty(0), reader.Number(1), reader.Number(2), reader.Number(3)));
        return rows;
    });

    /// <summary>Removes a user's impressions, within the transaction that erases the user.</summary>
    private static void EraseImpressions(SqliteConnection connection, UserId user)
    {
        if (HasMigrations(connection))
            connection.Execute("DELETE FROM impressions WHERE user = @user", ("@user", user.Value));
    }
}

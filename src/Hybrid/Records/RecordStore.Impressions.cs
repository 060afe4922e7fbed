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
            INSERT INTO impressions (migration, request, user, variant, items, snapshot, time, teams)
            VALUES (@migration, @request, @user, @variant, @items, @snapshot, @time, @teams)
            """, ("@migration", null), ("@request", null), ("@user", null), ("@variant", null), ("@items", null), ("@snapshot", null), ("@time", null),
            ("@teams", null));
        foreach (ImpressionRow row in rows)
        {
            command.Set("@migration", row.Migration);
            command.Set("@request", row.Request);
            command.Set("@user", row.User);
            command.Set("@variant", row.Variant);
            command.Set("@items", row.Items);
            command.Set("@snapshot", row.Snapshot);
            command.Set("@time", row.Time.UtcTicks);
            command.Set("@teams", row.Teams);
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

    /// <summary>How many lists of both collections were shown since a moment, and the events on them, in the order of the log.</summary>
    /// <param name="variant">As the impressions of such lists have it.</param>
    /// <remarks>Cost: one pass over the events.</remarks>
    internal (long Requests, IReadOnlyList<InterleavedEvent> Events) ReadInterleaved(string migration, string variant, DateTimeOffset since) =>
        _database.Read<(long, IReadOnlyList<InterleavedEvent>)>("read the impressions", connection =>
        {
            var events = new List<InterleavedEvent>();
            const string These = "migration = @migration AND variant = @variant AND time >= @since";
            (string, object?)[] values = [("@migration", migration), ("@variant", variant), ("@since", since.UtcTicks)];
            long requests = HasColumn(connection, "impressions", "teams")
                ? connection.Scalar<long>($"SELECT count(DISTINCT request) FROM impressions WHERE {These}", values) : 0;
            if (requests == 0)
                return (0, events);
            // The events first, each with what it answers: the other way round all of them are looked through for every list.
            using SqliteCommand command = connection.Command($"""
                SELECT events.user, {EventRows.Item}, events.kind, shown.items, shown.teams
                FROM events CROSS JOIN (SELECT request, user, items, teams FROM impressions WHERE {These} AND teams IS NOT NULL) AS shown
                    ON shown.request = events.request AND shown.user = events.user
                WHERE events.request IS NOT NULL ORDER BY events.sequence
                """, values);
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
                events.Add(new(reader.TextOrEmpty(0), reader.TextOrEmpty(1), reader.TextOrEmpty(2), reader.TextOrEmpty(3), reader.TextOrEmpty(4)));
            return (requests, events);
        });

    /// <summary>Removes a user's impressions, within the transaction that erases the user.</summary>
    private static void EraseImpressions(SqliteConnection connection, UserId user)
    {
        if (HasMigrations(connection))
            connection.Execute("DELETE FROM impressions WHERE user = @user", ("@user", user.Value));
    }
}

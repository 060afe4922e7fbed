using Hybrid.Behavior;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

/// <summary>For what is kept in memory of the events and follows the log.</summary>
public sealed partial class RecordStore
{
    /// <summary>Another number after any commit, as <see cref="DataVersion"/>; null where that cannot be told: then the log has to be asked.</summary>
    internal long? ChangeMark => _database.IsInMemory ? null : DataVersion;

    internal LogState ReadLogState() => _database.Read(Reading, StateOf);

    /// <summary>The events behind a place of the log, in its order, and how far it has come with them.</summary>
    /// <param name="most">The most that return: more than these are not worth following.</param>
    /// <returns>Null for the events where there are more.</returns>
    internal (IReadOnlyList<LoggedEvent>? Events, LogState State) ReadEventsBehind(long sequence, int most) => _database.Read(Reading, connection =>
    {
        List<LoggedEvent> events = Read(connection, "sequence > @behind ORDER BY sequence LIMIT @most", ("@behind", sequence), ("@most", most + 1L));
        return ((IReadOnlyList<LoggedEvent>?)(events.Count > most ? null : events), StateOf(connection));
    });

    /// <summary>A user's newest events, as <see cref="ReadEvents(UserId, int)"/>, with their places, and how far the log had come.</summary>
    /// <returns>Null for the events where what they are on depends on the catalogue: see <see cref="EventRows.Item"/>.</returns>
    internal (IReadOnlyList<LoggedEvent>? Events, LogState State) ReadNewest(UserId user, int count) => _database.Read(Reading, connection =>
    {
        LogState state = StateOf(connection);
        if (connection.Scalar<long>("SELECT EXISTS (SELECT 1 FROM events WHERE user = @user AND item GLOB '[0-9]*.0')", ("@user", user.Value)) != 0)
            return ((IReadOnlyList<LoggedEvent>?)null, state);
        return (Read(connection, "user = @user ORDER BY coalesce(time > @now, 0), time DESC, sequence DESC LIMIT @count",
            ("@user", user.Value), ("@now", Now), ("@count", (long)count)), state);
    });

    /// <summary>Goes through all events, by item, kind and UTC ticks, in no order.</summary>
    /// <remarks>Cost: one pass over the table, .5 µs an event.</remarks>
    /// <returns>How far the log had come.</returns>
    internal LogState ReadThrough(Action<string, string, long?> visit, CancellationToken cancellationToken) => _database.Read(Reading, connection =>
    {
        using SqliteCommand command = connection.Command($"SELECT {EventRows.Item}, kind, time FROM events");
        using SqliteDataReader reader = command.ExecuteReader();
        for (int row = 0; reader.Read(); row++)
        {
            if (row % 4_096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            visit(reader.TextOrEmpty(0), reader.TextOrEmpty(1), reader.IsDBNull(2) ? null : reader.Number(2));
        }
        return StateOf(connection);
    });

    private static LogState StateOf(SqliteConnection connection) =>
        new(connection.Scalar<long>("SELECT last FROM sequences"), connection.Scalar<long>(CountedEvents));

    private static List<LoggedEvent> Read(SqliteConnection connection, string where, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using SqliteCommand command = connection.Command($"SELECT {EventRows.Stored} FROM events WHERE {where}", values);
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new EventRows();
        var events = new List<LoggedEvent>();
        while (reader.Read())
            events.Add(new(reader.Number(8), rows.Read(reader), reader.TextOrEmpty(1).EndsWith(".0", StringComparison.Ordinal)));
        return events;
    }
}

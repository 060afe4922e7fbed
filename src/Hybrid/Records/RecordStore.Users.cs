using System.Runtime.InteropServices;
using Hybrid.Behavior;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

public sealed partial class RecordStore
{
    /// <summary>The users who have more events than a shopper would, or null when there is none.</summary>
    /// <remarks>Cost: one pass over an index of the events, two where there is such a user.</remarks>
    /// <param name="mostEvents">What a shopper may have; null: by <see cref="BusyUsers"/>; 0: any number.</param>
    public BusyUsers? ReadBusyUsers(int? mostEvents = null) => _database.Read(Reading, connection =>
    {
        List<(string Id, long Events)> busy = ReadBusyUsers(connection, mostEvents, out long most);
        return busy.Count == 0 ? null : new BusyUsers(most, busy.Count, busy.Sum(user => user.Events), busy.MaxBy(user => user.Events).Id);
    });

    /// <summary>A user's last events, the newest first: by time, those of one time as the log had them, those without a time last, and those whose time is
    /// still to come behind them.</summary>
    /// <param name="count">The most that return.</param>
    public IReadOnlyList<Event> ReadEvents(UserId user, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return _database.Read(Reading, connection =>
        {
            using SqliteCommand command = connection.Command(
                $"SELECT {EventRows.Stored} FROM events WHERE user = @user ORDER BY coalesce(time > @now, 0), time DESC, sequence DESC LIMIT @count",
                ("@user", user.Value), ("@now", Now), ("@count", (long)count));
            using SqliteDataReader reader = command.ExecuteReader();
            var rows = new EventRows();
            var events = new List<Event>();
            while (reader.Read())
                events.Add(rows.Read(reader));
            return events;
        });
    }

    /// <summary>What a user's events say of the items.</summary>
    /// <param name="last">How many of the last liked items are asked for; null: of all items. What is disliked is always all there.</param>
    internal UserTaste ReadTaste(UserId user, EventKinds kinds, int? last) => _database.Read(Reading, connection =>
    {
        // Of somebody with many events a few items are found without reading all of them, if nothing can be disliked.
        if (last is { } most && KindsByOpinion(
            connection.Texts("SELECT DISTINCT kind FROM events WHERE user = @user", ("@user", user.Value)), kinds).Dislikes.Length == 0)
        {
            string newest = JsonOf(ReadHistory(connection, user, most));
            return new UserTaste(ReadEvents(connection, user, $"AND {EventRows.Item} IN (SELECT value FROM json_each(@items))", ("@items", newest)), kinds);
        }
        return new UserTaste(ReadEvents(connection, user, ""), kinds);
    });

    private static IEnumerable<Event> ReadEvents(SqliteConnection connection, UserId user, string and, params (string Name, object? Value)[] values)
    {
        using SqliteCommand command = connection.Command(
            $"SELECT {EventRows.Stored} FROM events WHERE user = @user {and} ORDER BY coalesce(time > @now, 0) DESC, time, sequence",
            [("@user", user.Value), ("@now", Now), .. values]);
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new EventRows();
        while (reader.Read())
            yield return rows.Read(reader);
    }

    private static List<(string Id, long Events)> ReadBusyUsers(SqliteConnection connection, int? mostEvents, out long most)
    {
        if (mostEvents is not null)
        {
            most = BusyUsers.Bound(mostEvents, []);
        }
        else
        {
            var counts = new List<int>();
            using SqliteCommand command = connection.Command("SELECT count(*) FROM events GROUP BY user");
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
                counts.Add((int)reader.Number(0));
            most = BusyUsers.Bound(null, CollectionsMarshal.AsSpan(counts));
            if (!counts.Exists(events => events > BusyUsers.LeastBound))
                return [];
        }
        if (most == long.MaxValue)
            return [];
        return [.. Counts(connection, "SELECT user, count(*) FROM events GROUP BY user HAVING count(*) > @most", ("@most", most))
            .Select(user => (user.Key, user.Value))];
    }

    private static (string[] Likes, string[] Dislikes) KindsByOpinion(IEnumerable<string> kinds, EventKinds meanings)
    {
        ILookup<Opinion, string> byOpinion = kinds.ToLookup(kind => meanings.MeaningOf(kind).Opinion);
        return ([.. byOpinion[Opinion.Liked]], [.. byOpinion[Opinion.Disliked]]);
    }

    /// <summary>Rows of an id and a number.</summary>
    private static Dictionary<string, long> Counts(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        using SqliteCommand command = connection.Command(sql, values);
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
            counts.Add(reader.TextOrEmpty(0), reader.Number(1));
        return counts;
    }
}

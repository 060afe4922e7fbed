using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

public sealed partial class RecordStore
{
    /// <summary>Begins an import of any size; others may write until its commit.</summary>
    /// <param name="merge">False: the items given replace all items, and the events given all events. True: they are added to what is there.</param>
    public RecordImport BeginImport(bool merge = false) => BeginImport(merge, MissingWords.Default);

    /// <param name="missing">What stands for a missing number in an attribute of numbers.</param>
    internal RecordImport BeginImport(bool merge, MissingWords missing)
    {
        _database.ThrowIfDisposed();   // an import has a connection of its own, which would not notice
        return IsReadOnly ? throw _database.WriteRefused("import") : new(_database, merge, missing);
    }

    /// <summary>Inserts or replaces items in one transaction; of several with one id the last one counts. An item that is there just like that is left
    /// alone.</summary>
    /// <returns>How many were written.</returns>
    /// <exception cref="ArgumentException">An item has no id; nothing was written.</exception>
    public Task<long> UpsertAsync(IReadOnlyCollection<Item> items, CancellationToken cancellationToken = default) =>
        UpsertAsync(items, require: null, cancellationToken);

    /// <param name="require">Told of the first item as it is, before anything is written; what it throws ends the transaction.</param>
    internal Task<long> UpsertAsync(IReadOnlyCollection<Item> items, Action<Item?>? require, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Any(item => item.Id == default))
            throw new ArgumentException("An item has no id.", nameof(items));
        return Task.Run(() => items.Count == 0 ? 0 : _database.Write("write items", connection =>
        {
            require?.Invoke(Find(connection, [items.First().Id]).GetValueOrDefault(items.First().Id));
            long first = Sequences.Take(connection, items.Count), next = first;
            var rows = new ItemRows();
            using SqliteCommand command = ItemRows.Writing(connection, $"""
                INSERT INTO items ({ItemRows.Columns}, sequence) VALUES ({ItemRows.Parameters}, @sequence)
                ON CONFLICT (item) DO UPDATE SET (given, title, text, {StoredFields.Columns}, checksum, sequence)
                    = (excluded.given, excluded.title, excluded.text, excluded.category, excluded.brand, excluded.price, excluded.in_stock, excluded.attributes,
                        excluded.checksum, excluded.sequence)
                WHERE (items.given, items.title, items.text, items.category, items.brand, items.price, items.in_stock, items.attributes)
                    IS NOT (excluded.given, excluded.title, excluded.text, excluded.category, excluded.brand, excluded.price, excluded.in_stock,
                        excluded.attributes)
                """);
            command.Parameters.AddWithValue("@sequence", 0L);
            string ids = JsonOf(items.Select(item => item.Id));
            const string there = "SELECT count(*) FROM items WHERE item IN (SELECT value FROM json_each(@items))";
            long before = connection.Scalar<long>(there, ("@items", ids)), written = 0;
            foreach (Item item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                rows.Bind(command, item, next);
                command.Set("@sequence", next++);
                written += command.ExecuteNonQuery();
            }
            ChangeLog.MarkAll(connection, "SELECT item, sequence FROM items WHERE item IN (SELECT value FROM json_each(@items)) AND sequence >= @first",
                ("@items", ids), ("@first", first));
            Sequences.Count(connection, items: connection.Scalar<long>(there, ("@items", ids)) - before, events: 0);
            return written;
        }), cancellationToken);
    }

    /// <summary>Removes items in one transaction; ids that are not there are ignored. Their events stay.</summary>
    /// <returns>How many were there.</returns>
    public Task<long> RemoveAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default) =>
        RemoveAsync(items, require: null, cancellationToken);

    /// <param name="require">As <see cref="UpsertAsync(IReadOnlyCollection{Item}, Action{Item?}?, CancellationToken)"/> has it.</param>
    internal Task<long> RemoveAsync(IReadOnlyCollection<ItemId> items, Action<Item?>? require, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Task.Run(() => items.Count == 0 ? 0L : _database.Write("remove items", connection =>
        {
            const string given = "FROM items WHERE item IN (SELECT value FROM json_each(@items))";
            require?.Invoke(Find(connection, [items.First()]).GetValueOrDefault(items.First()));
            string list = JsonOf(items);
            ChangeLog.MarkAll(connection, $"SELECT item, @sequence AS sequence {given}", ("@items", list), ("@sequence", Sequences.Take(connection, 1)));
            long removed = connection.Execute($"DELETE {given}", ("@items", list));
            Sequences.Count(connection, items: -removed, events: 0);
            return removed;
        }), cancellationToken);
    }

    /// <summary>Adds events to the log, in their order, in one transaction.</summary>
    /// <remarks>Equal events are all kept, but for those whose id is there already. Cost: one write to the disk a call, whatever their number.</remarks>
    /// <returns>Of each event whether it was added; false: its id is there already.</returns>
    /// <exception cref="ArgumentException">An event has no user or no item; nothing was written.</exception>
    public Task<IReadOnlyList<bool>> AppendAsync(IReadOnlyCollection<Event> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        foreach (Event happened in events)
            ThrowIfIncomplete(happened);
        return Task.Run<IReadOnlyList<bool>>(() => events.Count == 0 ? []
            : _database.Write("append events", connection => Append(connection, events, cancellationToken)), cancellationToken);
    }

    /// <summary>Takes what a stream has brought, in one transaction: events, what is none, and how far the stream has been read with them.</summary>
    /// <returns>How many events were added; the ids of the others are there already.</returns>
    internal Task<int> TakeAsync(StreamBatch batch, CancellationToken cancellationToken) => Task.Run(() => _database.Write("append events", connection =>
    {
        int added = Append(connection, batch.Events, cancellationToken).Count(isNew => isNew);
        DeadLetters.Add(connection, batch.DeadLetters);
        if (batch.Position is { } position)
        {
            connection.Execute("INSERT OR REPLACE INTO streams (source, offset, lines) VALUES (@source, @offset, @lines)",
                ("@source", batch.Source), ("@offset", position.Offset), ("@lines", position.Lines));
        }
        return added;
    }), cancellationToken);

    /// <summary>How far a stream has been taken; its beginning for one that was never.</summary>
    internal StreamPosition ReadPosition(string source) => _database.Read(Reading, connection =>
    {
        using SqliteCommand command = connection.Command("SELECT offset, lines FROM streams WHERE source = @source", ("@source", source));
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? new StreamPosition(reader.Number(0), reader.Number(1)) : default;
    });

    /// <summary>Removes all events of a user, and the dead letters that name them, in one transaction; what they held is overwritten in the file.</summary>
    /// <returns>How many there were.</returns>
    public Task<(long Events, long DeadLetters)> EraseAsync(UserId user, CancellationToken cancellationToken = default)
    {
        if (user == default)
            throw new ArgumentException("There is no user to erase.", nameof(user));
        return Task.Run(() => _database.Write("erase a user", connection =>
        {
            // For this connection, which serves others later: what they free is overwritten, too.
            connection.Execute("PRAGMA secure_delete = ON");
            long removed = connection.Execute("DELETE FROM events WHERE user = @user", ("@user", user.Value));
            Sequences.Count(connection, items: 0, events: -removed);
            EraseImpressions(connection, user);
            return (removed, DeadLetters.Erase(connection, user));
        }), cancellationToken);
    }

    private static List<bool> Append(SqliteConnection connection, IReadOnlyCollection<Event> events, CancellationToken cancellationToken)
    {
        var added = new List<bool>(events.Count);
        long next = Sequences.Take(connection, events.Count);
        var rows = new EventRows();
        using SqliteCommand command = EventRows.Writing(connection,
            $"INSERT INTO events (sequence, {EventRows.Columns}) VALUES (@sequence, {EventRows.Parameters}) {EventRows.OncePerId}");
        command.Parameters.AddWithValue("@sequence", 0L);
        foreach (Event happened in events)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Bind(command, happened, next);
            command.Set("@sequence", next++);
            added.Add(command.ExecuteNonQuery() > 0);
        }
        Sequences.Count(connection, items: 0, events: added.Count(isNew => isNew));
        return added;
    }

    /// <exception cref="ArgumentException">It names no user or no item.</exception>
    internal static void ThrowIfIncomplete(Event happened) => EventRows.ThrowIfIncomplete(happened);

    private static string JsonOf(IEnumerable<ItemId> items) => System.Text.Json.JsonSerializer.Serialize(items.Select(item => item.Value));
}

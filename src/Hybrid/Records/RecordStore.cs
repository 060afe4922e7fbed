using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

/// <summary>Items and events as they were given: the truth, in one SQLite file. Vectors and models are made from it.</summary>
/// <remarks>
/// <para>Every acknowledged write survives a crash of the program or the machine. Several processes may open one file: each sees what the others commit;
/// one writes at a time, the others wait <see cref="RecordStoreOptions.BusyTimeout"/>. A file on a medium that cannot be written is opened for reading.</para>
/// <para>Orders of items and users are those of their UTF-8 bytes, whatever order they came in. Every row carries a checksum: one that is not what was
/// written is named as damage.</para>
/// <para>Threads: every member may be called concurrently. What is enumerated is the state at the enumeration's first step, and is read as it is asked
/// for.</para>
/// <para>Every member throws <see cref="RecordsException"/> when the file cannot be read or written, and <see cref="ObjectDisposedException"/> after
/// <see cref="Dispose"/>.</para>
/// </remarks>
public sealed partial class RecordStore : IDisposable
{
    private const string Reading = "read the records";
    private const string CountedItems = "SELECT items FROM sequences", CountedEvents = "SELECT events FROM sequences";

    private readonly Database _database;
    private readonly bool _isMadeHere;

    private RecordStore(Database database, bool isMadeHere)
    {
        _database = database;
        _isMadeHere = isMadeHere;
        Changes = new ChangeLog(database, OwnStore);
        Codes = new ItemCodes(database);
        DeadLetters = new DeadLetters(database);
    }

    /// <summary>The file, as it was named; ":memory:" for records that end with this object.</summary>
    public string Path => _database.Path;

    /// <summary>Whether the file or its medium can only be read.</summary>
    public bool IsReadOnly => _database.IsReadOnly;

    public long ItemCount => Count(CountedItems);

    public long EventCount => Count(CountedEvents);

    /// <summary>Users with at least one event.</summary>
    public long UserCount => Count("SELECT count(DISTINCT user) FROM events");

    /// <summary>Whether there is an item at all; cheap, whatever there is.</summary>
    internal bool HasItems => Count("SELECT EXISTS (SELECT 1 FROM items)") != 0;

    /// <summary>Likewise for events.</summary>
    internal bool HasEvents => Count("SELECT EXISTS (SELECT 1 FROM events)") != 0;

    /// <summary>Another number after any commit, by this process or another.</summary>
    internal long DataVersion => _database.DataVersion();

    /// <summary>The change log of the collections in the embedded store.</summary>
    internal ChangeLog Changes { get; }

    internal ItemCodes Codes { get; }

    /// <summary>What came to be an event and is none.</summary>
    internal DeadLetters DeadLetters { get; }

    /// <summary>Whether nothing was ever written: no item, no event, no switch.</summary>
    internal bool IsUnused => _database.Read(Reading, IsUnusedIn);

    /// <summary>Opens the records, made with their folder where there are none.</summary>
    /// <param name="path">A file, or ":memory:".</param>
    /// <exception cref="RecordsException">The file cannot be opened, is held by another process, or is not a file of this Hybrid.</exception>
    public static RecordStore Open(string path, RecordStoreOptions? options = null)
    {
        options ??= new();
        bool isMadeHere = path != Database.InMemoryPath && !File.Exists(path);
        Database database = Database.Open(new DatabaseOptions("records", path, RecordTables.Schema, options.BusyTimeout, options.MaxPages),
            (file, operation, reason, isTransient, cause) => new RecordsException(file, operation, reason, isTransient, cause));
        return new(database, isMadeHere);
    }

    /// <summary>All items, by id.</summary>
    public IEnumerable<Item> ReadItems()
    {
        var rows = new ItemRows();   // one an enumeration: two may run side by side
        foreach (Item item in _database.Stream(Reading, $"SELECT {ItemRows.Stored} FROM items ORDER BY item", CountedItems, rows.ReadNext))
            yield return item;
    }

    /// <summary>The items behind one in the order of ids, from one state of the records.</summary>
    /// <param name="after"><c>default</c>: from the first.</param>
    /// <param name="count">The most that return.</param>
    public IReadOnlyList<Item> ReadItems(ItemId after, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return _database.Read(Reading, connection =>
        {
            using SqliteCommand command = connection.Command(
                $"SELECT {ItemRows.Stored} FROM items WHERE item > @after ORDER BY item LIMIT @count", ("@after", after.Value ?? ""), ("@count", (long)count));
            using SqliteDataReader reader = command.ExecuteReader();
            var rows = new ItemRows();
            var items = new List<Item>();
            while (reader.Read())
                items.Add(rows.ReadNext(reader));
            return items;
        });
    }

    /// <summary>The item, or null when the records do not have it.</summary>
    public Item? Find(ItemId item) => Find([item]).GetValueOrDefault(item);

    /// <summary>Those of the items that the records have.</summary>
    public IReadOnlyDictionary<ItemId, Item> Find(IReadOnlyCollection<ItemId> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return _database.Read(Reading, connection => Find(connection, items));
    }

    /// <summary>All events: user after user, each user's in the order of the log.</summary>
    /// <remarks>Times come back in UTC, to the tick.</remarks>
    public IEnumerable<Event> ReadEvents()
    {
        var rows = new EventRows();
        // The plus signs keep SQLite from following the index, which leads all over the table: it reads it through and sorts.
        foreach (Event happened in _database.Stream(Reading, $"SELECT {EventRows.Stored} FROM events ORDER BY +user, +sequence", CountedEvents, rows.ReadNext))
            yield return happened;
    }

    /// <summary>Whether any of the events up to a number of <see cref="LastEvent"/> is still there: a log that was replaced has none of them.</summary>
    internal bool HasEventsThrough(long sequence) => _database.Read(Reading, connection =>
        connection.Scalar<long>("SELECT EXISTS (SELECT 1 FROM events WHERE sequence <= @sequence)", ("@sequence", sequence)) == 1);

    /// <summary>The events behind a number of <see cref="LastEvent"/>: user after user, each user's in the order of the log.</summary>
    /// <param name="mostEvents">Users with more events than this in the whole log are left out.</param>
    internal IEnumerable<Event> ReadEventsSince(long sequence, long mostEvents)
    {
        string since = string.Create(CultureInfo.InvariantCulture,
            $"FROM events WHERE sequence > {sequence} AND user NOT IN (SELECT user FROM events GROUP BY user HAVING count(*) > {mostEvents})");
        var rows = new EventRows();
        foreach (Event happened in _database.Stream(Reading, $"SELECT {EventRows.Stored} {since} ORDER BY +user, +sequence", $"SELECT count(*) {since}",
            rows.ReadNext))
        {
            yield return happened;
        }
    }

    /// <summary>The different items of a user's events, oldest first, each where its last event stands.</summary>
    /// <remarks>By time, events of one time as the log had them, those without a time first, and before them those whose time is still to come. Cost: no
    /// more events are read than it takes to find the
    /// items.</remarks>
    /// <param name="last">How many of the newest items; null: all of them.</param>
    public IReadOnlyList<ItemId> ReadHistory(UserId user, int? last = null)
    {
        if (last is { } most)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most, nameof(last));
        return _database.Read(Reading, connection => ReadHistory(connection, user, last ?? int.MaxValue));
    }

    /// <summary>Of the newest change of any row.</summary>
    internal long LastSequence => Count("SELECT last FROM sequences");

    /// <summary>Another number after every change of an item.</summary>
    internal long LastItemChange => Count("SELECT last_of_items FROM sequences");

    /// <summary>The ids of all items with their sequences, by id.</summary>
    internal IEnumerable<DirtyKey> ReadKeys()
    {
        var order = new ItemOrder();
        return _database.Stream(Reading, "SELECT item, sequence FROM items ORDER BY item", CountedItems, reader =>
            new DirtyKey(order.Next(reader.TextOrEmpty(0)), reader.Number(1)));
    }

    /// <summary>Of the newest event; 0 where there is none. Another number after every change of the events.</summary>
    internal long LastEvent => Count("SELECT coalesce(max(sequence), 0) FROM events");

    /// <summary>Closes the file; one that was made here and never written to is removed again.</summary>
    public void Dispose()
    {
        _database.Dispose();
        if (_isMadeHere)
            _database.DeleteIfUnused(IsUnusedIn);
    }

    /// <summary>The change log of the collections in a store.</summary>
    internal ChangeLog ChangesOf(string store) => store == OwnStore ? Changes : new ChangeLog(_database, store);

    private static Dictionary<ItemId, Item> Find(SqliteConnection connection, IReadOnlyCollection<ItemId> items)
    {
        var found = new Dictionary<ItemId, Item>(items.Count);
        var rows = new ItemRows();
        using SqliteCommand command = connection.Command($"SELECT {ItemRows.Stored} FROM items WHERE item = @item", ("@item", null));
        foreach (ItemId item in items)
        {
            command.Set("@item", item.Value);
            using SqliteDataReader reader = command.ExecuteReader();
            if (reader.Read())
                found[item] = rows.Read(reader);
        }
        return found;
    }

    private static bool IsUnusedIn(SqliteConnection connection) =>
        connection.Scalar<long>("SELECT last FROM sequences") == 0 && connection.Scalar<long>("SELECT revision FROM snapshot") == 0;

    private static List<ItemId> ReadHistory(SqliteConnection connection, UserId user, int last)
    {
        var rows = new EventRows();
        var seen = new HashSet<ItemId>();
        var items = new List<ItemId>();
        // What is still to come is never the newest.
        Add("time <= @now OR time IS NULL");
        Add("time > @now");
        items.Reverse();
        return items;

        void Add(string when)
        {
            using SqliteCommand command = connection.Command(
                $"SELECT {EventRows.Stored} FROM events WHERE user = @user AND ({when}) ORDER BY time DESC, sequence DESC",
                ("@user", user.Value), ("@now", Now));
            using SqliteDataReader reader = command.ExecuteReader();
            while (items.Count < last && reader.Read())
            {
                ItemId item = rows.Read(reader).Item;
                if (seen.Add(item))
                    items.Add(item);
            }
        }
    }

    private static long Now => TimeProvider.System.GetUtcNow().UtcTicks;

    private long Count(string sql) => _database.Read(Reading, connection => connection.Scalar<long>(sql));
}

using Hybrid.Behavior;
using Hybrid.Catalog;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>The items and events that were imported, kept in the store's file.</summary>
/// <remarks>
/// <para>Orders of items and users are those of their UTF-8 bytes, whatever order they were imported in.</para>
/// <para>Threads: every member may be called concurrently. What is enumerated is the state at the enumeration's first step, and is read as it is asked for.</para>
/// <para>Every member throws <see cref="VectorStoreException"/> when the file cannot be read.</para>
/// </remarks>
public sealed class EmbeddedCatalog
{
    private const string ItemColumns = $"item, title, text, {StoredFields.Columns}";
    private const string Reading = "read the catalogue";

    private readonly Database _database;

    internal EmbeddedCatalog(Database database) => _database = database;

    public long ItemCount => Count("SELECT count(*) FROM items");

    public long EventCount => Count("SELECT count(*) FROM events");

    /// <summary>Users with at least one event.</summary>
    public long UserCount => Count("SELECT count(DISTINCT user) FROM events");

    /// <summary>Begins an import; until it ends the file takes no other write.</summary>
    /// <param name="merge">False: the items given replace all items, and the events given all events. True: they are added to what is there.</param>
    /// <exception cref="VectorStoreException">Somebody else is writing, or the store failed.</exception>
    public CatalogImport BeginImport(bool merge = false) => new(_database, merge);

    /// <summary>All items, by id.</summary>
    public IEnumerable<Item> ReadItems()
    {
        var fields = new StoredFields();   // one an enumeration: two may run side by side
        foreach (Item item in _database.Stream(Reading, $"SELECT {ItemColumns} FROM items ORDER BY item", reader => ReadItem(reader, fields)))
            yield return item;
    }

    /// <summary>The item, or null when the catalogue does not have it.</summary>
    public Item? Find(ItemId item) => Find([item]).GetValueOrDefault(item);

    /// <summary>Those of the items that the catalogue has.</summary>
    public IReadOnlyDictionary<ItemId, Item> Find(IReadOnlyCollection<ItemId> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return _database.Read(Reading, connection =>
        {
            var found = new Dictionary<ItemId, Item>(items.Count);
            var fields = new StoredFields();
            using SqliteCommand command = connection.Command($"SELECT {ItemColumns} FROM items WHERE item = @item", ("@item", null));
            foreach (ItemId item in items)
            {
                command.Set("@item", item.Value);
                using SqliteDataReader reader = command.ExecuteReader();
                if (reader.Read())
                    found[item] = ReadItem(reader, fields);
            }
            return found;
        });
    }

    /// <summary>All events: user after user, each user's by time, events of one time as the log had them, those without a time first.</summary>
    /// <remarks>Times come back in UTC, to the tick.</remarks>
    public IEnumerable<Event> ReadEvents()
    {
        var shared = new StoredFields();
        // The plus signs keep SQLite from following the index, which leads all over the table: it reads it through and sorts.
        const string sql = "SELECT user, item, kind, time, session FROM events ORDER BY +user, +time, +id";
        foreach (Event happened in _database.Stream(Reading, sql, reader => ReadEvent(reader, shared)))
            yield return happened;
    }

    /// <summary>The items of a user's last events, oldest first; an item comes as often as it occurs.</summary>
    /// <param name="last">At least 1: events looked back.</param>
    public IReadOnlyList<ItemId> ReadHistory(string user, int last)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(last);
        return _database.Read(Reading, connection =>
        {
            using SqliteCommand command = connection.Command("SELECT item FROM events WHERE user = @user ORDER BY time DESC, id DESC LIMIT @last", ("@user", user), ("@last", (long)last));
            using SqliteDataReader reader = command.ExecuteReader();
            var items = new List<ItemId>();
            while (reader.Read())
                items.Add(reader.GetString(0));
            items.Reverse();
            return items;
        });
    }

    private long Count(string sql) => _database.Read(Reading, connection => connection.Scalar<long>(sql));

    private static Event ReadEvent(SqliteDataReader reader, StoredFields shared) => new(
        shared.Shared(reader.GetString(0)),
        shared.Shared(reader.GetString(1)),
        shared.Shared(reader.GetString(2)),
        reader.IsDBNull(3) ? null : new DateTimeOffset(reader.GetInt64(3), TimeSpan.Zero),
        shared.Shared(reader.Text(4)));

    private static Item ReadItem(SqliteDataReader reader, StoredFields fields) =>
        fields.Read(reader, reader.GetString(0), 3) with { Title = reader.GetString(1), Text = reader.GetString(2) };
}

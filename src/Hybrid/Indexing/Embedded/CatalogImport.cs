using Hybrid.Behavior;
using Hybrid.Catalog;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>Items and events on their way into the catalogue: all of them after <see cref="Commit"/>, none of them without it.</summary>
/// <remarks>
/// <para>Only what is given is replaced: an import of events alone leaves the items as they are, and one without items leaves them too.</para>
/// <para>Memory: bounded, however much is added. Threads: one at a time.</para>
/// <para>Every member throws <see cref="VectorStoreException"/> when the file cannot be written; then, as after <see cref="Dispose"/>, nothing has changed.</para>
/// </remarks>
public sealed class CatalogImport : IDisposable
{
    private const string Operation = "import";

    private readonly Database _database;
    private readonly bool _merge;
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private SqliteCommand? _item, _event, _sameEvent;
    private long _items, _events, _eventsThere, _lastEventBefore;
    private bool _ended;

    internal CatalogImport(Database database, bool merge)
    {
        _database = database;
        _merge = merge;
        _connection = database.Translated(Operation, database.Connect);
        try
        {
            _transaction = database.Translated(Operation, () =>
            {
                // 64 MB of pages instead of 2: the events' index takes its rows in any order.
                _connection.Execute("PRAGMA cache_size = -65536");
                return _connection.BeginTransaction();
            });
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Adds an item; of several with one id the last one counts.</summary>
    /// <exception cref="ArgumentException">It has no id.</exception>
    public void Add(Item item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item.Id == default)
            throw new ArgumentException("The item has no id.", nameof(item));
        ObjectDisposedException.ThrowIf(_ended, this);
        _database.Translated(Operation, () =>
        {
            _item ??= BeginItems();
            _item.Set("@item", item.Id.Value);
            _item.Set("@title", item.Title);
            _item.Set("@text", item.Text);
            StoredFields.Set(_item, item);
            return _item.ExecuteNonQuery();
        });
        _items++;
    }

    /// <summary>Adds an event; equal ones are all kept, except those that a merge finds in the store already.</summary>
    /// <exception cref="ArgumentException">Its user or item is no id.</exception>
    public void Add(Event happened)
    {
        _ = new ItemId(happened.User);   // users follow the rules of items
        if (happened.Item == default)
            throw new ArgumentException($"The event of user {happened.User} has no item.", nameof(happened));
        ObjectDisposedException.ThrowIf(_ended, this);
        _database.Translated(Operation, () =>
        {
            _event ??= BeginEvents();
            if (_sameEvent is not null)
            {
                Bind(_sameEvent, happened);
                if (_sameEvent.ExecuteScalar() is not null)
                    return _eventsThere++;
            }
            Bind(_event, happened);
            _event.ExecuteNonQuery();
            return _events++;
        });
    }

    /// <summary>Makes the import visible and lasting, in one step.</summary>
    public ImportCounts Commit()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        return _database.Translated(Operation, () =>
        {
            ImportedItems? items = _item is null ? null : FinishItems();
            ImportedEvents? events = _event is null ? null : CountEvents();
            _transaction.Commit();
            Dispose();
            return new ImportCounts(items, events);
        });
    }

    /// <summary>Ends the import; without <see cref="Commit"/> everything is as it was before.</summary>
    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        _item?.Dispose();
        _event?.Dispose();
        _sameEvent?.Dispose();
        _transaction.Dispose();
        _connection.Dispose();
    }

    // Items wait in a table of this connection, because what an import did to an item is only known when its last row has come.
    private SqliteCommand BeginItems()
    {
        _connection.Execute("""
            CREATE TEMP TABLE incoming (
                item TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL,
                category TEXT, brand TEXT, price REAL, in_stock INTEGER, attributes TEXT) WITHOUT ROWID
            """);
        return _connection.Command($"""
            INSERT OR REPLACE INTO incoming (item, title, text, {StoredFields.Columns})
            VALUES (@item, @title, @text, @category, @brand, @price, @in_stock, @attributes)
            """,
            ("@item", null), ("@title", null), ("@text", null), ("@category", null), ("@brand", null), ("@price", null), ("@in_stock", null), ("@attributes", null));
    }

    private SqliteCommand BeginEvents()
    {
        if (_merge)
        {
            _lastEventBefore = _connection.Scalar<long>("SELECT max(id) FROM events");
            _sameEvent = WithEvent("SELECT 1 FROM events WHERE user = @user AND time IS @time AND item = @item AND kind = @kind AND session IS @session AND id <= @before LIMIT 1");
            _sameEvent.Parameters.AddWithValue("@before", _lastEventBefore);
        }
        else
        {
            _connection.Execute("DELETE FROM events");
        }
        return WithEvent("INSERT INTO events (user, item, kind, time, session) VALUES (@user, @item, @kind, @time, @session)");
    }

    private SqliteCommand WithEvent(string sql) =>
        _connection.Command(sql, ("@user", null), ("@item", null), ("@kind", null), ("@time", null), ("@session", null));

    private static void Bind(SqliteCommand command, Event happened)
    {
        command.Set("@user", happened.User);
        command.Set("@item", happened.Item.Value);
        command.Set("@kind", happened.Kind);
        command.Set("@time", happened.Time?.UtcTicks);
        command.Set("@session", happened.Session);
    }

    private ImportedItems FinishItems()
    {
        const string differs = """
            (old.title, old.text, old.category, old.brand, old.price, old.in_stock, old.attributes)
            IS NOT (new.title, new.text, new.category, new.brand, new.price, new.in_stock, new.attributes)
            """;
        long distinct = _connection.Scalar<long>("SELECT count(*) FROM incoming");
        long known = _connection.Scalar<long>("SELECT count(*) FROM incoming WHERE item IN (SELECT item FROM items)");
        long changed = _connection.Scalar<long>($"SELECT count(*) FROM incoming AS new JOIN items AS old USING (item) WHERE {differs}");
        long removed = _merge ? 0 : _connection.Execute("DELETE FROM items WHERE item NOT IN (SELECT item FROM incoming)");
        _connection.Execute($"""
            INSERT OR REPLACE INTO items
            SELECT new.* FROM incoming AS new LEFT JOIN items AS old USING (item) WHERE old.item IS NULL OR {differs}
            """);
        return new(Added: distinct - known, changed, known - changed, removed, Repeated: _items - distinct);
    }

    private ImportedEvents CountEvents() => new(
        _events,
        _connection.Scalar<long>("SELECT count(DISTINCT user) FROM events WHERE id > @before", ("@before", _lastEventBefore)),
        _connection.Scalar<long>("SELECT count(*) FROM events WHERE id > @before AND item NOT IN (SELECT item FROM items)", ("@before", _lastEventBefore)),
        _eventsThere);
}

using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

/// <summary>Items and events on their way into the records: all of them after <see cref="Commit(CancellationToken)"/>, none of them without it.</summary>
/// <remarks>
/// <para>Only what is given is replaced: an import of events alone leaves the items as they are, and one without items leaves them too.</para>
/// <para>Rows wait outside the file, so that others may write it until <see cref="Commit(CancellationToken)"/>, which alone holds the write lock.</para>
/// <para>Memory: bounded, however much is added; the rows wait in SQLite's temporary storage, which ends with the process. Threads: one at a time.</para>
/// <para>Every member throws <see cref="RecordsException"/> when the file cannot be written; then, as after <see cref="Dispose"/>, nothing has changed.</para>
/// </remarks>
public sealed class RecordImport : IDisposable
{
    private const string Operation = "import";
    private const int ItemsPerPage = 1024;

    private readonly Database _database;
    private readonly bool _merge;
    private readonly SqliteConnection _connection;
    private readonly ItemRows _itemRows = new();
    private readonly EventRows _eventRows = new();
    private readonly AttributeColumns _columns;
    private readonly HashSet<ItemId> _oddlyWritten = [];
    private readonly Dictionary<ItemId, double> _newPrices = [];
    private SqliteCommand? _item, _event, _kept;
    private long _items, _events;
    private bool _ended;

    internal RecordImport(Database database, bool merge, MissingWords missing)
    {
        _columns = new AttributeColumns(missing);
        _database = database;
        _merge = merge;
        _connection = database.Translated(Operation, database.Connect);
        try
        {
            // One transaction over the temporary tables alone: it locks nothing of the file. The file is looked at before, so that it is known to be in use.
            // 64 MB of pages instead of 2.
            database.Translated(Operation, () => _connection.Execute("""
                SELECT last FROM sequences;
                PRAGMA temp.cache_size = -65536;
                CREATE TEMP TABLE incoming_items (
                    item TEXT PRIMARY KEY, given TEXT, title TEXT NOT NULL, text TEXT NOT NULL,
                    category TEXT, brand TEXT, price REAL, in_stock INTEGER, attributes TEXT, checksum INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TEMP TABLE incoming_events (
                    place INTEGER PRIMARY KEY, user TEXT NOT NULL, item TEXT NOT NULL, kind TEXT NOT NULL, time INTEGER, session TEXT, request TEXT,
                    id TEXT, checksum INTEGER NOT NULL);
                CREATE TEMP TABLE kept_items (item TEXT PRIMARY KEY) WITHOUT ROWID;
                BEGIN;
                """));
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
        CountSpelling(item);
        Stage(item);
        _items++;
    }

    /// <summary>Adds a variant to an item that was added before.</summary>
    /// <returns>False when it was not; nothing has changed then.</returns>
    internal bool Join(Item variant)
    {
        if (FindAdded(variant.Id) is not { } item)
            return false;
        Stage(VariantRow.Join(item, variant));
        return true;
    }

    /// <summary>Gives an item that was added another price.</summary>
    internal void Reprice(ItemId item, double price) => _newPrices[item] = price;

    /// <summary>Two ways of the import to write what is one id, and how many rows had another than the row before; null when there are none.</summary>
    internal (string One, string Other, long Rows)? Spellings { get; private set; }

    /// <summary>Adds an event; equal ones are all kept, except those that a merge finds in the records already. Of those with one id the first is
    /// kept.</summary>
    /// <exception cref="ArgumentException">It has no user or no item.</exception>
    public void Add(Event happened)
    {
        EventRows.ThrowIfIncomplete(happened);
        ObjectDisposedException.ThrowIf(_ended, this);
        _database.Translated(Operation, () =>
        {
            _event ??= EventRows.Writing(_connection, $"INSERT INTO incoming_events ({EventRows.Columns}) VALUES ({EventRows.Parameters})");
            _eventRows.Bind(_event, happened);
            return _event.ExecuteNonQuery();
        });
        _events++;
    }

    /// <summary>Leaves an item as the records have it, unless it is also added: its row in the source could not be used.</summary>
    public void Keep(ItemId item)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        _database.Translated(Operation, () =>
        {
            _kept ??= _connection.Command("INSERT OR IGNORE INTO kept_items (item) VALUES (@item)", ("@item", null));
            _kept.Set("@item", item.Value);
            return _kept.ExecuteNonQuery();
        });
    }

    /// <summary>Makes the import visible and lasting, in one step.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; nothing has changed.</exception>
    public ImportCounts Commit(CancellationToken cancellationToken = default) => Commit(null, cancellationToken);

    /// <param name="onRemoving">Told, before anything is, how many of how many items it removes; what it throws ends the import with nothing changed.</param>
    internal ImportCounts Commit(Action<long, long>? onRemoving, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        cancellationToken.ThrowIfCancellationRequested();
        ImportCounts counts = _database.Interruptible(Operation, _connection, () =>
        {
            SettleColumns(cancellationToken);
            _connection.Execute("COMMIT; BEGIN IMMEDIATE");
            ImportedItems? items = _items == 0 ? null : FinishItems(onRemoving);
            ImportedEvents? events = _events == 0 ? null : FinishEvents();
            _connection.Execute("COMMIT");
            return new ImportCounts(items, events);
        }, cancellationToken);
        // The log is as long as the import was; what is left of it is only disk space, so nobody is told when a reader is in the way. Nor is it waited for:
        // meanwhile nobody else could write.
        _database.Translated(Operation, () => _connection.Execute("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)"));
        Dispose();
        return counts;
    }

    /// <summary>Ends the import; without <see cref="Commit(CancellationToken)"/> everything is as it was before.</summary>
    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        _item?.Dispose();
        _event?.Dispose();
        _kept?.Dispose();
        _connection.Dispose();
    }

    private void Stage(Item item)
    {
        _columns.Observe(item);
        _newPrices.Remove(item.Id);
        _database.Translated(Operation, () =>
        {
            _item ??= ItemRows.Writing(_connection, $"INSERT OR REPLACE INTO incoming_items ({ItemRows.Columns}) VALUES ({ItemRows.Parameters})");
            _itemRows.Bind(_item, item);
            return _item.ExecuteNonQuery();
        });
    }

    /// <summary>Notes an item of which an earlier row writes the id in another way. Only ids that are not written as they are matched can be such.</summary>
    private void CountSpelling(Item item)
    {
        bool isOdd = item.IdAsGiven != item.Id.Value;
        if ((isOdd || _oddlyWritten.Contains(item.Id)) && FindAdded(item.Id) is { } known && known.IdAsGiven != item.IdAsGiven)
            Spellings = (Spellings?.One ?? known.IdAsGiven, Spellings?.Other ?? item.IdAsGiven, (Spellings?.Rows ?? 0) + 1);
        if (isOdd)
            _oddlyWritten.Add(item.Id);
    }

    private Item? FindAdded(ItemId item) => _database.Translated(Operation, () =>
    {
        using SqliteCommand command = _connection.Command($"SELECT {ItemRows.Columns}, 0 FROM incoming_items WHERE item = @item", ("@item", item.Value));
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? _itemRows.Read(reader) : null;
    });

    /// <summary>What an attribute is, and how a price is written, its whole column says, and that is known only now.</summary>
    private void SettleColumns(CancellationToken cancellationToken)
    {
        if (!_columns.NeedSettling && _newPrices.Count == 0)
            return;
        using SqliteCommand page = _connection.Command(
            $"SELECT {ItemRows.Columns}, 0 FROM incoming_items WHERE item > @after ORDER BY item LIMIT {ItemsPerPage}", ("@after", ""));
        for (List<Item> items = ReadPage(); items.Count > 0; items = ReadPage())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (Item item in items)
            {
                Item settled = _columns.Settle(item);
                if (_newPrices.TryGetValue(item.Id, out double price))
                    settled = settled with { Price = price };
                if (ReferenceEquals(settled, item))
                    continue;
                _itemRows.Bind(_item!, settled);   // ! : there are items
                _item!.ExecuteNonQuery();
            }
            page.Set("@after", items[^1].Id.Value);
        }

        List<Item> ReadPage()
        {
            var items = new List<Item>(ItemsPerPage);
            using SqliteDataReader reader = page.ExecuteReader();
            while (reader.Read())
                items.Add(_itemRows.Read(reader));
            return items;
        }
    }

    private ImportedItems FinishItems(Action<long, long>? onRemoving)
    {
        const string differs = """
            (old.given, old.title, old.text, old.category, old.brand, old.price, old.in_stock, old.attributes)
            IS NOT (new.given, new.title, new.text, new.category, new.brand, new.price, new.in_stock, new.attributes)
            """;
        long distinct = _connection.Scalar<long>("SELECT count(*) FROM incoming_items");
        long known = _connection.Scalar<long>("SELECT count(*) FROM incoming_items WHERE item IN (SELECT item FROM items)");
        _connection.Execute($"""
            CREATE TEMP TABLE written_items (place INTEGER PRIMARY KEY, item TEXT NOT NULL);
            INSERT INTO written_items (item)
                SELECT new.item FROM incoming_items AS new LEFT JOIN items AS old USING (item) WHERE old.item IS NULL OR {differs} ORDER BY new.item
            """);
        long written = _connection.Scalar<long>("SELECT count(*) FROM written_items");
        long removed = 0;
        if (!_merge)
        {
            const string gone = "item NOT IN (SELECT item FROM incoming_items) AND item NOT IN (SELECT item FROM kept_items)";
            onRemoving?.Invoke(_connection.Scalar<long>($"SELECT count(*) FROM items WHERE {gone}"), _connection.Scalar<long>("SELECT items FROM sequences"));
            ChangeLog.MarkAll(_connection, $"SELECT item, @sequence AS sequence FROM items WHERE {gone}", ("@sequence", Sequences.Take(_connection, 1)));
            removed = _connection.Execute($"DELETE FROM items WHERE {gone}");
        }
        long before = Sequences.Take(_connection, written) - 1;
        _connection.Execute($"""
            INSERT OR REPLACE INTO items ({ItemRows.Columns}, sequence)
            SELECT {Sequences.Sealed(ItemRows.Columns, "@before + place")} FROM incoming_items JOIN written_items USING (item)
            """, ("@before", before));
        ChangeLog.MarkAll(_connection, "SELECT item, @before + place AS sequence FROM written_items", ("@before", before));
        Sequences.Count(_connection, items: distinct - known - removed, events: 0);
        return new(Added: distinct - known, Changed: written - (distinct - known), Unchanged: distinct - written, removed, Repeated: _items - distinct);
    }

    private ImportedEvents FinishEvents()
    {
        long replaced = _merge ? 0 : _connection.Scalar<long>("SELECT events FROM sequences");
        if (!_merge)
            _connection.Execute("DELETE FROM events");
        long before = Sequences.Take(_connection, _events) - 1;
        // Compared with what was there before: the import's own events may be equal, two clicks in one second.
        string isNew = _merge
            ? """
              WHERE NOT EXISTS (SELECT 1 FROM events AS old WHERE old.user = new.user AND old.time IS new.time AND old.item = new.item
                  AND old.kind = new.kind AND old.session IS new.session AND old.sequence <= @before)
              """
            : "WHERE true";   // without it SQLite takes ON for a join's
        int added = _connection.Execute($"""
            INSERT INTO events ({EventRows.Columns}, sequence)
            SELECT {Sequences.Sealed(EventRows.Columns, "@before + place")} FROM incoming_events AS new {isNew} ORDER BY place {EventRows.OncePerId}
            """, ("@before", before));
        Sequences.Count(_connection, items: 0, events: added - replaced);
        return new(
            added,
            _connection.Scalar<long>("SELECT count(DISTINCT user) FROM events WHERE sequence > @before", ("@before", before)),
            _connection.Scalar<long>($"SELECT count(*) FROM events WHERE sequence > @before AND {EventRows.Item} NOT IN (SELECT item FROM items)",
                ("@before", before)),
            _events - added);
    }
}

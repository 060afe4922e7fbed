using Hybrid.Catalog;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

/// <summary>For each target (a collection), the items that changed since it last took them.</summary>
/// <remarks>
/// <para>A change is marked in the transaction that makes it, once per target, so that a target that is emptied holds exactly the records. An item
/// that changes twice is one key with the later sequence: a target never has more work than there are items.</para>
/// <para>Targets of another store than the embedded one carry its name, so that "products@3" of one is not taken for that of another.</para>
/// <para>Keys come in the order of their UTF-8 bytes. Threads: every member may be called concurrently.</para>
/// </remarks>
/// <param name="store">The store whose targets these are; "" is the embedded one.</param>
internal sealed class ChangeLog(Database database, string store)
{
    /// <summary>Between a target's name, which has no space, and its store's.</summary>
    private const string In = " in ";

    /// <summary>Makes a target that has everything still to take; one that is there stays as it is.</summary>
    public void Follow(string target) => database.Write($"follow {target}", connection =>
    {
        if (connection.Scalar<long?>("INSERT INTO targets (name) VALUES (@name) ON CONFLICT DO NOTHING RETURNING id", ("@name", Full(target))) is { } id)
            connection.Execute("INSERT INTO dirty (target, item, sequence) SELECT @id, item, sequence FROM items", ("@id", id));
        return 0;
    });

    /// <summary>Ends a target and forgets what it had to take.</summary>
    public void Unfollow(string target) => database.Write($"unfollow {target}", connection =>
    {
        connection.Execute("DELETE FROM dirty WHERE target = (SELECT id FROM targets WHERE name = @name)", ("@name", Full(target)));
        return connection.Execute("DELETE FROM targets WHERE name = @name", ("@name", Full(target)));
    });

    public IReadOnlyList<string> ReadTargets() => database.Read("read the change log", connection =>
        connection.Texts("SELECT name FROM targets ORDER BY name").Select(name => name.Split(In, 2))
            .Where(parts => (parts.Length > 1 ? parts[1] : RecordStore.OwnStore) == store).Select(parts => parts[0]).ToList());

    /// <summary>How many items a target has still to take, removed ones included; 0 for a target that there is not.</summary>
    public long Count(string target) => database.Read("read the change log", connection =>
        connection.Scalar<long>($"SELECT count(*) FROM dirty WHERE target = {TargetId}", ("@name", Full(target))));

    /// <summary>How many of those are items that the records have.</summary>
    public long CountItems(string target) => database.Read("read the change log", connection => connection.Scalar<long>(
        $"SELECT count(*) FROM dirty WHERE target = {TargetId} AND EXISTS (SELECT 1 FROM items WHERE items.item = dirty.item)", ("@name", Full(target))));

    /// <summary>Says that a target has taken everything once.</summary>
    public void NoteComplete(string target) => database.Write($"complete {target}", connection =>
        connection.Execute("UPDATE targets SET complete = 1 WHERE name = @name", ("@name", Full(target))));

    /// <summary>Whether a target has ever taken everything.</summary>
    public bool IsComplete(string target) => database.Read("read the change log", connection =>
        connection.Scalar<long>("SELECT complete FROM targets WHERE name = @name", ("@name", Full(target))) != 0);

    /// <summary>The next keys that a target has to take.</summary>
    /// <param name="upTo">Only keys up to this sequence: what changes meanwhile is then for another time.</param>
    /// <param name="after">Only keys behind this one; default: from the first.</param>
    public IReadOnlyList<DirtyKey> Read(string target, long upTo, ItemId after, int count) => database.Read("read the change log", connection =>
    {
        using SqliteCommand command = connection.Command(
            $"SELECT item, sequence FROM dirty WHERE target = {TargetId} AND item > @after AND sequence <= @upTo ORDER BY item LIMIT @count",
            ("@name", Full(target)), ("@after", after.Value ?? ""), ("@upTo", upTo), ("@count", (long)count));
        using SqliteDataReader reader = command.ExecuteReader();
        var keys = new List<DirtyKey>(count);
        while (reader.Read())
            keys.Add(new(reader.TextOrEmpty(0), reader.GetInt64(1)));
        return keys;
    });

    /// <summary>Those keys whose items the records no longer have: a search of the target must not show them.</summary>
    public IReadOnlyList<ItemId> ReadRemoved(string target) => database.Read("read the change log", connection => connection.Texts(
        $"SELECT item FROM dirty WHERE target = {TargetId} AND NOT EXISTS (SELECT 1 FROM items WHERE items.item = dirty.item) ORDER BY item",
        ("@name", Full(target))).Select(item => new ItemId(item)).ToList());

    /// <summary>Those keys whose items, as the records have them now, a search of the target must not show.</summary>
    /// <remarks>Cost: reads every item that the target has still to take.</remarks>
    public IReadOnlyList<ItemId> ReadWithout(string target, Func<Item, bool> isShown) => database.Read("read the change log", connection =>
    {
        using SqliteCommand command = connection.Command(
            $"SELECT {ItemRows.Stored} FROM dirty JOIN items USING (item) WHERE target = {TargetId} ORDER BY item", ("@name", Full(target)));
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new ItemRows();
        var items = new List<ItemId>();
        while (reader.Read())
        {
            if (rows.Read(reader) is var item && !isShown(item))
                items.Add(item.Id);
        }
        return items;
    });

    /// <summary>Those of the items that a target has still to take.</summary>
    public IReadOnlyList<DirtyKey> Find(string target, IReadOnlyCollection<ItemId> items) => database.Read("read the change log", connection =>
    {
        using SqliteCommand command = connection.Command($"SELECT sequence FROM dirty WHERE target = {TargetId} AND item = @item", ("@name", Full(target)),
            ("@item", null));
        var keys = new List<DirtyKey>(items.Count);
        foreach (ItemId item in items)
        {
            command.Set("@item", item.Value);
            if (command.ExecuteScalar() is long sequence)
                keys.Add(new(item, sequence));
        }
        return keys;
    });

    /// <summary>Says that a target has taken these; a key that has changed again meanwhile stays.</summary>
    public void Clear(string target, IReadOnlyCollection<DirtyKey> taken) => database.Write($"clear {target}", connection =>
    {
        using SqliteCommand command = connection.Command(
            $"DELETE FROM dirty WHERE target = {TargetId} AND item = @item AND sequence <= @sequence", ("@name", Full(target)), ("@item", null),
                ("@sequence", 0L));
        foreach (DirtyKey key in taken)
        {
            command.Set("@item", key.Item.Value);
            command.Set("@sequence", key.Sequence);
            command.ExecuteNonQuery();
        }
        return 0;
    });

    /// <summary>Marks items for one target: its rows of them are not those of the records.</summary>
    public void Mark(string target, IReadOnlyCollection<ItemId> items) => database.Write($"mark {target}", connection =>
    {
        using SqliteCommand command = connection.Command($"""
            INSERT OR IGNORE INTO dirty (target, item, sequence)
            SELECT {TargetId}, @item, coalesce((SELECT sequence FROM items WHERE item = @item), (SELECT last FROM sequences))
            """, ("@name", Full(target)), ("@item", null));
        foreach (ItemId item in items)
        {
            command.Set("@item", item.Value);
            command.ExecuteNonQuery();
        }
        return 0;
    });

    /// <summary>Marks items for every target, within the transaction that changes them.</summary>
    /// <param name="items">SQL that gives (item, sequence).</param>
    public static void MarkAll(SqliteConnection connection, string items, params ReadOnlySpan<(string Name, object? Value)> values) =>
        connection.Execute($"""
            UPDATE sequences SET last_of_items = last;
            INSERT OR REPLACE INTO dirty (target, item, sequence) SELECT targets.id, changed.item, changed.sequence FROM targets, ({items}) AS changed;
            """, values);

    /// <summary>What was written into a target.</summary>
    public RowLedger LedgerOf(string target) => new(database, Full(target));

    private string Full(string target) => store == RecordStore.OwnStore ? target : target + In + store;

    private const string TargetId = "(SELECT id FROM targets WHERE name = @name)";
}

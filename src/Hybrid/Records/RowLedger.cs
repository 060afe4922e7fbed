using System.Buffers.Binary;
using Hybrid.Catalog;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

/// <summary>What was written into a collection: of each row 128 bits of all that it holds, so that one that has changed by itself is found.</summary>
/// <remarks>Kept beside the records, for collections that take the place of others; a row that is written or removed is noted after the store has
/// acknowledged it and before its key is clean. Threads: every member may be called concurrently.</remarks>
internal sealed class RowLedger(Database database, string target)
{
    private const int ChunkSize = 4_096;

    /// <summary>Whether rows are noted for this collection at all.</summary>
    public bool IsKept => database.Read("read the ledger", connection =>
        HasTable(connection) && connection.Scalar<long>("SELECT count(*) FROM ledgers WHERE target = @target", ("@target", target)) != 0);

    /// <summary>Begins to keep it; rows that are noted already stay.</summary>
    public void Keep() => database.Write("keep the ledger", connection =>
        connection.Execute(RecordTables.Migrations + "INSERT OR IGNORE INTO ledgers (target) VALUES (@target)", ("@target", target)));

    /// <summary>Ends it, and forgets its rows.</summary>
    public void Forget() => database.Write("forget the ledger", connection => HasTable(connection)
        ? connection.Execute("DELETE FROM written WHERE target = @target; DELETE FROM ledgers WHERE target = @target;", ("@target", target)) : 0);

    /// <param name="removed">Items whose rows were taken out.</param>
    public void Note(IReadOnlyCollection<(ItemId Item, UInt128 Digest)> written, IReadOnlyCollection<ItemId> removed) =>
        database.Write("note written rows", connection =>
        {
            using SqliteCommand put = connection.Command("INSERT OR REPLACE INTO written (target, item, digest) VALUES (@target, @item, @digest)",
                ("@target", target), ("@item", null), ("@digest", null));
            foreach ((ItemId item, UInt128 digest) in written)
            {
                byte[] bytes = new byte[16];
                BinaryPrimitives.WriteUInt128LittleEndian(bytes, digest);
                put.Set("@item", item.Value);
                put.Set("@digest", bytes);
                put.ExecuteNonQuery();
            }
            using SqliteCommand delete = connection.Command(
                "DELETE FROM written WHERE target = @target AND item = @item", ("@target", target), ("@item", null));
            foreach (ItemId item in removed)
            {
                delete.Set("@item", item.Value);
                delete.ExecuteNonQuery();
            }
            return 0;
        });

    /// <summary>What is noted of these items; one of which nothing is has no entry.</summary>
    public IReadOnlyDictionary<ItemId, UInt128> Find(IReadOnlyCollection<ItemId> items) => database.Read("read the ledger", connection =>
    {
        using SqliteCommand command = connection.Command(
            "SELECT digest FROM written WHERE target = @target AND item = @item", ("@target", target), ("@item", null));
        var found = new Dictionary<ItemId, UInt128>(items.Count);
        foreach (ItemId item in items)
        {
            command.Set("@item", item.Value);
            if (command.ExecuteScalar() is byte[] digest)
                found[item] = BinaryPrimitives.ReadUInt128LittleEndian(digest);
        }
        return found;
    });

    /// <summary>All rows, by id.</summary>
    public IEnumerable<(ItemId Item, UInt128 Digest)> Read()
    {
        for (string after = ""; ;)
        {
            List<(ItemId Item, UInt128 Digest)> chunk = database.Read("read the ledger", connection =>
            {
                using SqliteCommand command = connection.Command(
                    "SELECT item, digest FROM written WHERE target = @target AND item > @after ORDER BY item LIMIT @count",
                    ("@target", target), ("@after", after), ("@count", (long)ChunkSize));
                using SqliteDataReader reader = command.ExecuteReader();
                var rows = new List<(ItemId, UInt128)>(ChunkSize);
                while (reader.Read())
                    rows.Add((reader.TextOrEmpty(0), BinaryPrimitives.ReadUInt128LittleEndian((byte[])reader.GetValue(1))));
                return rows;
            });
            foreach ((ItemId Item, UInt128 Digest) row in chunk)
                yield return row;
            if (chunk.Count < ChunkSize)
                yield break;
            after = chunk[^1].Item.Value;
        }
    }

    private static bool HasTable(SqliteConnection connection) =>
        connection.Scalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'ledgers'") != 0;
}

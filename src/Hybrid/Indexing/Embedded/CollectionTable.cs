using System.Runtime.InteropServices;
using Hybrid.Catalog;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hybrid.Indexing.Embedded;

/// <summary>One collection's rows in the database: the truth that its index in memory follows.</summary>
/// <remarks>
/// <para>Every write has a revision, one higher than the last. A row carries the revision that wrote or deleted it, so that whoever knows the rows
/// up to one revision reads only the later ones.</para>
/// <para>Vectors are little-endian float32.</para>
/// </remarks>
internal sealed class CollectionTable(Database database, long id, string name, int dimension)
{
    // How often a loop over rows looks at its token.
    private const int RowsPerCheck = 1024;

    /// <param name="Revision">Of the newest write.</param>
    /// <param name="Forgotten">Deletions up to this revision are no longer on record: an index older than that cannot be brought up to date.</param>
    public readonly record struct State(long Revision, long Forgotten);

    /// <exception cref="VectorStoreException">The collection is gone.</exception>
    public State ReadState(SqliteConnection connection, string operation)
    {
        using SqliteCommand command = connection.Command("SELECT revision, forgotten FROM collections WHERE id = @id", ("@id", id));
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? new State(reader.GetInt64(0), reader.GetInt64(1)) : throw Gone(operation);
    }

    /// <summary>Inserts or replaces in one transaction.</summary>
    /// <returns>The new revision.</returns>
    public long Upsert(ItemBatch batch, CancellationToken cancellationToken)
    {
        string operation = $"upsert into {name}";
        return database.Write(operation, connection =>
        {
            long revision = NextRevision(connection, operation);
            using SqliteCommand row = connection.Command($"""
                INSERT INTO rows (collection, item, revision, {StoredFields.Columns}, fingerprint)
                VALUES (@collection, @item, @revision, @category, @brand, @price, @in_stock, @attributes, @fingerprint)
                ON CONFLICT (collection, item) DO UPDATE SET revision = excluded.revision, deleted = 0, category = excluded.category, brand = excluded.brand,
                    price = excluded.price, in_stock = excluded.in_stock, attributes = excluded.attributes, fingerprint = excluded.fingerprint
                RETURNING id
                """,
                ("@collection", id), ("@item", null), ("@revision", revision), ("@category", null), ("@brand", null), ("@price", null),
                ("@in_stock", null), ("@attributes", null), ("@fingerprint", ""));
            var bytes = new byte[dimension * sizeof(float)];
            using SqliteCommand vector = connection.Command(
                "INSERT INTO vectors (row, vector) VALUES (@row, @vector) ON CONFLICT (row) DO UPDATE SET vector = excluded.vector", ("@row", 0L), ("@vector", bytes));
            for (int i = 0; i < batch.Items.Count; i++)
            {
                if (i % RowsPerCheck == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                row.Set("@item", batch.Items[i].Id.Value);
                StoredFields.Set(row, batch.Items[i]);
                if (batch.Fingerprints.Count > 0)
                    row.Set("@fingerprint", batch.Fingerprints[i]);
                vector.Set("@row", row.ExecuteScalar());
                MemoryMarshal.AsBytes(batch.Vectors.Span.Slice(i * dimension, dimension)).CopyTo(bytes);
                vector.ExecuteNonQuery();
            }
            cancellationToken.ThrowIfCancellationRequested();
            return revision;
        });
    }

    /// <summary>Removes in one transaction.</summary>
    /// <returns>The new revision.</returns>
    public long Remove(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken)
    {
        string operation = $"remove from {name}";
        return database.Write(operation, connection =>
        {
            long revision = NextRevision(connection, operation);
            using SqliteCommand row = connection.Command("""
                UPDATE rows SET revision = @revision, deleted = 1, category = NULL, brand = NULL, price = NULL, in_stock = NULL, attributes = NULL, fingerprint = ''
                WHERE collection = @collection AND item = @item AND deleted = 0
                RETURNING id
                """,
                ("@collection", id), ("@item", null), ("@revision", revision));
            using SqliteCommand vector = connection.Command("DELETE FROM vectors WHERE row = @row", ("@row", 0L));
            foreach (ItemId item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                row.Set("@item", item.Value);
                if (row.ExecuteScalar() is not { } removed)
                    continue;
                vector.Set("@row", removed);
                vector.ExecuteNonQuery();
            }
            return revision;
        });
    }

    /// <summary>Brings an index that knows the rows up to <paramref name="revision"/> to where the table is.</summary>
    public void ApplyChanges(SqliteConnection connection, IvfIndex index, long revision, CancellationToken cancellationToken)
    {
        using SqliteCommand command = connection.Command($"""
            SELECT item, {StoredFields.Columns}, vector FROM rows LEFT JOIN vectors ON row = id
            WHERE collection = @collection AND revision > @revision
            """,
            ("@collection", id), ("@revision", revision));
        using SqliteDataReader reader = command.ExecuteReader();
        var fields = new StoredFields();
        for (long i = 0; reader.Read(); i++)
        {
            if (i % RowsPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            ItemId item = reader.GetString(0);
            ReadOnlySpan<byte> vector = raw.sqlite3_column_blob(reader.Handle, 6);   // without a copy
            if (vector.IsEmpty)
                index.Remove(item);
            else
                index.Upsert(fields.Read(reader, item, 1), MemoryMarshal.Cast<byte, float>(vector));
        }
    }

    /// <summary>What filters read of every row, by item; a deleted row is there without anything to read.</summary>
    public Dictionary<ItemId, Item> ReadFields(SqliteConnection connection, CancellationToken cancellationToken)
    {
        using SqliteCommand command = connection.Command($"SELECT item, {StoredFields.Columns} FROM rows WHERE collection = @collection", ("@collection", id));
        using SqliteDataReader reader = command.ExecuteReader();
        var found = new Dictionary<ItemId, Item>();
        var fields = new StoredFields();
        while (reader.Read())
        {
            if (found.Count % RowsPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            ItemId item = reader.GetString(0);
            found.Add(item, fields.Read(reader, item, 1));
        }
        return found;
    }

    public Dictionary<ItemId, string> ReadFingerprints(CancellationToken cancellationToken)
    {
        string operation = $"read {name}";
        return database.Read(operation, connection =>
        {
            ReadState(connection, operation);
            using SqliteCommand command = connection.Command("SELECT item, fingerprint FROM rows WHERE collection = @collection AND deleted = 0", ("@collection", id));
            using SqliteDataReader reader = command.ExecuteReader();
            var found = new Dictionary<ItemId, string>();
            while (reader.Read())
            {
                if (found.Count % RowsPerCheck == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                found.Add(reader.GetString(0), reader.GetString(1));
            }
            return found;
        });
    }

    /// <summary>Deletes the marks of rows deleted up to <paramref name="revision"/>: the saved index knows of them.</summary>
    public void Forget(long revision)
    {
        string operation = $"tidy {name}";
        if (database.Read(operation, NewestMark) == 0)
            return;   // the usual case, which need not wait for a writer
        database.Write(operation, connection =>
        {
            long newest = NewestMark(connection);
            connection.Execute("DELETE FROM rows WHERE collection = @id AND deleted = 1 AND revision <= @revision", ("@id", id), ("@revision", revision));
            return connection.Execute("UPDATE collections SET forgotten = max(forgotten, @newest) WHERE id = @id", ("@id", id), ("@newest", newest));
        });

        long NewestMark(SqliteConnection connection) => connection.Scalar<long>(
            "SELECT max(revision) FROM rows WHERE collection = @id AND deleted = 1 AND revision <= @revision", ("@id", id), ("@revision", revision));
    }

    /// <summary>What every use of a dropped collection comes to.</summary>
    public VectorStoreException Gone(string operation) =>
        new(database.Name, operation, $"{name} has been dropped. Open the alias again, or index the items into a new collection.", isTransient: false);

    private long NextRevision(SqliteConnection connection, string operation) =>
        connection.Scalar<long?>("UPDATE collections SET revision = revision + 1 WHERE id = @id RETURNING revision", ("@id", id)) ?? throw Gone(operation);
}

using System.Runtime.InteropServices;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Records.Sqlite;
using Hybrid.Vectors;
using Microsoft.Data.Sqlite;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>A vectors.db as Hybrid wrote it before vectors had files of their own: schema version 1, with a table of blobs.</summary>
internal static class OlderStore
{
    private static readonly DatabaseSchema Schema = new(Application: 0x48796256, Version: 1, """
        CREATE TABLE versions (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL,
            model TEXT NOT NULL, hash TEXT NOT NULL, dimension INTEGER NOT NULL, kind TEXT NOT NULL, template TEXT NOT NULL,
            revision INTEGER NOT NULL, forgotten INTEGER NOT NULL, live INTEGER NOT NULL, epoch INTEGER NOT NULL, dropped INTEGER NOT NULL,
            checksum INTEGER NOT NULL, UNIQUE (name, version));
        CREATE TABLE aliases (alias TEXT PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collections (id), checksum INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE rows (
            id INTEGER PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collections (id), item TEXT NOT NULL, fingerprint TEXT NOT NULL,
            sequence INTEGER NOT NULL, revision INTEGER NOT NULL, deleted INTEGER NOT NULL,
            category TEXT, brand TEXT, price REAL, in_stock INTEGER, attributes TEXT, checksum INTEGER NOT NULL, UNIQUE (collection, item));
        CREATE INDEX rows_by_revision ON rows (collection, revision);
        CREATE INDEX marks ON rows (collection, revision) WHERE deleted = 1;
        CREATE TABLE vectors (row INTEGER PRIMARY KEY REFERENCES rows (id), vector BLOB NOT NULL, checksum INTEGER NOT NULL);
        """);

    /// <summary>Writes a file with collections of these names, each with the mark of a row that was deleted.</summary>
    public static void Make(string path, params ReadOnlySpan<(string Name, VectorSpace Space, IReadOnlyList<StoredItem> Rows)> collections)
    {
        using Database database = Open(path);
        foreach ((string name, VectorSpace space, IReadOnlyList<StoredItem> rows) in collections)
        {
            database.Write("make", connection =>
            {
                CollectionRow made = CollectionRow.Insert(connection, name, space);
                foreach (StoredItem row in rows)
                    Insert(connection, made.Id, row);
                Insert(connection, made.Id, new StoredItem(new Item("deleted"), default));
                (made with { Revision = 1, Live = rows.Count }).Update(connection);
                return 0;
            });
        }
    }

    /// <summary>How many vectors are still in the table; null: the table is gone.</summary>
    public static long? Left(SqliteConnection connection) =>
        connection.Scalar<long>("SELECT count(*) FROM sqlite_master WHERE name = 'vectors'") == 0 ? null
            : connection.Scalar<long>("SELECT count(*) FROM vectors");

    private static Database Open(string path) => Database.Open(
        new DatabaseOptions("embedded", path, Schema, TimeSpan.FromSeconds(30)),
        (file, operation, reason, isTransient, cause) => new VectorStoreException(file, operation, reason, isTransient, cause));

    private static void Insert(SqliteConnection connection, long collection, in StoredItem row)
    {
        (Item fields, ReadOnlyMemory<float> vector, long sequence, string fingerprint) = row;
        var written = new StoredFields();
        long deleted = vector.IsEmpty ? 1 : 0;
        written.Checksum.Add(collection).Add(fields.Id.Value).Add(fingerprint).Add(sequence).Add(1L).Add(deleted);
        using SqliteCommand command = connection.Command($"""
            INSERT INTO rows (collection, item, fingerprint, sequence, revision, deleted, {StoredFields.Columns}, checksum)
            VALUES (@collection, @item, @fingerprint, @sequence, 1, @deleted, {StoredFields.Parameters}, @checksum) RETURNING id
            """,
            ("@collection", collection), ("@item", fields.Id.Value), ("@fingerprint", fingerprint), ("@sequence", sequence), ("@deleted", deleted),
            ("@category", null), ("@brand", null), ("@price", null), ("@in_stock", null), ("@attributes", null), ("@checksum", 0L));
        written.Set(command, fields);
        command.Set("@checksum", written.Checksum.Take());
        object? id = command.ExecuteScalar();
        if (vector.IsEmpty)
            return;
        byte[] bytes = MemoryMarshal.AsBytes(vector.Span).ToArray();
        connection.Execute("INSERT INTO vectors (row, vector, checksum) VALUES (@row, @vector, @checksum)",
            ("@row", id), ("@vector", bytes), ("@checksum", new RowChecksum().Add(fields.Id.Value).Add(bytes).Take()));
    }
}

using System.Runtime.InteropServices;
using Hybrid.Catalog;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hybrid.Indexing.Embedded;

/// <summary>The rows of one collection, into columns and back, with their checksums.</summary>
/// <remarks>
/// <para>Vectors are little-endian float32. A vector's checksum covers its item too: a vector of another row is noticed.</para>
/// <para>A reader of many rows keeps one of these. Not for concurrent use.</para>
/// </remarks>
internal sealed class VectorRows(long collection, int dimension)
{
    /// <summary>In the order in which <see cref="Read"/> expects them.</summary>
    public const string Columns = $"item, fingerprint, sequence, revision, deleted, {StoredFields.Columns}, rows.checksum";

    /// <summary>Behind <see cref="Columns"/>, for <see cref="Vector"/>.</summary>
    public const string VectorColumns = "vector, vectors.checksum";

    /// <summary>The first column behind them.</summary>
    public const int BehindColumns = 11, BehindVectorColumns = 13;

    private const int FirstField = 5, Checksum = 10, VectorColumn = 11, VectorChecksum = 12;

    private readonly StoredFields _fields = new();
    private readonly byte[] _bytes = new byte[dimension * sizeof(float)];

    /// <param name="Vectorless">Everything but the vector.</param>
    /// <param name="IsDeleted">The row is only the mark of a deletion.</param>
    public readonly record struct Row(StoredItem Vectorless, long Revision, bool IsDeleted);

    /// <exception cref="DamagedRowException">The row is not what was written.</exception>
    public Row Read(SqliteDataReader reader)
    {
        string item = reader.TextOrEmpty(0), fingerprint = reader.TextOrEmpty(1);
        long sequence = reader.Number(2), revision = reader.Number(3), deleted = reader.Number(4);
        Begin(item, fingerprint, sequence, revision, deleted);
        return new(new StoredItem(_fields.Read(reader, item, FirstField, Checksum), default, sequence, fingerprint), revision, deleted != 0);
    }

    /// <summary>[d]: the vector of the row that was read last, as it lies in SQLite's memory until the reader moves on.</summary>
    /// <exception cref="DamagedRowException">It is not what was written.</exception>
    public ReadOnlySpan<float> Vector(SqliteDataReader reader, ItemId item)
    {
        ReadOnlySpan<byte> vector = raw.sqlite3_column_blob(reader.Handle, VectorColumn);   // without a copy
        if (vector.Length != _bytes.Length)
            throw new DamagedRowException($"the vector of item '{item}' has {vector.Length} bytes instead of {_bytes.Length}");
        _fields.Checksum.Add(item.Value).Add(vector);
        _fields.Verify(reader, VectorChecksum, $"the vector of item '{item}'");
        return MemoryMarshal.Cast<byte, float>(vector);
    }

    /// <summary>A command that inserts a row or replaces it, and gives its id; to be run after each <see cref="Bind"/>.</summary>
    public SqliteCommand Writing(SqliteConnection connection) => connection.Command($"""
        INSERT INTO rows (collection, item, fingerprint, sequence, revision, deleted, {StoredFields.Columns}, checksum)
        VALUES (@collection, @item, @fingerprint, @sequence, @revision, 0, {StoredFields.Parameters}, @checksum)
        ON CONFLICT (collection, item) DO UPDATE SET fingerprint = excluded.fingerprint, sequence = excluded.sequence, revision = excluded.revision,
            deleted = 0,
            category = excluded.category, brand = excluded.brand, price = excluded.price, in_stock = excluded.in_stock, attributes = excluded.attributes,
            checksum = excluded.checksum
        RETURNING id
        """,
        ("@collection", collection), ("@item", null), ("@fingerprint", ""), ("@sequence", 0L), ("@revision", 0L),
        ("@category", null), ("@brand", null), ("@price", null), ("@in_stock", null), ("@attributes", null), ("@checksum", 0L));

    public void Bind(SqliteCommand command, Item fields, string fingerprint, long sequence, long revision)
    {
        Begin(fields.Id.Value, fingerprint, sequence, revision, deleted: 0);
        _fields.Set(command, fields);
        command.Set("@item", fields.Id.Value);
        command.Set("@fingerprint", fingerprint);
        command.Set("@sequence", sequence);
        command.Set("@revision", revision);
        command.Set("@checksum", _fields.Checksum.Take());
    }

    /// <summary>A command that makes a row the mark of its deletion, and gives its id where there was one; to be run after each
    /// <see cref="BindDeletion"/>.</summary>
    public SqliteCommand Deleting(SqliteConnection connection) => connection.Command("""
        UPDATE rows SET fingerprint = '', sequence = 0, revision = @revision, deleted = 1,
            category = @category, brand = @brand, price = @price, in_stock = @in_stock, attributes = @attributes, checksum = @checksum
        WHERE collection = @collection AND item = @item AND deleted = 0
        RETURNING id
        """,
        ("@collection", collection), ("@item", null), ("@revision", 0L),
        ("@category", null), ("@brand", null), ("@price", null), ("@in_stock", null), ("@attributes", null), ("@checksum", 0L));

    public void BindDeletion(SqliteCommand command, ItemId item, long revision)
    {
        Begin(item.Value, fingerprint: "", sequence: 0, revision, deleted: 1);
        _fields.Set(command, new Item(item));
        command.Set("@item", item.Value);
        command.Set("@revision", revision);
        command.Set("@checksum", _fields.Checksum.Take());
    }

    /// <summary>A command that replaces the vector of a row where it has one; to be run after each <see cref="BindVector"/>.</summary>
    public SqliteCommand ReplacingVector(SqliteConnection connection) =>
        connection.Command("UPDATE vectors SET vector = @vector, checksum = @checksum WHERE row = @row", ("@row", 0L), ("@vector", _bytes), ("@checksum", 0L));

    /// <summary>Likewise, for a row that has none.</summary>
    public SqliteCommand AddingVector(SqliteConnection connection) =>
        connection.Command("INSERT INTO vectors (row, vector, checksum) VALUES (@row, @vector, @checksum)", ("@row", 0L), ("@vector", _bytes),
            ("@checksum", 0L));

    public void BindVector(SqliteCommand command, object? row, ItemId item, ReadOnlySpan<float> vector)
    {
        MemoryMarshal.AsBytes(vector).CopyTo(_bytes);
        command.Set("@row", row);
        command.Set("@checksum", _fields.Checksum.Add(item.Value).Add(_bytes).Take());
    }

    private void Begin(string item, string fingerprint, long sequence, long revision, long deleted) =>
        _fields.Checksum.Add(collection).Add(item).Add(fingerprint).Add(sequence).Add(revision).Add(deleted);
}

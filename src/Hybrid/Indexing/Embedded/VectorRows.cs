using System.IO.Hashing;
using System.Runtime.InteropServices;
using Hybrid.Catalog;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>The rows of one collection, into columns and back, with their checksums.</summary>
/// <remarks>
/// <para>A row points at its vector in a segment, and its checksum covers a digest of the vector: a vector of another row is noticed.</para>
/// <para>A reader of many rows keeps one of these. Not for concurrent use.</para>
/// </remarks>
internal sealed class VectorRows(VectorSegments segments, long collection, int dimension)
{
    /// <summary>In the order in which <see cref="Read"/> expects them.</summary>
    public const string Columns = $"item, fingerprint, sequence, rows.revision, deleted, {StoredFields.Columns}, rows.checksum, rows.vector, digest";

    /// <summary>The first column behind them.</summary>
    public const int BehindColumns = 13;

    private const int FirstField = 5, Checksum = 10, PlaceColumn = 11, DigestColumn = 12;

    private readonly StoredFields _fields = new();

    /// <param name="Vectorless">Everything but the vector.</param>
    /// <param name="IsDeleted">The row is only the mark of a deletion.</param>
    /// <param name="Place">Where the vector is.</param>
    /// <param name="Digest">Of its bytes.</param>
    public readonly record struct Row(StoredItem Vectorless, long Revision, bool IsDeleted, long? Place, long? Digest);

    /// <summary>What the bytes of a vector come to in 64 bits: another vector has another digest, but for one in 10¹⁹.</summary>
    public static long DigestOf(ReadOnlySpan<float> vector) => (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(vector));

    /// <exception cref="DamagedRowException">The row is not what was written.</exception>
    public Row Read(SqliteDataReader reader)
    {
        string item = reader.TextOrEmpty(0), fingerprint = reader.TextOrEmpty(1);
        long sequence = reader.Number(2), revision = reader.Number(3), deleted = reader.Number(4);
        // No place is 0, as which a missing one is read.
        long? place = reader.Number(PlaceColumn) is var there and not 0 ? there : null;
        long? digest = place is null ? null : reader.Number(DigestColumn);
        Begin(item, fingerprint, sequence, revision, deleted, digest);
        return new(new StoredItem(_fields.Read(reader, item, FirstField, Checksum), default, sequence, fingerprint), revision, deleted != 0, place, digest);
    }

    /// <summary>[d]: the vector of a row that is not deleted, not copied.</summary>
    /// <param name="connection">Within the transaction that the row was read in.</param>
    /// <exception cref="DamagedRowException">It is not what was written.</exception>
    /// <exception cref="MissingSegmentException">The file that it is in is gone.</exception>
    public ReadOnlyMemory<float> Vector(SqliteConnection connection, in Row row)
    {
        ItemId item = row.Vectorless.Fields.Id;
        if (row.Place is not { } place)
            throw new DamagedRowException($"the row of item '{item}' does not say where its vector is");
        ReadOnlyMemory<float> vector = segments.Vector(connection, place, dimension);
        if (DigestOf(vector.Span) != row.Digest)
            throw new DamagedRowException($"the vector of item '{item}' is not what was written: its checksum is another");
        return vector;
    }

    /// <summary>A command for <see cref="FindPlaces"/>.</summary>
    public SqliteCommand Finding(SqliteConnection connection) => connection.Command("""
        SELECT (SELECT vector FROM rows WHERE digest = @digest LIMIT 1),
            (SELECT vector FROM rows WHERE collection = @collection AND item = @item AND deleted = 0)
        """,
        ("@collection", collection), ("@item", null), ("@digest", 0L));

    /// <summary>Where a vector with a digest is, whoever has it, and where the one is that the item has; null: there is none.</summary>
    public static (long? Known, long? Own) FindPlaces(SqliteCommand finding, ItemId item, long digest)
    {
        finding.Set("@item", item.Value);
        finding.Set("@digest", digest);
        using SqliteDataReader reader = finding.ExecuteReader();
        reader.Read();
        return (reader.IsDBNull(0) ? null : reader.Number(0), reader.IsDBNull(1) ? null : reader.Number(1));
    }

    /// <summary>A command that inserts a row or replaces it; to be run after each <see cref="Bind"/>.</summary>
    public SqliteCommand Writing(SqliteConnection connection) => connection.Command($"""
        INSERT INTO rows (collection, item, fingerprint, sequence, revision, deleted, {StoredFields.Columns}, checksum, vector, digest)
        VALUES (@collection, @item, @fingerprint, @sequence, @revision, 0, {StoredFields.Parameters}, @checksum, @vector, @digest)
        ON CONFLICT (collection, item) DO UPDATE SET fingerprint = excluded.fingerprint, sequence = excluded.sequence, revision = excluded.revision,
            deleted = 0,
            category = excluded.category, brand = excluded.brand, price = excluded.price, in_stock = excluded.in_stock, attributes = excluded.attributes,
            checksum = excluded.checksum, vector = excluded.vector, digest = excluded.digest
        """,
        ("@collection", collection), ("@item", null), ("@fingerprint", ""), ("@sequence", 0L), ("@revision", 0L),
        ("@category", null), ("@brand", null), ("@price", null), ("@in_stock", null), ("@attributes", null), ("@checksum", 0L),
        ("@vector", 0L), ("@digest", 0L));

    /// <param name="place">Of its vector.</param>
    /// <param name="digest">Of its vector.</param>
    public void Bind(SqliteCommand command, Item fields, string fingerprint, long sequence, long revision, long place, long digest)
    {
        Begin(fields.Id.Value, fingerprint, sequence, revision, deleted: 0, digest);
        command.Set("@vector", place);
        command.Set("@digest", digest);
        _fields.Set(command, fields);
        command.Set("@item", fields.Id.Value);
        command.Set("@fingerprint", fingerprint);
        command.Set("@sequence", sequence);
        command.Set("@revision", revision);
        command.Set("@checksum", _fields.Checksum.Take());
    }

    /// <summary>A command that makes a row the mark of its deletion where there is one; to be run after each <see cref="BindDeletion"/>.</summary>
    public SqliteCommand Deleting(SqliteConnection connection) => connection.Command("""
        UPDATE rows SET fingerprint = '', sequence = 0, revision = @revision, deleted = 1,
            category = @category, brand = @brand, price = @price, in_stock = @in_stock, attributes = @attributes, checksum = @checksum,
            vector = NULL, digest = NULL
        WHERE collection = @collection AND item = @item AND deleted = 0
        """,
        ("@collection", collection), ("@item", null), ("@revision", 0L),
        ("@category", null), ("@brand", null), ("@price", null), ("@in_stock", null), ("@attributes", null), ("@checksum", 0L));

    public void BindDeletion(SqliteCommand command, ItemId item, long revision)
    {
        Begin(item.Value, fingerprint: "", sequence: 0, revision, deleted: 1, digest: null);
        _fields.Set(command, new Item(item));
        command.Set("@item", item.Value);
        command.Set("@revision", revision);
        command.Set("@checksum", _fields.Checksum.Take());
    }

    /// <summary>A command that has a row point at its vector; to be run after each <see cref="BindPointing"/>.</summary>
    public static SqliteCommand Pointing(SqliteConnection connection) => connection.Command("""
        UPDATE rows SET revision = @revision, category = @category, brand = @brand, price = @price, in_stock = @in_stock, attributes = @attributes,
            checksum = @checksum, vector = @vector, digest = @digest
        WHERE id = @row
        """,
        ("@revision", 0L), ("@category", null), ("@brand", null), ("@price", null), ("@in_stock", null), ("@attributes", null), ("@checksum", 0L),
        ("@vector", 0L), ("@digest", 0L), ("@row", 0L));

    public void BindPointing(SqliteCommand command, long row, in Row stored, long place, long digest)
    {
        (Item fields, _, long sequence, string fingerprint) = stored.Vectorless;
        Begin(fields.Id.Value, fingerprint, sequence, stored.Revision, deleted: 0, digest);
        _fields.Set(command, fields);
        command.Set("@revision", stored.Revision);
        command.Set("@checksum", _fields.Checksum.Take());
        command.Set("@vector", place);
        command.Set("@digest", digest);
        command.Set("@row", row);
    }

    private void Begin(string item, string fingerprint, long sequence, long revision, long deleted, long? digest)
    {
        RowChecksum checksum = _fields.Checksum.Add(collection).Add(item).Add(fingerprint).Add(sequence).Add(revision).Add(deleted);
        // A mark has none, and nor has the row of an older file whose vector has not been moved yet.
        if (digest is { } there)
            checksum.Add(there);
    }
}

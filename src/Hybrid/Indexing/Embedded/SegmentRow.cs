using System.Buffers.Binary;
using System.Security.Cryptography;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>A segment as the database has it.</summary>
/// <param name="Id">Never given out again once it was committed.</param>
/// <param name="Identity">A random number that its file carries, too.</param>
/// <param name="Dimension">Floats of each of its vectors.</param>
internal sealed record SegmentRow(long Id, long Identity, int Dimension)
{
    private const string Columns = "SELECT id, identity, dimension, vectors, unused, checksum FROM segments";

    /// <summary>Vectors that have been written; what its file has behind them nobody has committed.</summary>
    public int Vectors { get; init; }

    /// <summary>Of these, vectors that no row points at any more.</summary>
    public int Unused { get; init; }

    public long Bytes => Vectors * (long)Dimension * sizeof(float);

    public long UnusedBytes => Unused * (long)Dimension * sizeof(float);

    /// <exception cref="DamagedRowException">A row is not what was written.</exception>
    public static List<SegmentRow> ReadAll(SqliteConnection connection)
    {
        using SqliteCommand command = connection.Command($"{Columns} ORDER BY id");
        return Read(command);
    }

    /// <summary>Null when there is none.</summary>
    public static SegmentRow? Find(SqliteConnection connection, long id)
    {
        using SqliteCommand command = connection.Command($"{Columns} WHERE id = @id", ("@id", id));
        return Read(command).SingleOrDefault();
    }

    /// <summary>A new one, with no vectors yet.</summary>
    public static SegmentRow Insert(SqliteConnection connection, int dimension)
    {
        long identity = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
        long id = connection.Scalar<long>(
            "INSERT INTO segments (identity, dimension, vectors, unused, checksum) VALUES (@identity, @dimension, 0, 0, 0) RETURNING id",
            ("@identity", identity), ("@dimension", (long)dimension));
        return new(id, identity, dimension);
    }

    /// <summary>Writes what can change.</summary>
    public void Update(SqliteConnection connection) => connection.Execute(
        "UPDATE segments SET vectors = @vectors, unused = @unused, checksum = @checksum WHERE id = @id",
        ("@id", Id), ("@vectors", (long)Vectors), ("@unused", (long)Unused), ("@checksum", Checksum(Id, Identity, Dimension, Vectors, Unused)));

    public void Delete(SqliteConnection connection) =>
        connection.Execute("DELETE FROM blocks WHERE segment = @id; DELETE FROM segments WHERE id = @id;", ("@id", Id));

    private static List<SegmentRow> Read(SqliteCommand command)
    {
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<SegmentRow>();
        while (reader.Read())
        {
            long id = reader.Number(0), identity = reader.Number(1), dimension = reader.Number(2), vectors = reader.Number(3), unused = reader.Number(4);
            if (reader.Number(5) != Checksum(id, identity, dimension, vectors, unused))
                throw new DamagedRowException($"the row of segment {id} is not what was written: its checksum is another");
            rows.Add(new(id, identity, (int)dimension) { Vectors = (int)vectors, Unused = (int)unused });
        }
        return rows;
    }

    private static long Checksum(long id, long identity, long dimension, long vectors, long unused) =>
        new RowChecksum().Add(id).Add(identity).Add(dimension).Add(vectors).Add(unused).Take();
}

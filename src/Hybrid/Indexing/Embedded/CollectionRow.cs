using Hybrid.Records.Sqlite;
using Hybrid.Vectors;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>A collection as the database has it.</summary>
internal sealed record CollectionRow(long Id, CollectionName Name, VectorSpace Space)
{
    private const string Columns =
        "SELECT id, name, version, model, hash, dimension, kind, template, revision, forgotten, live, epoch, dropped, checksum FROM collections";

    /// <summary>Of the newest write; 0: none yet.</summary>
    public long Revision { get; init; }

    /// <summary>Deletions up to this revision are no longer on record: an index older than that cannot be brought up to date.</summary>
    public long Forgotten { get; init; }

    /// <summary>Rows that are not deleted.</summary>
    public long Live { get; init; }

    /// <summary>What the saved index must carry to be this collection's; 0: none has been saved.</summary>
    public long Epoch { get; init; }

    /// <summary>Its rows are being deleted, and it is no longer there for anybody.</summary>
    public bool IsDropped { get; init; }

    /// <summary>All, by name and then version, also those that have been dropped.</summary>
    /// <remarks>Read as the table has them, without its indexes: a damaged one would hide a collection.</remarks>
    /// <exception cref="DamagedRowException">A row is not what was written.</exception>
    public static List<CollectionRow> ReadAll(SqliteConnection connection)
    {
        using SqliteCommand command = connection.Command(Columns);
        return [.. Read(command).OrderBy(row => row.Name.Base, StringComparer.Ordinal).ThenBy(row => row.Name.Version)];
    }

    /// <summary>Null when there is none, or when it has been dropped.</summary>
    public static CollectionRow? Find(SqliteConnection connection, long id)
    {
        using SqliteCommand command = connection.Command($"{Columns} WHERE id = @id", ("@id", id));
        return Read(command).SingleOrDefault(row => !row.IsDropped);
    }

    public static CollectionRow Insert(SqliteConnection connection, string name, VectorSpace space)
    {
        long version = connection.Scalar<long>(
            "INSERT INTO versions (name, last) VALUES (@name, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last", ("@name", name));
        long id = connection.Scalar<long>("""
            INSERT INTO collections (name, version, model, hash, dimension, kind, template, revision, forgotten, live, epoch, dropped, checksum)
            VALUES (@name, @version, @model, @hash, @dimension, @kind, @template, 0, 0, 0, 0, 0, 0) RETURNING id
            """,
            ("@name", name), ("@version", version), ("@model", space.Model), ("@hash", space.Hash), ("@dimension", (long)space.Dimension),
            ("@kind", space.Kind.ToString()), ("@template", space.Template));
        var row = new CollectionRow(id, new(name, version), space);
        row.Update(connection);
        return row;
    }

    /// <summary>Writes what can change.</summary>
    public void Update(SqliteConnection connection) => connection.Execute(
        """
        UPDATE collections SET revision = @revision, forgotten = @forgotten, live = @live, epoch = @epoch, dropped = @dropped, checksum = @checksum
        WHERE id = @id
        """,
        ("@id", Id), ("@revision", Revision), ("@forgotten", Forgotten), ("@live", Live), ("@epoch", Epoch), ("@dropped", IsDropped ? 1L : 0L),
        ("@checksum", Checksum(Id, Name.Base, Name.Version, Space.Model, Space.Hash, Space.Dimension, Space.Kind.ToString(), Space.Template,
            Revision, Forgotten, Live, Epoch, IsDropped ? 1 : 0)));

    private static List<CollectionRow> Read(SqliteCommand command)
    {
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<CollectionRow>();
        while (reader.Read())
        {
            long id = reader.Number(0), version = reader.Number(2), dimension = reader.Number(5);
            string name = reader.TextOrEmpty(1), model = reader.TextOrEmpty(3), hash = reader.TextOrEmpty(4);
            string kind = reader.TextOrEmpty(6), template = reader.TextOrEmpty(7);
            long revision = reader.Number(8), forgotten = reader.Number(9), live = reader.Number(10), epoch = reader.Number(11), dropped = reader.Number(12);
            if (reader.Number(13) != Checksum(id, name, version, model, hash, dimension, kind, template, revision, forgotten, live, epoch, dropped))
                throw new DamagedRowException($"the row of collection {name}@{version} is not what was written: its checksum is another");
            rows.Add(new(id, new(name, version), new VectorSpace(model, hash, (int)dimension, Enum.Parse<VectorSpaceKind>(kind), template))
            {
                Revision = revision,
                Forgotten = forgotten,
                Live = live,
                Epoch = epoch,
                IsDropped = dropped != 0,
            });
        }
        return rows;
    }

    private static long Checksum(
        long id, string name, long version, string model, string hash, long dimension, string kind, string template,
        long revision, long forgotten, long live, long epoch, long dropped) =>
        new RowChecksum().Add(id).Add(name).Add(version).Add(model).Add(hash).Add(dimension).Add(kind).Add(template)
            .Add(revision).Add(forgotten).Add(live).Add(epoch).Add(dropped).Take();
}

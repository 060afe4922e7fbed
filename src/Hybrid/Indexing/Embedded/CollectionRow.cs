using Hybrid.Vectors;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>A collection as the database lists it.</summary>
internal sealed record CollectionRow(long Id, CollectionName Name, Guid Identity, VectorSpace Space)
{
    private const string Columns = "SELECT id, name, version, identity, model, hash, dimension, kind, template FROM collections";

    public string SidecarPath(Database database) =>
        Path.Combine(database.Folder, $"{Name}.ivf");

    /// <summary>By name and then version.</summary>
    public static List<CollectionRow> ReadAll(SqliteConnection connection) => Read(connection.Command($"{Columns} ORDER BY name, version"));

    public static CollectionRow? Find(SqliteConnection connection, CollectionName name) =>
        Read(connection.Command($"{Columns} WHERE name = @name AND version = @version", ("@name", name.Base), ("@version", name.Version))).FirstOrDefault();

    public static CollectionRow? FindAlias(SqliteConnection connection, string alias) =>
        Read(connection.Command($"{Columns} WHERE id = (SELECT collection FROM aliases WHERE alias = @alias)", ("@alias", alias))).FirstOrDefault();

    public static CollectionRow Insert(SqliteConnection connection, string name, VectorSpace space)
    {
        long version = connection.Scalar<long>(
            "INSERT INTO versions (name, last) VALUES (@name, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last", ("@name", name));
        var identity = Guid.NewGuid();
        long id = connection.Scalar<long>("""
            INSERT INTO collections (name, version, identity, model, hash, dimension, kind, template)
            VALUES (@name, @version, @identity, @model, @hash, @dimension, @kind, @template) RETURNING id
            """,
            ("@name", name), ("@version", version), ("@identity", identity.ToByteArray()), ("@model", space.Model), ("@hash", space.Hash),
            ("@dimension", (long)space.Dimension), ("@kind", space.Kind.ToString()), ("@template", space.Template));
        return new(id, new(name, version), identity, space);
    }

    private static List<CollectionRow> Read(SqliteCommand command)
    {
        using (command)
        {
            using SqliteDataReader reader = command.ExecuteReader();
            var rows = new List<CollectionRow>();
            while (reader.Read())
            {
                var space = new VectorSpace(reader.GetString(4), reader.GetString(5), reader.GetInt32(6), Enum.Parse<VectorSpaceKind>(reader.GetString(7)), reader.GetString(8));
                rows.Add(new(reader.GetInt64(0), new(reader.GetString(1), reader.GetInt64(2)), new Guid(reader.GetFieldValue<byte[]>(3)), space));
            }
            return rows;
        }
    }
}

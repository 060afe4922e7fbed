using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Tests.Encoding;
using Hybrid.Vectors;
using Microsoft.Data.Sqlite;

namespace Hybrid.Tests.Engine;

/// <summary>Makes data folders as Hybrid 0.1 made them: everything in hybrid.db.</summary>
/// <remarks>The tables are those of its DatabaseSchema, version 1; the fingerprint is the one of its CatalogIndexer.</remarks>
internal static class OlderFolderMaker
{
    private const string Tables = """
        PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;
        CREATE TABLE versions (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL, identity BLOB NOT NULL,
            model TEXT NOT NULL, hash TEXT NOT NULL, dimension INTEGER NOT NULL, kind TEXT NOT NULL, template TEXT NOT NULL,
            revision INTEGER NOT NULL DEFAULT 0, forgotten INTEGER NOT NULL DEFAULT 0, UNIQUE (name, version));
        CREATE TABLE aliases (alias TEXT PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collections (id)) WITHOUT ROWID;
        CREATE TABLE rows (
            id INTEGER PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collections (id), item TEXT NOT NULL,
            revision INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,
            category TEXT, brand TEXT, price REAL, in_stock INTEGER, attributes TEXT, fingerprint TEXT NOT NULL DEFAULT '',
            UNIQUE (collection, item));
        CREATE INDEX rows_by_revision ON rows (collection, revision);
        CREATE TABLE vectors (row INTEGER PRIMARY KEY REFERENCES rows (id), vector BLOB NOT NULL);
        CREATE TABLE items (
            item TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL,
            category TEXT, brand TEXT, price REAL, in_stock INTEGER, attributes TEXT) WITHOUT ROWID;
        CREATE TABLE events (
            id INTEGER PRIMARY KEY, user TEXT NOT NULL, item TEXT NOT NULL, kind TEXT NOT NULL, time INTEGER, session TEXT);
        CREATE INDEX events_by_user ON events (user, time, id);
        PRAGMA application_id = 0x48796272; PRAGMA user_version = 1;
        """;

    /// <summary>What MiniLM's space was called: by the hash of the network alone.</summary>
    public static VectorSpace Space(ItemTextTemplate template)
    {
        ModelManifest manifest = MiniLm.Encoder.Manifest;
        return new(manifest.Name, manifest.Sha256["model.onnx"], manifest.Dimension, VectorSpaceKind.Text, template.ToString());
    }

    /// <param name="indexed">The items as they were when they were indexed, with their vectors; they need not be those of the catalogue.</param>
    /// <param name="deleted">Rows that were removed from the index and are still on record.</param>
    public static void Make(
        string folder, IEnumerable<Item> catalog, IEnumerable<Event> events, VectorSpace? space = null,
            IEnumerable<(Item Item, float[] Vector)>? indexed = null,
        long version = 1, IEnumerable<ItemId>? deleted = null)
    {
        Directory.CreateDirectory(folder);
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "hybrid.db")};Pooling=False");
        connection.Open();
        Execute(connection, Tables);
        using SqliteTransaction transaction = connection.BeginTransaction();
        foreach (Item item in catalog)
        {
            Execute(connection, "INSERT INTO items VALUES ($item, $title, $text, $category, $brand, $price, $stock, $attributes)",
                [.. Fields(item), ("$title", item.Title), ("$text", item.Text)]);
        }
        foreach (Event e in events)
        {
            Execute(connection, "INSERT INTO events (user, item, kind, time, session) VALUES ($user, $item, $kind, $time, $session)",
                ("$user", e.User.Value), ("$item", e.Item.Value), ("$kind", e.Kind), ("$time", e.Time?.UtcTicks), ("$session", e.Session));
        }
        if (space is not null)
        {
            AddCollection(connection, space, version, indexed ?? [], deleted ?? []);
            if (version > 1)
                AddCollection(connection, space, version - 1, [], []);   // the older version, which nobody uses
            Execute(connection, "INSERT INTO versions VALUES ('products', $version)", ("$version", version));
            Execute(connection, "INSERT INTO aliases SELECT 'products', id FROM collections WHERE version = $version", ("$version", version));
            File.WriteAllText(Path.Combine(folder, $"products@{version}.ivf"), "an index of 0.1");
        }
        transaction.Commit();
    }

    private static void AddCollection(
        SqliteConnection connection, VectorSpace space, long version, IEnumerable<(Item Item, float[] Vector)> indexed, IEnumerable<ItemId> deleted)
    {
        Execute(connection, """
            INSERT INTO collections (name, version, identity, model, hash, dimension, kind, template, revision)
            VALUES ('products', $version, $identity, $model, $hash, $dimension, $kind, $template, 7)
            """,
            ("$version", version), ("$identity", Guid.NewGuid().ToByteArray()), ("$model", space.Model), ("$hash", space.Hash), ("$dimension", space.Dimension),
            ("$kind", space.Kind.ToString()), ("$template", space.Template));
        foreach ((Item item, float[] vector) in indexed)
        {
            Execute(connection, """
                INSERT INTO rows (collection, item, revision, category, brand, price, in_stock, attributes, fingerprint)
                VALUES ((SELECT max(id) FROM collections), $item, 3, $category, $brand, $price, $stock, $attributes, $fingerprint);
                INSERT INTO vectors VALUES (last_insert_rowid(), $vector);
                """,
                [.. Fields(item), ("$fingerprint", Fingerprint(new ItemTextTemplate(space.Template).TextOf(item), item)),
                    ("$vector", MemoryMarshal.AsBytes<float>(vector).ToArray())]);
        }
        foreach (ItemId item in deleted)
            Execute(connection, "INSERT INTO rows (collection, item, revision, deleted) VALUES ((SELECT max(id) FROM collections), $item, 4, 1)",
                ("$item", item.Value));
    }

    private static (string Name, object? Value)[] Fields(Item item) =>
    [
        ("$item", item.Id.Value), ("$category", item.Category), ("$brand", item.Brand), ("$price", item.Price),
        ("$stock", item.InStock is { } stock ? (stock ? 1L : 0L) : null), ("$attributes", Json(item.Attributes)),
    ];

    private static string? Json(IReadOnlyDictionary<string, AttributeValue> attributes) => attributes.Count == 0 ? null
        : "{" + string.Join(',', attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"\"{a.Key}\":{a.Value.Kind switch
        {
            AttributeKind.Number => a.Value.AsWritten,
            AttributeKind.Boolean => a.Value.IsTrue ? "true" : "false",
            _ => $"\"{a.Value.Text}\"",
        }}")) + "}";

    private static string Fingerprint(string text, Item item)
    {
        var fields = new StringBuilder().Append(item.Category).Append('\0').Append(item.Brand).Append('\0')
            .Append(item.Price?.ToString("R", CultureInfo.InvariantCulture)).Append('\0').Append(item.InStock);
        foreach ((string name, AttributeValue value) in item.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
            fields.Append('\0').Append(name).Append('\0').Append((int)value.Kind).Append(value);
        return XxHash128.HashToUInt128(System.Text.Encoding.UTF8.GetBytes(text)).ToString("x32", CultureInfo.InvariantCulture)
            + XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(fields.ToString())).ToString("x16", CultureInfo.InvariantCulture);
    }

    private static void Execute(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in values)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        command.ExecuteNonQuery();
    }
}

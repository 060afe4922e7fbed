using Hybrid.Catalog;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records.Sqlite;

/// <summary>Items as rows: of the table itself, and of the one in which an import waits.</summary>
internal sealed class ItemRows
{
    public const string Columns = $"item, title, text, {StoredFields.Columns}, checksum";

    /// <summary>The same of the table, whose checksums take in the sequence: a row keeps its place.</summary>
    public const string Stored = $"{Columns}, items.sequence";

    public const string Parameters = $"@item, @title, @text, {StoredFields.Parameters}, @checksum";

    private readonly StoredFields _fields = new();

    /// <param name="reader">At a row of <see cref="Stored"/>, or of <see cref="Columns"/> and 0.</param>
    public Item Read(SqliteDataReader reader)
    {
        string id = reader.TextOrEmpty(0), title = reader.TextOrEmpty(1), text = reader.TextOrEmpty(2);
        _fields.Checksum.Add(id).Add(title).Add(text);
        return _fields.Read(reader, id, first: 3, checksum: 8, sequence: reader.Number(9)) with { Title = title, Text = text };
    }

    /// <summary>A command that writes a row, to be run after each <see cref="Bind"/>.</summary>
    /// <param name="sql">It names <see cref="Parameters"/>.</param>
    public static SqliteCommand Writing(SqliteConnection connection, string sql) => connection.Command(sql,
        ("@item", null), ("@title", null), ("@text", null), ("@category", null), ("@brand", null), ("@price", null), ("@in_stock", null), ("@attributes", null),
        ("@checksum", null));

    /// <param name="sequence">0 for a row that gets its sequence later, by <see cref="Sequences.Sealed"/>.</param>
    public void Bind(SqliteCommand command, Item item, long sequence = 0)
    {
        _fields.Checksum.Add(item.Id.Value).Add(item.Title).Add(item.Text);
        _fields.Set(command, item);
        command.Set("@item", item.Id.Value);
        command.Set("@title", item.Title);
        command.Set("@text", item.Text);
        command.Set("@checksum", _fields.Checksum.Take() ^ sequence);
    }
}

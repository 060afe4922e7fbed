using Hybrid.Catalog;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records.Sqlite;

/// <summary>Items as rows: of the table itself, and of the one in which an import waits.</summary>
internal sealed class ItemRows
{
    public const string Columns = $"item, given, title, text, {StoredFields.Columns}, checksum";

    /// <summary>The same of the table, whose checksums take in the sequence: a row keeps its place.</summary>
    public const string Stored = $"{Columns}, items.sequence";

    public const string Parameters = $"@item, @given, @title, @text, {StoredFields.Parameters}, @checksum";

    private readonly StoredFields _fields = new();

    private readonly ItemOrder _order = new();

    /// <param name="reader">At a row of <see cref="Stored"/>, or of <see cref="Columns"/> and 0.</param>
    public Item Read(SqliteDataReader reader)
    {
        string id = reader.TextOrEmpty(0), title = reader.TextOrEmpty(2), text = reader.TextOrEmpty(3);
        string? given = reader.Text(1);
        AddToChecksum(id, given, title, text);
        Item item = _fields.Read(reader, id, first: 4, checksum: 9, sequence: reader.Number(10)) with { Title = title, Text = text };
        return given is null ? item : item with { IdAsGiven = given };
    }

    /// <summary>The next of rows that come by id.</summary>
    /// <exception cref="DamagedRowException">It does not come after the one before it.</exception>
    public Item ReadNext(SqliteDataReader reader)
    {
        Item item = Read(reader);
        _order.Next(item.Id.Value);
        return item;
    }

    /// <summary>A command that writes a row, to be run after each <see cref="Bind"/>.</summary>
    /// <param name="sql">It names <see cref="Parameters"/>.</param>
    public static SqliteCommand Writing(SqliteConnection connection, string sql) => connection.Command(sql,
        ("@item", null), ("@given", null), ("@title", null), ("@text", null), ("@category", null), ("@brand", null), ("@price", null), ("@in_stock", null),
        ("@attributes", null),
        ("@checksum", null));

    /// <param name="sequence">0 for a row that gets its sequence later, by <see cref="Sequences.Sealed"/>.</param>
    public void Bind(SqliteCommand command, Item item, long sequence = 0)
    {
        string? given = item.IdAsGiven == item.Id.Value ? null : item.IdAsGiven;
        AddToChecksum(item.Id.Value, given, item.Title, item.Text);
        _fields.Set(command, item);
        command.Set("@item", item.Id.Value);
        command.Set("@given", given);
        command.Set("@title", item.Title);
        command.Set("@text", item.Text);
        command.Set("@checksum", _fields.Checksum.Take() ^ sequence);
    }

    // Nothing is added for an id that is written as it is matched: so were the checksums before there was a choice.
    private void AddToChecksum(string id, string? given, string title, string text)
    {
        _fields.Checksum.Add(id).Add(title).Add(text);
        if (given is not null)
            _fields.Checksum.Add(given);
    }
}

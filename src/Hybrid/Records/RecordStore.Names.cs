using System.Globalization;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

public sealed partial class RecordStore
{
    // A row whose attributes are damaged is told by whoever reads the row; here it has no names.
    private const string Names = "FROM items, json_each(CASE WHEN json_valid(items.attributes) THEN items.attributes ELSE '{}' END) AS attribute";

    /// <summary>Whether an item has an attribute of one of these names. Ends at the first that has; reads all items where none has.</summary>
    internal bool HasAttribute(IReadOnlyList<string> names) => _database.Read(Reading, connection =>
    {
        string[] parameters = [.. names.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"@name{i}"))];
        using SqliteCommand command = connection.Command($"SELECT 1 {Names} WHERE attribute.key IN ({string.Join(", ", parameters)}) LIMIT 1");
        for (int i = 0; i < parameters.Length; i++)
            command.Parameters.AddWithValue(parameters[i], names[i]);
        return command.ExecuteScalar() is not null;
    });

    /// <summary>The names of all attributes, in ordinal order. Reads all items.</summary>
    internal IReadOnlyList<string> ReadAttributeNames() => _database.Read(Reading, connection =>
        connection.Texts($"SELECT DISTINCT attribute.key {Names}").Order(StringComparer.Ordinal).ToList());
}

using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

/// <summary>Which items carry which codes in their titles, as it was when they were last indexed.</summary>
/// <remarks>
/// Written by indexing, not by imports: only what is indexed is found, and an import stays as fast as it is. So a title may have changed since, or its item be
/// gone: who reads looks at the item. A file of an earlier Hybrid gets the table when it is next indexed.
/// </remarks>
internal sealed class ItemCodes(Database database)
{
    private const string Operation = "note the codes";

    /// <summary>The items that carry a code, by id.</summary>
    /// <param name="form">By <see cref="CodeWords.FormOf"/>.</param>
    /// <param name="most">How many at most.</param>
    /// <remarks>Cost: one look into an index, whatever the number of items.</remarks>
    public IReadOnlyList<ItemId> Find(string form, int most) => database.Read("find a code", connection => IsThere(connection)
        ? connection.Texts("SELECT item FROM codes WHERE code = @code ORDER BY item LIMIT @most", ("@code", form), ("@most", most))
            .Select(item => new ItemId(item)).ToArray()
        : []);

    /// <summary>Notes the codes of items in the place of those that they had.</summary>
    /// <param name="codes">None for an item that is gone.</param>
    public void Put(IReadOnlyDictionary<ItemId, IReadOnlyCollection<string>> codes)
    {
        HashSet<(string Item, string Code)> now = [.. codes.SelectMany(item => item.Value.Select(code => (item.Key.Value, code)))];
        HashSet<(string Item, string Code)> before = database.Read(Operation, connection => Read(connection, codes.Keys));
        if (now.SetEquals(before))
            return;
        database.Write(Operation, connection =>
        {
            connection.Execute(RecordTables.Codes);
            Run("DELETE FROM codes WHERE code = @code AND item = @item", before.Except(now));
            Run("INSERT OR IGNORE INTO codes (code, item) VALUES (@code, @item)", now.Except(before));
            return now.Count;

            void Run(string sql, IEnumerable<(string Item, string Code)> rows)
            {
                using SqliteCommand command = connection.Command(sql, ("@code", null), ("@item", null));
                foreach ((string item, string code) in rows)
                {
                    command.Set("@code", code);
                    command.Set("@item", item);
                    command.ExecuteNonQuery();
                }
            }
        });
    }

    private static HashSet<(string Item, string Code)> Read(SqliteConnection connection, IEnumerable<ItemId> items)
    {
        var found = new HashSet<(string, string)>();
        if (!IsThere(connection))
            return found;
        using SqliteCommand command = connection.Command("SELECT item, code FROM codes WHERE item IN (SELECT value FROM json_each(@items))",
            ("@items", JsonSerializer.Serialize(items.Select(item => item.Value))));
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
            found.Add((reader.TextOrEmpty(0), reader.TextOrEmpty(1)));
        return found;
    }

    private static bool IsThere(SqliteConnection connection) =>
        connection.Scalar<long>("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'codes')") != 0;
}

using Hybrid.Catalog;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

public sealed partial class RecordStore
{
    /// <summary>An item of the log that the catalogue does not have, beside one that it has and that may be meant; null when there is no such pair.</summary>
    internal (ItemId Logged, Item Known)? FindStranger() => _database.Read(Reading, connection =>
    {
        const int looked = 1_000;
        List<string> strangers = [.. connection.Texts(
            $"""
            SELECT DISTINCT item FROM (SELECT {EventRows.Item} AS item FROM events ORDER BY sequence LIMIT 100000)
            WHERE item NOT IN (SELECT item FROM items) LIMIT @looked
            """,
            ("@looked", looked))];
        foreach (string stranger in strangers)
        {
            string[] likely =
            [
                stranger.ToUpperInvariant(), stranger.ToLowerInvariant(), stranger.TrimStart('0'), stranger.Replace(" ", "", StringComparison.Ordinal),
                stranger[(stranger.LastIndexOfAny([':', '/', '_', '-']) + 1)..],
            ];
            if (likely.Where(id => id.Length > 0).Select(id => ItemOf(connection, id)).FirstOrDefault(item => item is not null) is { } known)
                return (new ItemId(stranger), known);
        }
        return strangers.Count > 0 && connection.Texts("SELECT item FROM items ORDER BY item LIMIT 1").FirstOrDefault() is { } first
            ? (new ItemId(strangers[0]), ItemOf(connection, first)!)   // ! : its id was just read
            : ((ItemId, Item)?)null;
    });

    private static Item? ItemOf(SqliteConnection connection, string item)
    {
        using SqliteCommand command = connection.Command($"SELECT {ItemRows.Stored} FROM items WHERE item = @item", ("@item", item));
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? new ItemRows().Read(reader) : null;
    }
}

using Hybrid.Catalog;
using Hybrid.Records.Sqlite;

namespace Hybrid.Records;

public sealed partial class RecordStore
{
    /// <summary>An item of the log that the catalogue does not have, beside one that it has and that may be meant; null when there is no such pair.</summary>
    internal (ItemId Logged, Item Known)? FindStranger()
    {
        const int looked = 1_000;
        List<string> strangers = _database.Read(Reading, connection => connection.Texts(
            $"""
            SELECT DISTINCT item FROM (SELECT {EventRows.Item} AS item FROM events ORDER BY sequence LIMIT 100000)
            WHERE item NOT IN (SELECT item FROM items) LIMIT @looked
            """,
            ("@looked", looked)).ToList());
        foreach (string stranger in strangers)
        {
            string[] likely =
            [
                stranger.ToUpperInvariant(), stranger.ToLowerInvariant(), stranger.TrimStart('0'), stranger.Replace(" ", "", StringComparison.Ordinal),
                stranger[(stranger.LastIndexOfAny([':', '/', '_', '-']) + 1)..],
            ];
            IEnumerable<string> ids = likely.Where(id => ItemId.TryParse(id, provider: null, out _));
            if (ids.Select(id => Find(new ItemId(id))).FirstOrDefault(item => item is not null) is { } known)
                return (new ItemId(stranger), known);
        }
        return strangers.Count > 0 && ReadItems().FirstOrDefault() is { } first ? (new ItemId(strangers[0]), first) : ((ItemId, Item)?)null;
    }
}

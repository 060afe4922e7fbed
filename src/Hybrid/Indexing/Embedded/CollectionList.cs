using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>The collections of a file, and the aliases that lead to them, on one snapshot.</summary>
internal sealed class CollectionList
{
    private readonly List<CollectionRow> _rows;
    private readonly List<(string Alias, long Collection)> _aliases;

    private CollectionList(List<CollectionRow> rows, List<(string Alias, long Collection)> aliases) => (_rows, _aliases) = (rows, aliases);

    /// <summary>By name and then version.</summary>
    public IEnumerable<CollectionRow> Rows => _rows.Where(row => !row.IsDropped);

    /// <summary>Those whose rows are still being deleted.</summary>
    public IEnumerable<CollectionRow> Dropped => _rows.Where(row => row.IsDropped);

    /// <exception cref="DamagedRowException">A row is not what was written.</exception>
    public static CollectionList Read(SqliteConnection connection)
    {
        using SqliteCommand command = connection.Command("SELECT alias, collection, checksum FROM aliases");
        using SqliteDataReader reader = command.ExecuteReader();
        var aliases = new List<(string Alias, long Collection)>();
        while (reader.Read())
        {
            (string alias, long collection) = (reader.TextOrEmpty(0), reader.Number(1));
            if (reader.Number(2) != Checksum(alias, collection))
                throw new DamagedRowException($"the row of alias '{alias}' is not what was written: its checksum is another");
            aliases.Add((alias, collection));
        }
        return new(CollectionRow.ReadAll(connection), [.. aliases.OrderBy(a => a.Alias, StringComparer.Ordinal)]);
    }

    /// <summary>By its name ("products@3") or by an alias.</summary>
    public CollectionRow? Find(string nameOrAlias) =>
        FindByName(nameOrAlias) ?? _aliases.Where(a => a.Alias == nameOrAlias).Select(a => Rows.FirstOrDefault(row => row.Id == a.Collection)).FirstOrDefault();

    public CollectionRow? FindByName(string name) =>
        CollectionName.TryParse(name, out CollectionName parsed) ? Rows.FirstOrDefault(row => row.Name == parsed) : null;

    /// <summary>The aliases that lead to a collection, in ordinal order.</summary>
    public List<string> AliasesOf(CollectionRow row) => [.. _aliases.Where(a => a.Collection == row.Id).Select(a => a.Alias)];

    /// <summary>"products@1, products@2 (shop)".</summary>
    public override string ToString() =>
        string.Join(", ", Rows.Select(row => AliasesOf(row) is { Count: > 0 } aliases ? $"{row.Name} ({string.Join(", ", aliases)})" : row.Name.ToString()));

    public static void SetAlias(SqliteConnection connection, string alias, CollectionRow row) => connection.Execute("""
        INSERT INTO aliases (alias, collection, checksum) VALUES (@alias, @id, @checksum)
        ON CONFLICT (alias) DO UPDATE SET collection = excluded.collection, checksum = excluded.checksum
        """,
        ("@alias", alias), ("@id", row.Id), ("@checksum", Checksum(alias, row.Id)));

    private static long Checksum(string alias, long collection) => new RowChecksum().Add(alias).Add(collection).Take();
}

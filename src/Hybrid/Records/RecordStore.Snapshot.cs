using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

public sealed partial class RecordStore
{
    /// <summary>The embedded store, beside the records, among the stores that they have a collection in.</summary>
    internal const string OwnStore = "";

    /// <summary>What readers are to use now.</summary>
    /// <param name="store">The name of the vector store that they have: "products@3" in one is another collection than in the next.</param>
    internal SnapshotRow ReadSnapshot(string store = OwnStore) => _database.Read("read the snapshot", connection => ReadSnapshot(connection, store));

    /// <summary>Switches the readers of a store to a collection; its alias is still to be moved.</summary>
    internal SnapshotRow UseCollection(string collection, string store = OwnStore) => _database.Write("switch the snapshot", connection =>
    {
        connection.Execute("""
            INSERT INTO stores (name, collection) VALUES (@store, @collection)
            ON CONFLICT (name) DO UPDATE SET collection = excluded.collection, alias_follows = 0;
            UPDATE snapshot SET revision = revision + 1;
            """, ("@store", store), ("@collection", collection));
        return ReadSnapshot(connection, store);
    });

    /// <summary>Switches readers to where somebody has moved the alias, unless the snapshot is another by now: then that one counts.</summary>
    /// <param name="revision">Of the snapshot that was compared with the alias.</param>
    internal SnapshotRow FollowAlias(string collection, long revision, string store = OwnStore) => _database.Write("follow the alias", connection =>
    {
        int followed = connection.Execute("""
            UPDATE stores SET collection = @collection
            WHERE name = @store AND alias_follows = 1 AND @revision = (SELECT revision FROM snapshot)
            """, ("@collection", collection), ("@store", store), ("@revision", revision));
        if (followed > 0)
            connection.Execute("UPDATE snapshot SET revision = revision + 1");
        return ReadSnapshot(connection, store);
    });

    /// <summary>Switches readers, whatever store they have, to a behaviour model.</summary>
    internal SnapshotRow UseBehavior(string? file, string? hash) => _database.Write("switch the snapshot", connection =>
    {
        connection.Execute("UPDATE snapshot SET revision = revision + 1, behavior_file = @file, behavior_hash = @hash", ("@file", file), ("@hash", hash));
        return ReadSnapshot(connection, OwnStore);
    });

    /// <summary>Switches readers, whatever store they have, to what a training has made, in one step.</summary>
    /// <param name="sources">The files of the sources and of their log, by name: those before are no longer used.</param>
    internal SnapshotRow UseTrained(string behaviorFile, string behaviorHash, IReadOnlyDictionary<string, string> sources) =>
        _database.Write("switch the snapshot", connection =>
        {
            connection.Execute("UPDATE snapshot SET revision = revision + 1, behavior_file = @file, behavior_hash = @hash",
                ("@file", behaviorFile), ("@hash", behaviorHash));
            connection.Execute(RecordTables.Sources + "DELETE FROM sources;");
            using SqliteCommand insert = connection.Command("INSERT INTO sources (name, file) VALUES (@name, @file)", ("@name", null), ("@file", null));
            foreach ((string name, string file) in sources)
            {
                insert.Set("@name", name);
                insert.Set("@file", file);
                insert.ExecuteNonQuery();
            }
            return ReadSnapshot(connection, OwnStore);
        });

    /// <summary>Notes that the alias leads to the snapshot's collection, if that is still this one.</summary>
    internal void NoteAliasFollows(string collection, string store = OwnStore) => _database.Write("note the alias", connection => connection.Execute(
        "UPDATE stores SET alias_follows = 1 WHERE name = @store AND collection = @collection", ("@store", store), ("@collection", collection)));

    private static SnapshotRow ReadSnapshot(SqliteConnection connection, string store)
    {
        using SqliteCommand command = connection.Command("""
            SELECT revision, collection, behavior_file, behavior_hash, coalesce(alias_follows, 0) FROM snapshot LEFT JOIN stores ON name = @store
            """, ("@store", store));
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read()
            ? new(reader.Number(0), reader.Text(1), reader.Text(2), reader.Text(3), reader.Number(4) != 0)
            {
                Sources = ReadSources(connection),
                Migration = ReadMigrationOf(connection, store, reader.Text(1)),
            }
            : throw new DamagedRowException("the snapshot is gone");
    }

    private static Dictionary<string, string> ReadSources(SqliteConnection connection)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        if (connection.Scalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'sources'") == 0)
            return files;
        using SqliteCommand command = connection.Command("SELECT name, file FROM sources ORDER BY name");
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
            files.Add(reader.TextOrEmpty(0), reader.TextOrEmpty(1));
        return files;
    }
}

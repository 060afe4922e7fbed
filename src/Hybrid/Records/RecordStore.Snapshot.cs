using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

public sealed partial class RecordStore
{
    /// <summary>What readers are to use now.</summary>
    internal SnapshotRow ReadSnapshot() => _database.Read("read the snapshot", ReadSnapshot);

    /// <summary>Switches readers to a collection; its alias is still to be moved.</summary>
    internal SnapshotRow UseCollection(string? collection) => ChangeSnapshot("collection = @collection, alias_follows = 0", ("@collection", collection));

    /// <summary>Switches readers to where somebody has moved the alias, unless the snapshot is another by now: then that one counts.</summary>
    /// <param name="revision">Of the snapshot that was compared with the alias.</param>
    internal SnapshotRow FollowAlias(string collection, long revision) => _database.Write("follow the alias", connection =>
    {
        connection.Execute("UPDATE snapshot SET revision = revision + 1, collection = @collection WHERE revision = @revision AND alias_follows = 1",
            ("@collection", collection), ("@revision", revision));
        return ReadSnapshot(connection);
    });

    /// <summary>Switches readers to a behaviour model.</summary>
    internal SnapshotRow UseBehavior(string? file, string? hash) =>
        ChangeSnapshot("behavior_file = @file, behavior_hash = @hash", ("@file", file), ("@hash", hash));

    /// <summary>Notes that the alias leads to the snapshot's collection, if that is still this one.</summary>
    internal void NoteAliasFollows(string collection) => _database.Write("note the alias", connection =>
        connection.Execute("UPDATE snapshot SET alias_follows = 1 WHERE collection = @collection", ("@collection", collection)));

    private SnapshotRow ChangeSnapshot(string change, params (string Name, object? Value)[] values) => _database.Write("switch the snapshot", connection =>
    {
        connection.Execute($"UPDATE snapshot SET revision = revision + 1, {change}", values);
        return ReadSnapshot(connection);
    });

    private static SnapshotRow ReadSnapshot(SqliteConnection connection)
    {
        using SqliteCommand command = connection.Command("SELECT revision, collection, behavior_file, behavior_hash, alias_follows FROM snapshot");
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read()
            ? new(reader.Number(0), reader.Text(1), reader.Text(2), reader.Text(3), reader.Number(4) != 0)
            : throw new DamagedRowException("the snapshot is gone");
    }
}

using System.Text.Json;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hybrid.Records;

public sealed partial class RecordStore
{
    /// <summary>The collection that was about to be made in a store, and of which no migration has taken possession; null where there is none.</summary>
    internal CollectionIntent? FindIntent(string store) => _database.Read("read what was to be made", connection =>
    {
        if (!HasColumn(connection, "intents", "store"))
            return null;
        using SqliteCommand command = connection.Command("SELECT space, there FROM intents WHERE store = @store", ("@store", store));
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? new CollectionIntent(store, reader.TextOrEmpty(0), JsonSerializer.Deserialize<string[]>(reader.TextOrEmpty(1)) ?? []) : null;
    });

    /// <summary>Writes down that a collection is about to be made.</summary>
    internal void NoteIntent(CollectionIntent intent) => _database.Write("note what is to be made", connection => connection.Execute(
        RecordTables.Migrations + "INSERT OR REPLACE INTO intents (store, space, there) VALUES (@store, @space, @there)",
        ("@store", intent.Store), ("@space", intent.Space), ("@there", JsonSerializer.Serialize(intent.There))));

    /// <summary>Forgets it: what was made is gone again.</summary>
    internal void ForgetIntent(string store) => _database.Write("forget what was to be made", connection => ForgetIntent(connection, store));

    private static int ForgetIntent(SqliteConnection connection, string store) =>
        connection.Execute("DELETE FROM intents WHERE store = @store", ("@store", store));
}

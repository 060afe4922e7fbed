using Hybrid.Records.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hybrid.Indexing.Embedded;

/// <summary>The files that a store keeps beside its database, and what killed processes have left of them.</summary>
/// <remarks>Their names begin with the database's own, so that two stores in one folder do not meet.</remarks>
internal static class StoreFolder
{
    /// <summary>The file of a collection's saved index; null in memory.</summary>
    public static Sidecar? SidecarOf(Database database, CollectionRow row) =>
        database.IsInMemory ? null : new Sidecar(Path.Combine(database.Folder, $"{Prefix(database)}{row.Name}{Sidecar.Extension}"));

    /// <summary>Deletes unfinished saves that nobody is writing, and indexes of collections that are no longer there; what cannot be deleted stays.</summary>
    public static void Tidy(Database database, ILogger logger)
    {
        if (database.IsInMemory || database.IsReadOnly)
            return;
        string prefix = Prefix(database);
        try
        {
            var indexes = new List<(string File, CollectionName Collection)>();
            foreach (string file in Directory.EnumerateFiles(database.Folder))
            {
                string name = Path.GetFileName(file);
                if (!name.StartsWith(prefix, StringComparison.Ordinal))
                    continue;
                name = name[prefix.Length..];
                int end = name.IndexOf(Sidecar.Extension, StringComparison.Ordinal);
                if (end < 0 || !CollectionName.TryParse(name[..end], out CollectionName collection))
                    continue;
                if (name.EndsWith(Sidecar.PartExtension, StringComparison.Ordinal))
                    DeleteIfAbandoned(file);
                else if (end + Sidecar.Extension.Length == name.Length)
                    indexes.Add((file, collection));
            }
            if (indexes.Count == 0 || Orphans(database.Read("open", CollectionList.Read)).Count == 0)
                return;
            // Once more while nobody can save an index of a collection that was made just now.
            database.Write("open", connection =>
            {
                Orphans(CollectionList.Read(connection)).ForEach(File.Delete);
                return 0;
            });

            List<string> Orphans(CollectionList list) => [.. indexes.Where(i => list.Rows.All(row => row.Name != i.Collection)).Select(i => i.File)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VectorStoreException { IsTransient: true })
        {
            logger.LogInformation("Left-over files in {Folder} stay until the next start: {Reason}", database.Folder, e.Message);
        }
    }

    private static string Prefix(Database database) => Path.GetFileName(database.Path) + ".";

    private static void DeleteIfAbandoned(string part)
    {
        try
        {
            using (new FileStream(part, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                File.Delete(part);
        }
        catch (IOException)
        {
            // Somebody is writing it, or has just put it in place.
        }
    }
}

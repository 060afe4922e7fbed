using System.Globalization;
using Hybrid.Records.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hybrid.Indexing.Embedded;

/// <summary>The files that a store keeps beside its database, and what killed processes have left of them.</summary>
/// <remarks>Their names begin with the database's own, so that two stores in one folder do not meet.</remarks>
internal static class StoreFolder
{
    /// <summary>The file of a collection's saved index; null in memory.</summary>
    public static Sidecar? SidecarOf(Database database, CollectionRow row) =>
        database.IsInMemory ? null : new Sidecar(Path.Combine(database.Folder, $"{Prefix(database)}{row.Name}{Sidecar.Extension}"));

    /// <summary>The file of a segment of vectors, "vectors.db.7.vec".</summary>
    public static string SegmentOf(Database database, long id) =>
        Path.Combine(database.Folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix(database)}{id}{SegmentFile.Extension}"));

    /// <summary>Deletes unfinished saves that nobody is writing, and indexes of collections and segments of vectors that are no longer there; what cannot be
    /// deleted stays.</summary>
    public static void Tidy(Database database, ILogger logger)
    {
        if (database.IsInMemory || database.IsReadOnly)
            return;
        string prefix = Prefix(database);
        try
        {
            var indexes = new List<(string File, CollectionName Collection)>();
            var segments = new List<string>();
            foreach (string file in Directory.EnumerateFiles(database.Folder))
            {
                string name = Path.GetFileName(file);
                if (!name.StartsWith(prefix, StringComparison.Ordinal))
                    continue;
                name = name[prefix.Length..];
                if (IsSegment(database, file, name))
                    segments.Add(file);
                int end = name.IndexOf(Sidecar.Extension, StringComparison.Ordinal);
                if (end < 0 || !CollectionName.TryParse(name[..end], out CollectionName collection))
                    continue;
                if (name.EndsWith(Sidecar.PartExtension, StringComparison.Ordinal))
                    DeleteIfAbandoned(file);
                else if (end + Sidecar.Extension.Length == name.Length)
                    indexes.Add((file, collection));
            }
            if ((indexes.Count == 0 && segments.Count == 0) || database.Read("open", Orphans).Count == 0)
                return;
            // Once more while nobody can save an index of a collection that was made just now, nor write into a segment that is not committed yet.
            database.Write("open", connection =>
            {
                Orphans(connection).ForEach(File.Delete);
                return 0;
            });

            List<string> Orphans(SqliteConnection connection)
            {
                HashSet<CollectionName> collections = [.. CollectionList.Read(connection).Rows.Select(row => row.Name)];
                IEnumerable<string> known = SegmentRow.ReadAll(connection).Select(row => SegmentOf(database, row.Id));
                return [.. indexes.Where(i => !collections.Contains(i.Collection)).Select(i => i.File), .. segments.Except(known)];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VectorStoreException { IsTransient: true })
        {
            logger.LogInformation("Left-over files in {Folder} stay until the next start: {Reason}", database.Folder, e.Message);
        }
    }

    private static string Prefix(Database database) => Path.GetFileName(database.Path) + ".";

    private static bool IsSegment(Database database, string file, string name)
    {
        string number = name.EndsWith(SegmentFile.Extension, StringComparison.Ordinal) ? name[..^SegmentFile.Extension.Length] : "";
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long id) && SegmentOf(database, id) == file;
    }

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

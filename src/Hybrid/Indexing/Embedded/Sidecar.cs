using Microsoft.Extensions.Logging;

namespace Hybrid.Indexing.Embedded;

/// <summary>The file that an index is saved in beside the database, products@3.ivf: a shortcut past reading every vector, never the truth.</summary>
/// <remarks>Begins with the collection's own 16 bytes, so that a file left by another database of the same name is not taken for ours.</remarks>
internal sealed class Sidecar(string path, Guid identity, ILogger logger)
{
    private const int IdentityBytes = 16;

    public string Path { get; } = path;

    /// <summary>The saved index, or null, with a note in the log, where there is none that can be used.</summary>
    /// <param name="oldest">The lowest revision that can still be brought up to date.</param>
    /// <param name="newest">The database's revision: a higher one is of a database that has since been put back.</param>
    public IvfIndex? Load(IvfOptions options, int dimension, Func<Catalog.ItemId, Catalog.Item?> fields, long oldest, long newest, out long revision)
    {
        revision = 0;
        string reason;
        try
        {
            DeleteAbandoned();
            using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
            Span<byte> owner = stackalloc byte[IdentityBytes];
            file.ReadExactly(owner);
            if (new Guid(owner) == identity)
            {
                IvfIndex index = IvfIndex.Load(file, options, fields, out revision);
                if (index.Dimension == dimension && revision >= oldest && revision <= newest)
                    return index;
                reason = $"it is of revision {revision}, and {oldest} to {newest} can be used";
            }
            else
            {
                reason = "it belongs to another database";
            }
        }
        catch (FileNotFoundException)
        {
            return null;   // nothing has been saved yet
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            reason = e.Message;
        }
        logger.LogWarning("The saved index {Path} cannot be used: {Reason}. It is rebuilt from the database.", Path, reason);
        return null;
    }

    /// <summary>Writes the index under a name of its own and then puts it in place, so that a reader finds the old file or the new one, whole.</summary>
    /// <exception cref="IOException">The file cannot be written; the old one is still there.</exception>
    public void Save(IvfIndex index, long revision)
    {
        string part = $"{Path}.{Guid.NewGuid():N}.part";
        try
        {
            // Held open without sharing until it has its name: that is how DeleteAbandoned knows that it is being written.
            using var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
            file.Write(identity.ToByteArray());
            index.Save(file, revision);
            file.Flush(flushToDisk: true);
            if (!OperatingSystem.IsWindows())
            {
                File.Move(part, Path, overwrite: true);
                return;
            }
            file.Close();   // Windows does not rename an open file
            File.Move(part, Path, overwrite: true);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    // A process that was killed while it saved has left its part behind.
    private void DeleteAbandoned()
    {
        string folder = System.IO.Path.GetDirectoryName(Path)!;   // ! : the path is absolute
        foreach (string part in Directory.EnumerateFiles(folder, System.IO.Path.GetFileName(Path) + ".*.part"))
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
}

namespace Hybrid.Catalog.Files;

/// <summary>Files that stand at their place whole and on the disk, or not at all: what was there before stays until then.</summary>
internal static class WholeFile
{
    /// <exception cref="IOException">It cannot be written; nothing is left of it. Likewise <see cref="UnauthorizedAccessException"/>.</exception>
    public static void Write(string path, Action<FileStream> write) => Write(path, file =>
    {
        write(file);
        return path;
    });

    /// <summary>Likewise where the content says what the file is called.</summary>
    /// <param name="beside">A path in the same folder, so that the rename stays within one file system.</param>
    /// <param name="write">Returns the path.</param>
    public static string Write(string beside, Func<FileStream, string> write)
    {
        string draft = $"{beside}.{Path.GetRandomFileName()}.tmp";
        try
        {
            string path;
            using (FileStream file = new(draft, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16))
            {
                path = write(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(draft, path, overwrite: true);
            return path;
        }
        finally
        {
            File.Delete(draft);   // does nothing after the rename
        }
    }
}

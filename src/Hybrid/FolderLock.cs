using Hybrid.Records;

namespace Hybrid;

/// <summary>Lets one at a time do a thing in a data folder, over all processes; it ends with the process that holds it.</summary>
internal static class FolderLock
{
    /// <summary>How often one who waits looks again.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until nobody holds the lock; dispose the result to give it back.</summary>
    /// <param name="path">A file of its own, made and never deleted: whoever deletes it would let a second one in.</param>
    /// <exception cref="RecordsException">The file cannot be made.</exception>
    public static async Task<FileStream> TakeAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            }
            catch (IOException e) when (IsHeld(e))
            {
                await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new RecordsException($"lock {path}", "take", $"{e.Message} Check the folder's permissions and free space.", isTransient: false, e);
            }
        }
    }

    // What FileShare.None gives to the second one: a sharing violation on Windows, EWOULDBLOCK of flock elsewhere (11 on Linux, 35 on macOS and BSD).
    private static bool IsHeld(IOException e) => OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) == 32
        : OperatingSystem.IsLinux() ? e.HResult == 11
        : e.HResult == 35;
}

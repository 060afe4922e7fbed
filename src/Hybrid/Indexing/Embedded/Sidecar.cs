using System.Buffers.Binary;
using System.Security.Cryptography;
using Hybrid.Catalog.Files;
using Microsoft.Win32.SafeHandles;

namespace Hybrid.Indexing.Embedded;

/// <summary>The file that an index is saved in beside the database, vectors.db.products@3.ivf: the rows by cells, with their codes, so that nothing
/// need be read or made that has not changed since; never the truth.</summary>
/// <remarks>
/// Begins with the epoch of the save: a random number, which the same transaction that puts the file in place writes into the database. A file of another
/// epoch was saved by another database, by a later state of one that has since been put back, or by a process that was killed just before that transaction
/// ended.
/// </remarks>
internal sealed class Sidecar(string path)
{
    public const string Extension = ".ivf", PartExtension = ".part";

    public string Path { get; } = path;

    public static long NewEpoch() => BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long))) | 1;   // not 0

    /// <summary>The saved index, without the vectors, or null where there is none that can be used.</summary>
    /// <param name="mappings">It lies in the file, which becomes one of these.</param>
    /// <param name="revision">Whose rows the index has.</param>
    /// <param name="refusal">Why the file that is there cannot be used; null when there is none.</param>
    public IvfIndex? Load(long epoch, IvfOptions options, int dimension, MappedFile.All mappings, out long revision, out string? refusal)
    {
        revision = 0;
        refusal = null;
        try
        {
            using SafeFileHandle file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var its = new byte[sizeof(long)];
            if (RandomAccess.Read(file, its, 0) == its.Length && BinaryPrimitives.ReadInt64LittleEndian(its) == epoch)
            {
                IvfIndex index = IvfIndex.Load(BehindEpoch(file, mappings), options, out revision);
                if (index.Dimension == dimension)
                    return index;
            }
            refusal = "it was saved by another database, or by another state of this one";
        }
        catch (FileNotFoundException)
        {
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            refusal = e.Message;
        }
        return null;
    }

    private static SavedFile BehindEpoch(SafeFileHandle file, MappedFile.All mappings)
    {
        long length = RandomAccess.GetLength(file);
        if (!OperatingSystem.IsWindows())
        {
            var mapped = new MappedFile(file, length, mappings);
            return new(length - sizeof(long), (at, count) => mapped.Part<byte>(sizeof(long) + at, count));
        }
        return new(length - sizeof(long), (at, count) =>   // Windows replaces and deletes no file that is mapped
        {
            byte[] bytes = GC.AllocateUninitializedArray<byte>(count);
            return RandomAccess.Read(file, bytes, sizeof(long) + at) == count ? bytes : throw new EndOfStreamException();
        });
    }

    /// <summary>Writes the index under a name of its own; nobody reads it before <see cref="Part.PutInPlace"/>.</summary>
    /// <exception cref="IOException">The file cannot be written; the old one is still there.</exception>
    public Part Write(IvfIndex index, long epoch, long revision)
    {
        var part = new Part(CreatePart(), Path);
        try
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, epoch);
            part.File.Write(bytes);
            index.Save(part.File, revision);
            part.File.Flush(flushToDisk: true);
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    public void Delete() => File.Delete(Path);

    /// <summary>Lets one process at a time build the index in the background.</summary>
    /// <returns>To be disposed at the end; null while another process builds.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public IDisposable? TryBeginBuild()
    {
        // As a part it is deleted by whoever tidies up, once nobody holds it.
        string name = $"{Path}.build{PartExtension}";
        try
        {
            return new FileStream(name, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (File.Exists(name))
        {
            return null;
        }
    }

    /// <summary>A file held open without sharing until it has its name: that is how others know that it is being written.</summary>
    private FileStream CreatePart()
    {
        const int most = 100;
        for (int attempt = 1; ; attempt++)
        {
            string name = $"{Path}.{Guid.NewGuid():N}{PartExtension}";
            try
            {
                var part = new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
                // On Unix it is made in one step and locked in another: a process that tidies up in between has taken it for abandoned, and it has no name
                // any more. Once it is locked and has its name, nobody takes it.
                if (File.Exists(name))
                    return part;
                part.Dispose();
            }
            catch (IOException) when (attempt < most)
            {
                // Or that process has it locked just now. Whatever else is wrong is so the hundredth time, too.
            }
        }
    }

    /// <summary>A file that has been written whole; deleted again unless it is put in place.</summary>
    internal sealed class Part(FileStream file, string target) : IDisposable
    {
        private bool _isInPlace;

        public FileStream File { get; } = file;

        /// <summary>In one step: a reader finds the old file or this one.</summary>
        /// <exception cref="IOException">It cannot be put there; the old file is.</exception>
        public void PutInPlace()
        {
            if (OperatingSystem.IsWindows())
                File.Close();   // Windows does not rename an open file
            System.IO.File.Move(File.Name, target, overwrite: true);
            _isInPlace = true;
        }

        public void Dispose()
        {
            try
            {
                File.Dispose();
            }
            finally
            {
                if (!_isInPlace)
                    System.IO.File.Delete(File.Name);
            }
        }
    }
}

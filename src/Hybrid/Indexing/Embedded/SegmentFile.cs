using System.IO.Hashing;
using System.Runtime.InteropServices;
using Hybrid.Catalog.Files;
using Hybrid.Records.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace Hybrid.Indexing.Embedded;

/// <summary>A segment's file, vectors.db.7.vec: a header of a page, and then vector after vector, float32 as they lie in memory.</summary>
/// <remarks>It only grows, and what has been committed in it never changes, so that others may have it mapped.</remarks>
internal sealed class SegmentFile(string path, SegmentRow row, MappedFile.All mappings) : ISegmentMedium
{
    public const string Extension = ".vec";

    private const ulong Magic = 0x31_43_45_56_42_59_48_89;   // bytes 89 "HYBVEC1"; a machine of the other byte order does not find it

    // Whole pages: a mapping begins at one.
    private const int HeaderBytes = 4096;

    // Rows keep the mapping that they were first looked at in: one for each write would come to too many. What was written since the last one is read
    // into memory until it is a quarter.
    private const int GrowthOfMapping = 4, FewBytes = 1 << 16;

    private readonly Lock _mapping = new();
    private MappedFile? _mapped;
    private SafeFileHandle? _writing;

    public string Name => Path.GetFileName(path);

    public ReadOnlyMemory<float> View(long first, int count)
    {
        long at = HeaderBytes + first * sizeof(float), end = at + count * sizeof(float);
        if (Volatile.Read(ref _mapped) is { } mapped && mapped.Length >= end)
            return mapped.Part<float>(at, count);
        lock (_mapping)
        {
            if (_mapped is { } meanwhile && meanwhile.Length >= end)
                return meanwhile.Part<float>(at, count);
            using SafeFileHandle file = Open(FileAccess.Read);
            long there = LengthOf(file, end), known = _mapped?.Length ?? 0;
            if (there - known >= Math.Max(known / GrowthOfMapping, FewBytes) || _mapped is null)
            {
                // Who is looking at the old one holds it.
                Volatile.Write(ref _mapped, new MappedFile(file, there, mappings));
                return _mapped!.Part<float>(at, count);   // ! : just set
            }
            var copy = new float[count];
            RandomAccess.Read(file, MemoryMarshal.AsBytes(copy.AsSpan()), at);
            return copy;
        }
    }

    public void Create()
    {
        // One of the same number may be left from a transaction that was not committed; somebody may still have it mapped.
        File.Delete(path);
        _writing = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var header = new Header(Magic, row.Identity, row.Dimension, HeaderBytes);
        Span<byte> bytes = stackalloc byte[HeaderBytes];
        bytes.Clear();
        MemoryMarshal.Write(bytes, header);
        XxHash3.Hash(bytes[..Marshal.SizeOf<Header>()]).CopyTo(bytes[Marshal.SizeOf<Header>()..]);
        RandomAccess.Write(_writing, bytes, 0);
    }

    public void Write(long at, ReadOnlySpan<float> floats)
    {
        if (_writing is null)
        {
            _writing = Open(FileAccess.ReadWrite);
            ThrowIfAnother(_writing);
        }
        RandomAccess.Write(_writing, MemoryMarshal.AsBytes(floats), HeaderBytes + at * sizeof(float));
    }

    public void Sync()
    {
        if (_writing is not null)
            RandomAccess.FlushToDisk(_writing);
    }

    public void EndWriting()
    {
        _writing?.Dispose();
        _writing = null;
    }

    private long LengthOf(SafeFileHandle file, long atLeast)
    {
        ThrowIfAnother(file);
        long there = RandomAccess.GetLength(file);
        return there >= atLeast ? there : throw new DamagedRowException(
            $"{Name} is cut short: it has {VectorsIn(there)} vectors, and {VectorsIn(atLeast)} were written");

        long VectorsIn(long bytes) => Math.Max(0, bytes - HeaderBytes) / (sizeof(float) * row.Dimension);
    }

    private SafeFileHandle Open(FileAccess access)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            throw new MissingSegmentException(row.Id, Name);
        }
    }

    private void ThrowIfAnother(SafeFileHandle file)
    {
        int length = Marshal.SizeOf<Header>();
        Span<byte> bytes = stackalloc byte[length + sizeof(ulong)];
        bool isWhole = RandomAccess.Read(file, bytes, 0) == bytes.Length && XxHash3.Hash(bytes[..length]).AsSpan().SequenceEqual(bytes[length..]);
        Header header = isWhole ? MemoryMarshal.Read<Header>(bytes) : default;
        if (header.Magic != Magic)
            throw new DamagedRowException($"{Name} does not begin as a file of vectors does");
        if (header != new Header(Magic, row.Identity, row.Dimension, HeaderBytes))
            throw new DamagedRowException($"{Name} belongs to another database, or to another state of this one");
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct Header(ulong Magic, long Identity, int Dimension, int Bytes);
}

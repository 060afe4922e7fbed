using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Hybrid.Indexing.Embedded;

/// <summary>A saved index, wherever it lies, read from its beginning on; with the checksum of what was read.</summary>
/// <remarks>Not for concurrent use.</remarks>
/// <param name="length">Bytes.</param>
/// <param name="part">So many of them from a place on; not copied where they lie in memory.</param>
internal sealed class SavedFile(long length, Func<long, int, ReadOnlyMemory<byte>> part)
{
    private readonly XxHash3 _hash = new();
    private long _at;

    public static SavedFile Of(byte[] bytes) => new(bytes.Length, (at, count) => bytes.AsMemory((int)at, count));

    /// <summary>Bytes that were not read yet.</summary>
    public long Left => length - _at;

    /// <exception cref="EndOfStreamException">There are not as many.</exception>
    public ReadOnlyMemory<byte> Take(int count)
    {
        ReadOnlyMemory<byte> taken = TakeUnhashed(count);
        _hash.Append(taken.Span);
        return taken;
    }

    /// <summary>So many of something, copied.</summary>
    public T[] Take<T>(int count)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Take(checked(count * Marshal.SizeOf<T>())).Span).ToArray();

    /// <summary>Likewise, without its being part of the checksum.</summary>
    /// <exception cref="EndOfStreamException">There are not as many.</exception>
    public ReadOnlyMemory<byte> TakeUnhashed(int count)
    {
        if (count > Left)
            throw new EndOfStreamException();
        ReadOnlyMemory<byte> taken = part(_at, count);
        _at += count;
        return taken;
    }

    /// <summary>Reads the checksum of what was taken before.</summary>
    /// <exception cref="InvalidDataException">It is another.</exception>
    public void CheckHash() => CheckHash(_hash);

    /// <summary>Reads a checksum that another one has to be.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public void CheckHash(XxHash3 hash)
    {
        if (!TakeUnhashed(sizeof(ulong)).Span.SequenceEqual(hash.GetCurrentHash()))
            throw SavedRows.Damaged("its checksum is not that of its content");
    }
}

using System.Buffers.Binary;
using System.IO.Hashing;

namespace Hybrid.Records.Sqlite;

/// <summary>64 bits over the values of a row, kept with it: SQLite itself does not notice a flipped bit in a value.</summary>
/// <remarks>XxHash3: it finds damage, not malice. One of these serves many rows, one after another; not for concurrent use.</remarks>
internal sealed class RowChecksum
{
    private readonly XxHash3 _hash = new();
    private byte[] _bytes = new byte[256];

    public RowChecksum Add(string? text)
    {
        if (text is null)
            return Add(-1L);
        int most = System.Text.Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_bytes.Length < most)
            _bytes = new byte[most];
        return AddUtf8(_bytes.AsSpan(0, System.Text.Encoding.UTF8.GetBytes(text, _bytes)));
    }

    /// <summary>As <see cref="Add(string?)"/> of the text that these bytes are.</summary>
    public RowChecksum AddUtf8(ReadOnlySpan<byte> text) => Add((long)text.Length).Add(text);   // the length, so that "ab", "c" is not "a", "bc"

    public RowChecksum Add(long? number) => number is { } there ? Add(1L).Add(there) : Add(-1L);

    public RowChecksum Add(double? number) => number is { } there ? Add(1L).Add(BitConverter.DoubleToInt64Bits(there)) : Add(-1L);

    public RowChecksum Add(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return Add(bytes);
    }

    public RowChecksum Add(ReadOnlySpan<byte> bytes)
    {
        _hash.Append(bytes);
        return this;
    }

    /// <summary>The checksum of what was added; the next row begins.</summary>
    public long Take()
    {
        long checksum = (long)_hash.GetCurrentHashAsUInt64();
        _hash.Reset();
        return checksum;
    }
}

using System.Buffers.Binary;

namespace Hybrid.Indexing.Embedded;

/// <summary>Reads what a <see cref="BinaryWriter"/> has written.</summary>
/// <remarks>Throws an <see cref="InvalidDataException"/> where the bytes end too soon, or are no length.</remarks>
internal ref struct SavedBytes(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Bytes that were not read yet.</summary>
    public readonly int Left => _rest.Length;

    public byte Byte() => Take(1)[0];

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    /// <summary>In seven bits a byte.</summary>
    public long Number()
    {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            number |= (next & 127L) << shift;
            if (next < 128)
                return number;
        }
        throw SavedRows.Damaged("it holds a number of more than 64 bits");
    }

    public int Length() => Number() is var length and >= 0 and <= int.MaxValue ? (int)length : throw SavedRows.Damaged("it holds a length that cannot be");

    /// <summary>A text in UTF-8, behind its length.</summary>
    public ReadOnlySpan<byte> Utf8() => Take(Length());

    public string Text() => System.Text.Encoding.UTF8.GetString(Utf8());

    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
            throw SavedRows.Damaged("the rows of a cell, or its texts, end before they should");
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}

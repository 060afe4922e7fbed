using System.Buffers;
using System.Runtime.InteropServices;
using Hybrid.Behavior.Words;
using Hybrid.Catalog;

namespace Hybrid.Upkeep.Migration;

/// <summary>word2vec's binary rows: key, space, little-endian float32, with a line feed behind or not.</summary>
internal static class LegacyBinary
{
    private const int MostKeyBytes = 1 << 16;

    public static IEnumerable<KeyedVector> Read(Stream content, string path, CancellationToken cancellationToken)
    {
        // Not disposed: the stream is the caller's.
        var bytes = new BufferedStream(content, 1 << 16);
        var key = new ArrayBufferWriter<byte>();
        ReadTo(bytes, (byte)'\n', key);
        if (!WordVectorRows.TryReadHeader(key.WrittenSpan, out long rows, out int dimension) || dimension < 1)
            throw new DataFileException(path, "its first line is not \"rows dimension\"", 1);
        for (long row = 1; row <= rows; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!ReadTo(bytes, (byte)' ', key))
                throw new DataFileException(path, $"its first line says that it has {rows:N0} rows, and it ends in row {row:N0}; copy it again");
            string text = System.Text.Encoding.UTF8.GetString(key.WrittenSpan.TrimStart((byte)'\n'));
            var vector = new float[dimension];
            if (bytes.ReadAtLeast(MemoryMarshal.AsBytes(vector.AsSpan()), sizeof(float) * dimension, throwOnEndOfStream: false) < sizeof(float) * dimension)
                throw new DataFileException(path, $"it ends within row {row:N0}, '{PlainText.Brief(text)}'; copy it again");
            yield return new(text, vector);
        }
    }

    private static bool ReadTo(BufferedStream bytes, byte mark, ArrayBufferWriter<byte> into)
    {
        into.ResetWrittenCount();
        for (int next; into.WrittenCount < MostKeyBytes && (next = bytes.ReadByte()) >= 0;)
        {
            if (next == mark)
                return true;
            into.GetSpan(1)[0] = (byte)next;
            into.Advance(1);
        }
        return false;
    }
}

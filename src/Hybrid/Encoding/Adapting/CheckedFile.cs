using System.IO.Hashing;
using System.Runtime.InteropServices;
using Hybrid.Catalog.Files;

namespace Hybrid.Encoding.Adapting;

/// <summary>A small file that is written whole or not at all, and read only as it was written.</summary>
/// <remarks>Little-endian: a mark of 8 bytes · int32 version · int64 length of the file · its content · XxHash3 of everything before it, 8 bytes.</remarks>
internal static class CheckedFile
{
    private const int Version = 1, HeaderLength = 8 + sizeof(int) + sizeof(long);

    /// <exception cref="AdapterException">It cannot be written.</exception>
    public static void Save(string path, ReadOnlySpan<byte> mark, Action<BinaryWriter> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(mark);
            writer.Write(Version);
            writer.Write(0L);   // the length, when it is known
            write(writer);
            writer.Flush();
            long length = content.Length + sizeof(ulong);
            content.Position = mark.Length + sizeof(int);
            writer.Write(length);
            writer.Flush();
            content.Position = content.Length;
            writer.Write(XxHash3.HashToUInt64(content.GetBuffer().AsSpan(0, (int)content.Length)));
        }
        try
        {
            WholeFile.Write(path, content.WriteTo);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AdapterException(path, $"{cause.Message} Check that the folder exists, is writable and has room, then save again.", cause);
        }
    }

    /// <param name="what">What the file should be, for messages: "a text adapter".</param>
    /// <param name="remedy">What to do about one that is not: "Run … again."</param>
    /// <exception cref="ModelException">It is missing, damaged, of a later format, or another file.</exception>
    public static T Load<T>(string path, ReadOnlySpan<byte> mark, string what, string remedy, Func<BinaryReader, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(path, $"{what} cannot be read: {cause.Message} {remedy}", cause);
        }
        if (!bytes.AsSpan().StartsWith(mark))
            throw new ModelException(path, $"it is not {what}. {remedy}");
        if (bytes.Length < HeaderLength + sizeof(ulong))
            throw new ModelException(path, $"it is cut short: {bytes.Length} bytes. {remedy}");
        int version = MemoryMarshal.Read<int>(bytes.AsSpan(mark.Length));
        long length = MemoryMarshal.Read<long>(bytes.AsSpan(mark.Length + sizeof(int)));
        if (version > Version)
            throw new ModelException(path, $"a newer Hybrid wrote it, in format {version}, and this one reads format {Version}. Update Hybrid. {remedy}");
        if (bytes.Length != length)
            throw new ModelException(path, $"it is damaged: {bytes.Length:N0} bytes instead of {length:N0}. {remedy}");
        if (XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - sizeof(ulong))) != MemoryMarshal.Read<ulong>(bytes.AsSpan(bytes.Length - sizeof(ulong))))
            throw new ModelException(path, $"it is damaged: its checksum does not match. {remedy}");
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, HeaderLength, bytes.Length - HeaderLength - sizeof(ulong)), System.Text.Encoding.UTF8);
            return read(reader);
        }
        // A checksum finds damage. Whoever writes such a file by other means can make the checksum right and the content wrong.
        catch (Exception cause) when (cause is ArgumentException or FormatException or EndOfStreamException)
        {
            throw new ModelException(path, $"it is not {what}: {cause.Message} {remedy}", cause);
        }
    }

    public static void Write(this BinaryWriter writer, ReadOnlyMemory<float> floats) => writer.Write(MemoryMarshal.AsBytes(floats.Span));

    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    /// <exception cref="FormatException">One is not finite.</exception>
    public static float[] ReadFloats(this BinaryReader reader, long count)
    {
        // No memory is taken for what is not there.
        if (count < 0 || count > (reader.BaseStream.Length - reader.BaseStream.Position) / sizeof(float))
            throw new EndOfStreamException($"it says that it has {count} floats.");
        var floats = new float[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(floats.AsSpan()));
        return Array.TrueForAll(floats, float.IsFinite) ? floats : throw new FormatException("a float is not finite.");
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hybrid.Catalog.Files;

namespace Hybrid.Recommending.Sources;

/// <summary>A file of what was fitted: the log, or one source.</summary>
/// <remarks>
/// Little-endian: "HYBSOURC" · int32 version · int64 length of the file · what it is, and the checksum of the log that it belongs to, as length-prefixed UTF-8
/// · its values · XxHash3 of everything before it, 8 bytes. The name has that checksum: a file is never changed, another fit is another file.
/// </remarks>
internal static class SourceFile
{
    private const int Version = 1;
    private const string Remedy = "Train again.";

    private static ReadOnlySpan<byte> Magic => "HYBSOURC"u8;

    private static int HeaderLength => Magic.Length + sizeof(int) + sizeof(long);

    /// <summary>Writes a file aside and renames it when it is whole and on the disk.</summary>
    /// <param name="kind">What it is: "log", or the name of a source.</param>
    /// <param name="log">The checksum of the log that it was fitted to; empty for the log itself.</param>
    /// <returns>Its name within the folder.</returns>
    /// <exception cref="SourceException">The file cannot be written.</exception>
    public static string Save(string folder, string kind, string log, Action<Writer> write)
    {
        string place = Path.Combine(folder, $"source-{kind}");
        try
        {
            return Path.GetFileName(WholeFile.Write(place, file =>
            {
                using var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true);
                writer.Write(Magic);
                writer.Write(Version);
                writer.Write(0L);   // the length, when it is known
                writer.Write(kind);
                writer.Write(log);
                write(new Writer(writer));
                long length = file.Position + FileChecksum.Length;
                file.Position = Magic.Length + sizeof(int);
                writer.Write(length);
                ulong checksum = FileChecksum.Of(file, 0, length);
                writer.Write(checksum);
                return string.Create(CultureInfo.InvariantCulture, $"{place}-{checksum:x16}.bin");
            }));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new SourceException(place, "save", $"{cause.Message} Check that the folder is writable and has room, then train again.", cause);
        }
    }

    /// <summary>Reads a file that is whole, of this kind and of this log.</summary>
    /// <exception cref="SourceException">It is missing, damaged, of another kind or log, or of a newer Hybrid.</exception>
    public static T Load<T>(string path, string kind, string log, Func<Reader, T> read)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16);
            CheckWhole(file, path);
            file.Position = HeaderLength;
            using var values = new BinaryReader(file, System.Text.Encoding.UTF8, leaveOpen: true);
            if (values.ReadString() is var found && found != kind)
                throw new SourceException(path, "load", $"it holds {found}, not {kind}. {Remedy}");
            if (values.ReadString() != log)
                throw new SourceException(path, "load", $"it was fitted to another log than the one that is in use. {Remedy}");
            return read(new Reader(values, file.Length - FileChecksum.Length));
        }
        // A checksum finds damage. Whoever writes such a file by other means can make the checksum right and the content wrong.
        catch (Exception cause) when (cause is ArgumentException or FormatException or EndOfStreamException or JsonException)
        {
            throw new SourceException(path, "load", $"it is not a file of {kind}: {cause.Message} {Remedy}", cause);
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceException(path, "load", $"there is no such file. {Remedy}", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new SourceException(path, "load", $"{cause.Message} Make it readable, or train again.", cause);
        }
    }

    /// <summary>Refuses everything that reading could stumble over, before it reads.</summary>
    private static void CheckWhole(FileStream file, string path)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        int read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length || !header[..Magic.Length].SequenceEqual(Magic))
            throw Refused(read < header.Length ? $"it is cut short: {read} bytes" : "it is not a file of a source");
        int version = MemoryMarshal.Read<int>(header[Magic.Length..]);
        if (version > Version)
            throw Refused($"a newer Hybrid wrote it, in format {version}, and this one reads format {Version}. Update Hybrid, or train again", remedy: "");
        long length = MemoryMarshal.Read<long>(header[(Magic.Length + sizeof(int))..]);
        if (file.Length != length)
        {
            throw Refused(file.Length < length
                ? FormattableString.Invariant($"it is cut short: {file.Length:N0} of {length:N0} bytes")
                : FormattableString.Invariant($"it is damaged: {file.Length:N0} bytes instead of {length:N0}"));
        }
        if (!FileChecksum.IsRight(file.SafeFileHandle, 0, length))
            throw Refused("it is damaged: its checksum does not match");

        SourceException Refused(string reason, string remedy = " " + Remedy) => new(path, "load", $"{reason}.{remedy}");
    }

    /// <summary>Writes values, each array with its length before it.</summary>
    internal sealed class Writer(BinaryWriter file)
    {
        public void Write(string value) => file.Write(value);

        public void Write(int value) => file.Write(value);

        public void WriteOptions<T>(T options) => file.Write(JsonSerializer.Serialize(options, KnobFile.Json));

        public void Write<T>(ReadOnlySpan<T> values)
            where T : unmanaged
        {
            file.Write(values.Length);
            file.Write(MemoryMarshal.AsBytes(values));
        }
    }

    /// <summary>Reads what <see cref="Writer"/> wrote, in its order.</summary>
    /// <param name="end">Where the values end.</param>
    internal sealed class Reader(BinaryReader file, long end)
    {
        public string ReadText() => file.ReadString();

        public int ReadNumber() => file.ReadInt32();

        public T ReadOptions<T>() => JsonSerializer.Deserialize<T>(file.ReadString(), KnobFile.Json) ?? throw new FormatException("it has no options.");

        /// <summary>A number of things of which each takes a byte or more: no memory is taken for what is not there.</summary>
        public int ReadCount() => CountOf(1);

        public T[] ReadArray<T>()
            where T : unmanaged
        {
            var values = new T[CountOf(System.Runtime.CompilerServices.Unsafe.SizeOf<T>())];
            file.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        /// <summary>Numbers of things of which there are so many, or −1.</summary>
        public int[] ReadPlaces(int most)
        {
            int[] places = ReadArray<int>();
            return Array.TrueForAll(places, place => place >= -1 && place < most) ? places : throw new FormatException("a number leads nowhere.");
        }

        private int CountOf(int size)
        {
            int count = file.ReadInt32();
            return count >= 0 && count <= (end - file.BaseStream.Position) / size ? count : throw new FormatException($"it says that it has {count} values.");
        }
    }
}

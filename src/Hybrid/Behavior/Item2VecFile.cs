using System.Runtime.InteropServices;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;
using Hybrid.Vectors;
using Microsoft.Win32.SafeHandles;

namespace Hybrid.Behavior;

/// <summary>The file of an <see cref="Item2VecModel"/>.</summary>
/// <remarks>
/// <para>Little-endian: "HYBI2VEC" · int32 version · int64 length of the file · int64 length of what answers need · the options · int64 pairs · the name and
/// the hash of its space · int64 last event · int32 n · whether there is a map from text, and then its source's space, matrix and means · [n] int64 counts ·
/// [n] lengths of the ids in bytes, one each · the ids in UTF-8 · zeros up to a multiple of 64 · [n × d] float32 · [n] float32, by what each is multiplied to
/// have length 1 · XxHash3 of everything before it, 8 bytes. Then, where training can go on from it, [n × d] float32 of contexts · XxHash3 of them.</para>
/// <para>Of a large file the vectors stay there, and the system reads them when they are looked at; of a small one they are read, so that nothing keeps its
/// medium busy. The contexts are not read by who only asks.</para>
/// </remarks>
internal static class Item2VecFile
{
    private const int Version = 4;
    private const int FirstMapped = 4;

    /// <summary>Bytes of a file that is mapped.</summary>
    private const long LeastMapped = 64 << 20;

    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => "HYBI2VEC"u8;

    private static int HeaderLength => Magic.Length + sizeof(int) + sizeof(long);

    public static void Save(Item2VecModel model, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            WholeFile.Write(path, file => Write(file, model));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new Item2VecException(path, "save", $"{cause.Message} Check that the folder exists, is writable and has room, then save again.", cause);
        }
    }

    /// <param name="leastMapped">Bytes: a smaller file is read as a whole.</param>
    public static Item2VecModel Load(string path, bool toContinue, long leastMapped = LeastMapped)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            int version = CheckHeader(file, path);
            SafeFileHandle handle = file.SafeFileHandle;
            long length = file.Length, answering = version < FirstMapped ? length : AnsweringLength(file, path);
            // Beside the reading: each takes about as long for a large model. What is damaged may make the reading fail first.
            Task<bool> isWhole = Task.Run(() => FileChecksum.IsRight(handle, 0, answering)
                && (!toContinue || answering == length || FileChecksum.IsRight(handle, answering, length)));
            try
            {
                Item2VecModel model = version < FirstMapped ? OlderItem2VecFile.Read(file, version, toContinue)
                    : Read(file, answering, toContinue, leastMapped);
                return isWhole.GetAwaiter().GetResult() ? model : throw Damaged(path);
            }
            catch (Exception cause) when (cause is not Item2VecException && !isWhole.GetAwaiter().GetResult())
            {
                throw Damaged(path);
            }
            finally
            {
                isWhole.Wait();   // the file is open as long
            }
        }
        // A checksum finds damage. Whoever writes such a file by other means can make the checksum right and the content wrong.
        catch (Exception cause) when (cause is ArgumentException or FormatException or EndOfStreamException)
        {
            throw new Item2VecException(path, "load", $"it is not a model: {cause.Message} Train it again with Item2Vec.Train.", cause);
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Item2VecException(path, "load", "there is no such file. Train the model with Item2Vec.Train and save it.", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new Item2VecException(path, "load", $"{cause.Message} Make it readable, or train it again with Item2Vec.Train.", cause);
        }
    }

    private static void Write(FileStream file, Item2VecModel model)
    {
        using var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(0L);   // the lengths, when they are known
        writer.Write(0L);
        Write(writer, model.Options);
        writer.Write(model.Pairs);
        writer.Write(model.Lineage);
        writer.Write(model.Space.Hash);
        writer.Write(model.State?.LastEvent ?? 0);
        writer.Write(model.Items.Count);
        writer.Write(model.FromText is not null);
        if (model.FromText is { } map)
            Write(writer, map);
        foreach (long count in model.Counts)
            writer.Write(count);
        foreach (ItemId item in model.Items)
            writer.Write((byte)System.Text.Encoding.UTF8.GetByteCount(item.Value));
        foreach (ItemId item in model.Items)
            writer.Write(System.Text.Encoding.UTF8.GetBytes(item.Value));
        writer.Write(new byte[Padding(file.Position)]);
        WriteRows(writer, model.Vectors.Span, model.Dimension);
        writer.Write(MemoryMarshal.AsBytes(model.InverseNorms));

        long answering = file.Position + FileChecksum.Length;
        long length = answering + (model.State is { Contexts.Length: var contexts } ? sizeof(float) * (long)contexts + FileChecksum.Length : 0);
        file.Position = Magic.Length + sizeof(int);
        writer.Write(length);
        writer.Write(answering);
        writer.Write(FileChecksum.Of(file, 0, answering));
        if (model.State is { } state)
        {
            WriteRows(writer, state.Contexts.Span, model.Dimension);
            writer.Write(FileChecksum.Of(file, answering, length));
        }
    }

    private static int Padding(long position) => (int)(-position & (Alignment - 1));

    // A row at a time: all of them can be more bytes than a span has.
    private static void WriteRows(BinaryWriter writer, ReadOnlySpan<float> vectors, int dimension)
    {
        for (; !vectors.IsEmpty; vectors = vectors[dimension..])
            writer.Write(MemoryMarshal.AsBytes(vectors[..dimension]));
    }

    private static Item2VecModel Read(FileStream file, long answering, bool toContinue, long leastMapped)
    {
        using var reader = new BinaryReader(file, System.Text.Encoding.UTF8, leaveOpen: true);
        Item2VecOptions options = ReadOptions(reader);
        long pairs = reader.ReadInt64();
        string lineage = reader.ReadString(), hash = reader.ReadString();
        long lastEvent = reader.ReadInt64();
        int n = reader.ReadInt32(), d = options.VectorSize;
        // An item takes its count, a byte of its id's length and one of it, its vector and its length: no memory is taken for what is not there.
        if (n < 0 || n > (answering - file.Position) / (sizeof(long) + 2 + sizeof(float) * (d + 1L)))
            throw new FormatException($"it says that it has {n} items.");
        SpaceMap? fromText = reader.ReadBoolean() ? ReadMap(reader, lineage, d) : null;
        var counts = new long[n];
        file.ReadExactly(MemoryMarshal.AsBytes(counts.AsSpan()));
        ItemId[] items = ReadIds(file, n);

        long at = file.Position + Padding(file.Position), bytes = sizeof(float) * (long)n * d;
        if (at + bytes + sizeof(float) * (long)n + FileChecksum.Length != answering)
            throw new FormatException($"its {n} items do not end where it says, at {answering}.");
        MappedFile? mapped = file.Length < leastMapped ? null : new MappedFile(file.SafeFileHandle, file.Length, new MappedFile.All());
        ReadOnlyMemory<float> vectors = Part(at, n * d);
        float[] inverseNorms = Part(at + bytes, n).ToArray();
        TrainingState? state = toContinue && answering < file.Length ? new TrainingState(Part(answering, n * d), lastEvent) : null;
        return new Item2VecModel(options, items, counts, vectors, pairs, lineage, fromText, state, inverseNorms, hash);

        ReadOnlyMemory<float> Part(long from, int count)
        {
            if (mapped is not null)
                return mapped.Part<float>(from, count);
            var read = new float[count];
            file.Position = from;
            file.ReadExactly(MemoryMarshal.AsBytes(read.AsSpan()));
            return read;
        }
    }

    private static ItemId[] ReadIds(FileStream file, int n)
    {
        var lengths = new byte[n];
        file.ReadExactly(lengths);
        var starts = new int[n + 1];
        for (int row = 0; row < n; row++)
            starts[row + 1] = checked(starts[row] + lengths[row]);
        if (starts[n] > file.Length - file.Position)
            throw new EndOfStreamException("its ids are cut short.");
        var text = new byte[starts[n]];
        file.ReadExactly(text);
        var items = new ItemId[n];
        try
        {
            Parallel.For(0, n, row => items[row] = new ItemId(System.Text.Encoding.UTF8.GetString(text.AsSpan(starts[row]..starts[row + 1]))));
        }
        catch (AggregateException several)
        {
            throw several.InnerExceptions[0];
        }
        return items;
    }

    /// <summary>The bytes that answers need, of a file that has them in its header.</summary>
    private static long AnsweringLength(FileStream file, string path)
    {
        Span<byte> field = stackalloc byte[sizeof(long)];
        long length = file.ReadAtLeast(field, field.Length, throwOnEndOfStream: false) == field.Length ? MemoryMarshal.Read<long>(field) : 0;
        return length > HeaderLength + sizeof(long) && length <= file.Length ? length : throw Damaged(path);
    }

    private static Item2VecException Damaged(string path) =>
        new(path, "load", "it is damaged: its checksum does not match. Train it again with Item2Vec.Train.");

    /// <summary>Refuses what is no model, of a later format, or of another length.</summary>
    /// <returns>The version of the format.</returns>
    private static int CheckHeader(FileStream file, string path)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        int read = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (!header[..Math.Min(read, Magic.Length)].SequenceEqual(Magic))
            throw Refused("it is not an Item2Vec model");
        if (read < header.Length)
            throw Refused($"it is cut short: {read} bytes");
        int version = MemoryMarshal.Read<int>(header[Magic.Length..]);
        if (version > Version)
        {
            throw new Item2VecException(path, "load",
                $"a newer Hybrid wrote it, in format {version}, and this one reads format {Version}. Update Hybrid, or train it again with Item2Vec.Train.");
        }
        if (version < 1)
            throw Refused($"it is damaged: format {version}");
        long length = MemoryMarshal.Read<long>(header[(Magic.Length + sizeof(int))..]);
        if (file.Length != length)
        {
            throw Refused(file.Length < length
                ? $"it is cut short: {file.Length:N0} of {length:N0} bytes"
                : $"it is damaged: {file.Length:N0} bytes instead of {length:N0}");
        }
        return version;

        Item2VecException Refused(string reason) => new(path, "load", $"{reason}. Train it again with Item2Vec.Train.");
    }

    private static void Write(BinaryWriter writer, SpaceMap map)
    {
        writer.Write(map.Source.Model);
        writer.Write(map.Source.Hash);
        writer.Write(map.Source.Dimension);
        writer.Write((int)map.Source.Kind);
        writer.Write(map.Source.Template);
        writer.Write(map.Target.Hash);
        foreach (ReadOnlyMemory<float> part in (ReadOnlySpan<ReadOnlyMemory<float>>)[map.Matrix, map.SourceMean, map.TargetMean])
            writer.Write(MemoryMarshal.AsBytes(part.Span));
    }

    public static SpaceMap ReadMap(BinaryReader reader, string lineage, int dimension)
    {
        var source = new VectorSpace(reader.ReadString(), reader.ReadString(), reader.ReadInt32(), (VectorSpaceKind)reader.ReadInt32(), reader.ReadString());
        var target = new VectorSpace(lineage, reader.ReadString(), dimension, VectorSpaceKind.Behavior);
        // No memory is taken for what is not there.
        long left = (reader.BaseStream.Length - reader.BaseStream.Position) / sizeof(float);
        if (source.Dimension < 1 || (source.Dimension + 1L) * (dimension + 1L) > left + 1)
            throw new FormatException($"it says that it maps from {source.Dimension} floats.");
        float[] matrix = new float[source.Dimension * dimension], sourceMean = new float[source.Dimension], targetMean = new float[dimension];
        foreach (float[] part in (ReadOnlySpan<float[]>)[matrix, sourceMean, targetMean])
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(part.AsSpan()));
        return new SpaceMap(SpaceMapKind.Ridge, source, target, matrix, sourceMean, targetMean);
    }

    private static void Write(BinaryWriter writer, Item2VecOptions options)
    {
        writer.Write(options.VectorSize);
        writer.Write(options.Window);
        writer.Write(options.MinCount);
        writer.Write(options.Epochs);
        writer.Write(options.Workers);
        writer.Write(options.Negative);
        writer.Write(options.NsExponent);
        writer.Write(options.Sample ?? 0);
        writer.Write(options.Alpha);
        writer.Write(options.MinAlpha);
        writer.Write(options.Seed);
    }

    public static Item2VecOptions ReadOptions(BinaryReader reader) => new()
    {
        // In the order of Write: an initializer runs in its own.
        VectorSize = reader.ReadInt32(),
        Window = reader.ReadInt32(),
        MinCount = reader.ReadInt32(),
        Epochs = reader.ReadInt32(),
        Workers = reader.ReadInt32(),
        Negative = reader.ReadInt32(),
        NsExponent = reader.ReadDouble(),
        Sample = reader.ReadDouble(),
        Alpha = reader.ReadDouble(),
        MinAlpha = reader.ReadDouble(),
        Seed = reader.ReadInt32(),
    };
}

using System.Runtime.InteropServices;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;
using Hybrid.Vectors;
using Microsoft.Win32.SafeHandles;

namespace Hybrid.Behavior;

/// <summary>The file of an <see cref="Item2VecModel"/>.</summary>
/// <remarks>
/// Little-endian: "HYBI2VEC" · int32 version · int64 length of the file · the options · int64 pairs · the name of its space · int32 n · n × (id as
/// length-prefixed UTF-8, int64 count) · [n × d] float32 · whether there is a map from text, and then
/// its source's space, matrix and means · whether training can go on from it, and then [n × d] float32 of contexts · int64 last event · XxHash3 of everything
/// before it, 8 bytes.
/// </remarks>
internal static class Item2VecFile
{
    private const int Version = 3;

    private static ReadOnlySpan<byte> Magic => "HYBI2VEC"u8;

    private static int HeaderLength => Magic.Length + sizeof(int) + sizeof(long);

    public static void Save(Item2VecModel model, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // Beside its place, so that the rename stays within one file system.
        string draft = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            try
            {
                using (FileStream file = new(draft, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16))
                {
                    Write(file, model);
                    file.Flush(flushToDisk: true);
                }
                File.Move(draft, path, overwrite: true);
            }
            finally
            {
                File.Delete(draft);   // does nothing after the rename
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new Item2VecException(path, "save", $"{cause.Message} Check that the folder exists, is writable and has room, then save again.", cause);
        }
    }

    public static Item2VecModel Load(string path, bool toContinue)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            int version = CheckHeader(file, path);
            // Beside the reading: each takes about as long for a large model. What is damaged may make the reading fail first.
            SafeFileHandle handle = file.SafeFileHandle;
            long length = file.Length;
            Task<bool> isWhole = Task.Run(() => FileChecksum.IsRight(handle, length));
            try
            {
                Item2VecModel model = Read(file, version, toContinue);
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
        writer.Write(0L);   // the length, when it is known
        Write(writer, model.Options);
        writer.Write(model.Pairs);
        writer.Write(model.Lineage);
        writer.Write(model.Items.Count);
        for (int row = 0; row < model.Items.Count; row++)
        {
            writer.Write(model.Items[row].Value);
            writer.Write(model.Counts[row]);
        }
        WriteRows(writer, model.Vectors.Span, model.Dimension);

        writer.Write(model.FromText is not null);
        if (model.FromText is { } map)
            Write(writer, map);
        writer.Write(model.State is not null);
        if (model.State is { } state)
        {
            WriteRows(writer, state.Contexts, model.Dimension);
            writer.Write(state.LastEvent);
        }

        long length = file.Position + FileChecksum.Length;
        file.Position = Magic.Length + sizeof(int);
        writer.Write(length);
        ulong checksum = FileChecksum.Of(file, length);
        writer.Write(checksum);
    }

    // A row at a time: all of them can be more bytes than a span has.
    private static void WriteRows(BinaryWriter writer, ReadOnlySpan<float> vectors, int dimension)
    {
        for (; !vectors.IsEmpty; vectors = vectors[dimension..])
            writer.Write(MemoryMarshal.AsBytes(vectors[..dimension]));
    }

    private static float[] ReadRows(FileStream file, int rows, int dimension)
    {
        var vectors = new float[rows * dimension];
        for (int row = 0; row < rows; row++)
            file.ReadExactly(MemoryMarshal.AsBytes(vectors.AsSpan(row * dimension, dimension)));
        return vectors;
    }

    private static Item2VecModel Read(FileStream file, int version, bool toContinue)
    {
        file.Position = HeaderLength;
        using var reader = new BinaryReader(file, System.Text.Encoding.UTF8, leaveOpen: true);
        Item2VecOptions options = ReadOptions(reader);
        long pairs = reader.ReadInt64();
        string lineage = version >= 2 ? reader.ReadString() : Item2VecModel.OwnLineage;   // format 1 has none
        int n = reader.ReadInt32();
        // An item takes a byte of length, one of its id, its count and its vector: no memory is taken for what is not there.
        if (n < 0 || n > (file.Length - file.Position) / (2 + sizeof(long) + sizeof(float) * options.VectorSize))
            throw new FormatException($"it says that it has {n} items.");
        var items = new ItemId[n];
        var counts = new long[items.Length];
        for (int row = 0; row < items.Length; row++)
        {
            items[row] = new ItemId(reader.ReadString());
            counts[row] = reader.ReadInt64();
        }
        float[] vectors = ReadRows(file, n, options.VectorSize);
        SpaceMap? fromText = version >= 2 && reader.ReadBoolean() ? ReadMap(reader, lineage, options.VectorSize) : null;
        TrainingState? state = null;
        if (toContinue && version >= 3 && reader.ReadBoolean())
            state = new TrainingState(ReadRows(file, n, options.VectorSize), reader.ReadInt64());
        return new Item2VecModel(options, items, counts, vectors, pairs, lineage, fromText, state);
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

    private static SpaceMap ReadMap(BinaryReader reader, string lineage, int dimension)
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

    private static Item2VecOptions ReadOptions(BinaryReader reader) => new()
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

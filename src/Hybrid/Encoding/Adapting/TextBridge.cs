using Hybrid.Vectors;

namespace Hybrid.Encoding.Adapting;

/// <summary>Leads the queries of one text encoder into the space of another's vectors, so that what is indexed with the old one answers the new one.</summary>
/// <remarks>Threads: immutable.</remarks>
public sealed class TextBridge
{
    internal static readonly VersionedFile Files = new("bridge");

    private const string What = "a bridge", Remedy = "Run HybridEngine.BridgeAsync again.";

    /// <param name="model">Of the queries: the name of one that ships with Hybrid, or its folder, or the file of an adapter.</param>
    internal TextBridge(int version, string model, SpaceMap map)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(version);
        (Version, Model, Map) = (version, model, map);
    }

    /// <summary>Which one of its data folder, from 1.</summary>
    public int Version { get; }

    /// <summary>"bridge-1": that of its file, without its extension.</summary>
    public string Name => Files.NameOf(Version);

    /// <summary>The model of the queries: the name of one that ships with Hybrid, its folder, or the file of an adapter.</summary>
    public string Model { get; }

    /// <summary>From the space of the queries' model into that of the vectors; <see cref="SpaceMap.Space"/> is what bridged queries are of.</summary>
    public SpaceMap Map { get; }

    /// <summary>The file of a bridge, by its name in a data folder or by its path.</summary>
    /// <exception cref="ModelException">There is neither.</exception>
    public static string Find(string dataPath, string nameOrFile) => Files.Find(dataPath, nameOrFile);

    /// <exception cref="ModelException">It is missing, damaged, of a later format, or another file.</exception>
    public static TextBridge Load(string path) => CheckedFile.Load(path, Mark, What, Remedy, reader =>
    {
        int version = reader.ReadInt32();
        string model = reader.ReadString();
        var kind = (SpaceMapKind)reader.ReadInt32();
        VectorSpace source = ReadSpace(reader), target = ReadSpace(reader);
        if (source.Dimension < 1 || target.Dimension < 1 || !Enum.IsDefined(kind))
            throw new FormatException($"it says that it leads from {source.Dimension} floats to {target.Dimension}.");
        float[] matrix = reader.ReadFloats((long)source.Dimension * target.Dimension);
        return new TextBridge(version, model,
            new SpaceMap(kind, source, target, matrix, reader.ReadFloats(source.Dimension), reader.ReadFloats(target.Dimension)));
    });

    /// <summary>Writes it, whole or not at all.</summary>
    /// <exception cref="AdapterException">It cannot be written.</exception>
    public void Save(string path) => CheckedFile.Save(path, Mark, writer =>
    {
        writer.Write(Version);
        writer.Write(Model);
        writer.Write((int)Map.Kind);
        foreach (VectorSpace space in (ReadOnlySpan<VectorSpace>)[Map.Source, Map.Target])
        {
            writer.Write(space.Model);
            writer.Write(space.Hash);
            writer.Write(space.Dimension);
            writer.Write((int)space.Kind);
            writer.Write(space.Template);
        }
        writer.Write(Map.Matrix);
        writer.Write(Map.SourceMean);
        writer.Write(Map.TargetMean);
    });

    private static ReadOnlySpan<byte> Mark => "HYBRIDGE"u8;

    private static VectorSpace ReadSpace(BinaryReader reader) =>
        new(reader.ReadString(), reader.ReadString(), reader.ReadInt32(), (VectorSpaceKind)reader.ReadInt32(), reader.ReadString());
}

using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Vectors;

namespace Hybrid.Encoding.Adapting;

/// <summary>What a shop's log has taught a text encoder: a matrix behind it, vector → matrix · vector at length 1.</summary>
/// <remarks>
/// <para>Its file stands where a model's folder does (<see cref="TextEncoder.Load"/>): the encoder is then a new one, in a
/// space of its own that names both, as all-MiniLM-L6-v2+adapter-1. It fits the encoder that it was trained behind and no other.</para>
/// <para>Threads: immutable.</para>
/// </remarks>
public sealed class TextAdapter
{
    internal static readonly VersionedFile Files = new("adapter");

    private const string What = "a text adapter", Remedy = "Run HybridEngine.FinetuneAsync again.";

    private readonly float[] _matrix;

    /// <param name="matrix">[d × d], row-major: a vector x becomes x · matrix.</param>
    internal TextAdapter(int version, string encoder, string encoderName, string encoderHash, int dimension, float[] matrix)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(version);
        if (dimension < 1 || matrix.Length != dimension * dimension)
            throw new ArgumentException($"{matrix.Length} floats are not {dimension} × {dimension}.", nameof(matrix));
        (Version, Encoder, EncoderName, EncoderHash, Dimension, _matrix) = (version, encoder, encoderName, encoderHash, dimension, matrix);
        Checksum = Hash();
    }

    /// <summary>Which one of its data folder, from 1.</summary>
    public int Version { get; }

    /// <summary>"adapter-1": that of its file, without its extension.</summary>
    public string Name => Files.NameOf(Version);

    /// <summary>The encoder that it was trained behind: the name of one that ships with Hybrid, or its folder.</summary>
    public string Encoder { get; }

    /// <summary>That encoder's name.</summary>
    public string EncoderName { get; }

    /// <summary>That encoder's identity: <see cref="VectorSpace.Hash"/>.</summary>
    public string EncoderHash { get; }

    /// <summary>Floats per vector, before and behind.</summary>
    public int Dimension { get; }

    /// <summary>[d × d], row-major.</summary>
    public ReadOnlyMemory<float> Matrix => _matrix;

    /// <summary>SHA-256 of the encoder's identity and the matrix, lower-case hex.</summary>
    public string Checksum { get; }

    /// <summary>The file of an adapter, by its name in a data folder or by its path.</summary>
    /// <exception cref="ModelException">There is neither.</exception>
    public static string Find(string dataPath, string nameOrFile) => Files.Find(dataPath, nameOrFile);

    /// <exception cref="ModelException">It is missing, damaged, of a later format, or another file.</exception>
    public static TextAdapter Load(string path) => CheckedFile.Load(path, Mark, What, Remedy, reader =>
    {
        int version = reader.ReadInt32();
        string encoder = reader.ReadString(), name = reader.ReadString(), hash = reader.ReadString();
        int dimension = reader.ReadInt32();
        return new TextAdapter(version, encoder, name, hash, dimension, reader.ReadFloats((long)dimension * dimension));
    });

    /// <summary>Writes it, whole or not at all.</summary>
    /// <exception cref="AdapterException">It cannot be written.</exception>
    public void Save(string path) => CheckedFile.Save(path, Mark, writer =>
    {
        writer.Write(Version);
        writer.Write(Encoder);
        writer.Write(EncoderName);
        writer.Write(EncoderHash);
        writer.Write(Dimension);
        writer.Write(Matrix);
    });

    /// <summary>Turns a vector of the encoder into one of the adapted encoder, in place.</summary>
    /// <remarks>One that the matrix leads to zero stays as it is: it has no other direction. Cost: d² multiply-adds.</remarks>
    /// <param name="vector">[d], unit length before and after.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public void Apply(Span<float> vector)
    {
        if (vector.Length != Dimension)
            throw new ArgumentException($"{Name} adapts vectors of {Dimension} floats, not of {vector.Length}.", nameof(vector));
        Span<float> adapted = vector.Length <= 1_024 ? stackalloc float[vector.Length] : new float[vector.Length];
        adapted.Clear();
        for (int i = 0; i < vector.Length; i++)
            TensorPrimitives.MultiplyAdd(_matrix.AsSpan(i * vector.Length, vector.Length), vector[i], adapted, adapted);
        float length = TensorPrimitives.Norm<float>(adapted);
        if (length > 1e-12f)
            TensorPrimitives.Divide(adapted, length, vector);
    }

    /// <summary>Of an adapted encoder's name its adapter's: "adapter-1" of "all-MiniLM-L6-v2+adapter-1"; null where it is none.</summary>
    internal static string? NameIn(string model) =>
        model.LastIndexOf('+') is >= 0 and var plus && model[(plus + 1)..] is var name && Files.IsName(name) ? name : null;

    private static ReadOnlySpan<byte> Mark => "HYBADAPT"u8;

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{EncoderHash}\0"));
        hash.AppendData(MemoryMarshal.AsBytes<float>(_matrix));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

/// <summary>The codes of the rows of a block.</summary>
/// <remarks>In one array, as it is saved: codes [capacity × length of one], their scales [capacity], signs [capacity, rounded up to groups], their scales
/// [capacity], one kind after the other.</remarks>
/// <param name="all">[<see cref="BytesOf"/>].</param>
internal sealed class CodedRows(int dimension, int capacity, Memory<byte> all)
{
    private readonly int _codeLength = VectorCodes.Length(dimension), _groupBytes = SignCodes.GroupBytes(dimension);

    /// <summary>Of rows to come.</summary>
    public CodedRows(int dimension, int capacity)
        : this(dimension, capacity, new byte[BytesOf(dimension, capacity)])
    {
    }

    public int Capacity { get; } = capacity;

    /// <summary>As it is saved.</summary>
    public ReadOnlySpan<byte> All => all.Span;

    private int ScalesAt => Capacity * _codeLength;

    private int SignsAt => ScalesAt + Capacity * Unsafe.SizeOf<CodeScale>();

    private int SignScalesAt => all.Length - Capacity * SignScale.Floats * sizeof(float);

    // [capacity × length of a code]
    private Span<sbyte> Codes => MemoryMarshal.Cast<byte, sbyte>(all.Span[..ScalesAt]);

    // [capacity]
    private Span<CodeScale> Scales => MemoryMarshal.Cast<byte, CodeScale>(all.Span[ScalesAt..SignsAt]);

    // [capacity, rounded up to groups], of their differences from the centroid
    private Span<byte> Signs => all.Span[SignsAt..SignScalesAt];

    // [capacity]
    private SignScales SignScales => new(MemoryMarshal.Cast<byte, float>(all.Span[SignScalesAt..]));

    /// <summary>What the codes of so many rows take.</summary>
    public static int BytesOf(int dimension, int rows) => rows * (VectorCodes.Length(dimension) + Unsafe.SizeOf<CodeScale>() + SignScale.Floats * sizeof(float))
        + Groups(rows) * SignCodes.GroupBytes(dimension);

    /// <param name="centroid">[d]; empty: zeros.</param>
    public void Encode(int row, ReadOnlySpan<float> vector, ReadOnlySpan<float> centroid)
    {
        Scales[row] = VectorCodes.Encode(vector, Codes.Slice(row * _codeLength, _codeLength));
        Span<byte> group = Signs.Slice(row / SignCodes.RowsTogether * _groupBytes, _groupBytes);
        SignScales.Set(row, SignCodes.Encode(vector, centroid, group, row % SignCodes.RowsTogether));
    }

    /// <param name="bounds">[n]: at least the scores of the first rows.</param>
    public void Bounds(CodedQuery query, Span<float> bounds) =>
        VectorCodes.Bounds(query, Codes[..(bounds.Length * _codeLength)], Scales[..bounds.Length], bounds);

    /// <param name="bounds">[rows]: at least the scores of these rows.</param>
    public void Bounds(CodedQuery query, ReadOnlySpan<int> rows, Span<float> bounds) => VectorCodes.Bounds(query, Codes, Scales, rows, bounds);

    /// <returns>At least the score of the row.</returns>
    public float Bound(CodedQuery query, int row) => VectorCodes.Bound(query, Codes.Slice(row * _codeLength, _codeLength), Scales[row]);

    /// <param name="bounds">[queries × rows]: at least the scores of the first rows.</param>
    public void Bounds(ReadOnlySpan<CodedQuery> queries, int rows, Span<float> bounds) =>
        VectorCodes.Bounds(queries, Codes[..(rows * _codeLength)], Scales[..rows], bounds);

    /// <param name="bounds">[rows]: as a rule at least the scores of the first rows.</param>
    public void RoughBounds(SignedQuery query, ReadOnlySpan<float> centroid, Span<float> bounds) =>
        SignCodes.Bounds(query, centroid, Signs, SignScales, bounds);

    /// <returns>The first rows, with room for as many as are wanted.</returns>
    public CodedRows Resized(int rows, int capacity)
    {
        var resized = new CodedRows(dimension, capacity);
        Codes[..(rows * _codeLength)].CopyTo(resized.Codes);
        Scales[..rows].CopyTo(resized.Scales);
        Signs[..(Groups(rows) * _groupBytes)].CopyTo(resized.Signs);
        resized.SignScales.CopyFrom(SignScales, rows);
        return resized;
    }

    private static int Groups(int rows) => (rows + SignCodes.RowsTogether - 1) / SignCodes.RowsTogether;
}

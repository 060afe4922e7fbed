using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Hybrid.Encoding;

/// <summary>What one run reads and writes: buffers that stay where they are in memory, so that the network works on them itself, and that the next run uses
/// again.</summary>
/// <remarks>Threads: one at a time.</remarks>
/// <param name="dimension">Floats of a vector.</param>
internal sealed class NetworkBatch(int dimension) : IDisposable
{
    private long[] _ids = [], _mask = [], _types = [], _positions = [];
    private float[] _vectors = [];
    private int[] _lengths = [];

    /// <summary>Of this run alone, so that it can be ended alone.</summary>
    public RunOptions Options { get; } = new();

    public int Rows { get; private set; }

    /// <summary>Of each row, padding included.</summary>
    public int Tokens { get; private set; }

    /// <summary>[rows × tokens].</summary>
    public Memory<long> Ids => Pinned(_ids, Rows * Tokens);

    /// <summary>[rows × tokens], 1 for a token, 0 for padding behind them.</summary>
    public Memory<long> Mask => Pinned(_mask, Rows * Tokens);

    /// <summary>[rows × d].</summary>
    public Memory<float> Vectors => Pinned(_vectors, Rows * dimension);

    /// <summary>[rows × tokens] of zeros: no text has a second part.</summary>
    public Memory<long> Types
    {
        get
        {
            Fit(ref _types, Rows * Tokens);
            return Pinned(_types, Rows * Tokens);
        }
    }

    /// <summary>[rows × tokens], counted from 0 in each row.</summary>
    public Memory<long> Positions
    {
        get
        {
            Fit(ref _positions, Rows * Tokens);
            for (int i = 0; i < Rows * Tokens; i++)
                _positions[i] = i % Tokens;
            return Pinned(_positions, Rows * Tokens);
        }
    }

    /// <summary>Makes room for rows, all of padding; any id would do there, because it is masked.</summary>
    public void Clear(int rows, int tokens)
    {
        (Rows, Tokens) = (rows, tokens);
        Fit(ref _ids, rows * tokens);
        Fit(ref _mask, rows * tokens);
        Fit(ref _vectors, rows * dimension);
        Fit(ref _lengths, rows);
        _ids.AsSpan(0, rows * tokens).Clear();
        _mask.AsSpan(0, rows * tokens).Clear();
    }

    /// <param name="ids">As many as <see cref="Tokens"/> at most.</param>
    public void Put(int row, ReadOnlySpan<int> ids)
    {
        Span<long> target = _ids.AsSpan(row * Tokens, Tokens);
        for (int t = 0; t < ids.Length; t++)
            target[t] = ids[t];
        _mask.AsSpan(row * Tokens, ids.Length).Fill(1);
        _lengths[row] = ids.Length;
    }

    /// <summary>How many tokens of a row are no padding.</summary>
    public int LengthOf(int row) => _lengths[row];

    /// <summary>What the network gave a row.</summary>
    public ReadOnlySpan<float> VectorOf(int row) => _vectors.AsSpan(row * dimension, dimension);

    public void Dispose() => Options.Dispose();

    private static Memory<T> Pinned<T>(T[] buffer, int count) => MemoryMarshal.CreateFromPinnedArray(buffer, 0, count);

    private static void Fit<T>(ref T[] buffer, int count)
    {
        if (buffer.Length < count)
            buffer = GC.AllocateArray<T>(Math.Max(count, 2 * buffer.Length), pinned: true);
    }
}

using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Vectors;

/// <summary>Vectors as one bit a component, the sign of its difference from a centre, and what such a code says of an inner product: hardly ever less than
/// it is.</summary>
/// <remarks>
/// <para>An eighth of the bytes of <see cref="VectorCodes"/>. The estimate is that of RaBitQ (Gao and Long, SIGMOD 2024, arXiv 2405.12497), without its random
/// rotation: with o = x − c, q·x = q·c + q·o, and q·o is about |o|²/Σ|oᵢ| · Σ sign(oᵢ) qᵢ, with a standard deviation of |o|·√(1 − r²)/r/√(d − 1),
/// r = Σ|oᵢ|/(|o|√d).</para>
/// <para>Sums of four components are looked up, for 32 rows at a time (as in André, Kermarrec and Le Scouarnec, VLDB 2015): the codes of 32 rows lie
/// together, sixteen bytes for each four components, with a row in the lower half of a byte and the sixteenth after it in the upper.</para>
/// </remarks>
internal static class SignCodes
{
    public const int RowsTogether = 32;

    /// <summary>A bound is so many standard deviations above the estimate.</summary>
    /// <remarks>Of the ten nearest of 100,000 film texts 1 loses .0005, 1.5 and more lose none; from 1 to 3 a search takes .37 to .46 ms.</remarks>
    private const float Deviations = 2.5f;

    private const int Quad = 4, LaneBytes = 16, LanesTogether = 4;

    // So many sums of two bytes, each at most 127, fit into 16 bits.
    private const int MostPairs = 256;

    /// <summary>Bytes of the codes of 32 rows.</summary>
    public static int GroupBytes(int dimension) => Lanes(dimension) * LaneBytes;

    /// <summary>Sums of four components, with zeros up to a multiple of four of them.</summary>
    internal static int Lanes(int dimension) => (dimension + Quad * LanesTogether - 1) / (Quad * LanesTogether) * LanesTogether;

    /// <param name="vector">[d].</param>
    /// <param name="centre">[d]; empty: zeros.</param>
    /// <param name="group">[<see cref="GroupBytes"/>] of the row's group; the row's part of it is overwritten.</param>
    /// <param name="row">In the group.</param>
    public static SignScale Encode(ReadOnlySpan<float> vector, ReadOnlySpan<float> centre, Span<byte> group, int row)
    {
        int shift = row < LaneBytes ? 0 : Quad, at = row % LaneBytes;
        float sum = 0, squares = 0;
        for (int lane = 0; lane * Quad < vector.Length; lane++)
        {
            int bits = 0;
            for (int i = lane * Quad; i < Math.Min(vector.Length, (lane + 1) * Quad); i++)
            {
                float difference = centre.IsEmpty ? vector[i] : vector[i] - centre[i];
                sum += MathF.Abs(difference);
                squares += difference * difference;
                bits |= (difference > 0 ? 1 : 0) << i % Quad;
            }
            ref byte there = ref group[lane * LaneBytes + at];
            there = (byte)(there & 0xF0 >> shift | bits << shift);
        }
        if (!(sum > 0))
            return default;
        float share = MathF.Min(1, sum / MathF.Sqrt(squares * vector.Length));
        return new(squares / sum,
            Deviations * MathF.Sqrt(squares * (1 - share * share) / Math.Max(1, vector.Length - 1)) / share);
    }

    /// <summary>bounds[r]: as a rule at least the inner product of the query and row r.</summary>
    /// <param name="centreScore">The query's inner product with the rows' centre.</param>
    /// <param name="groups">The codes of the rows.</param>
    /// <param name="scales">[n].</param>
    /// <param name="bounds">[n], overwritten.</param>
    public static void Bounds(SignedQuery query, float centreScore, ReadOnlySpan<byte> groups, ReadOnlySpan<SignScale> scales, Span<float> bounds)
    {
        Span<int> sums = stackalloc int[RowsTogether];
        int bytes = query.Sums.Length;
        for (int first = 0; first < bounds.Length; first += RowsTogether)
        {
            AddUp(query.Sums, groups.Slice(first / RowsTogether * bytes, bytes), sums, IsWide);
            int rows = Math.Min(RowsTogether, bounds.Length - first);
            for (int r = 0; r < rows; r++)
            {
                SignScale scale = scales[first + r];
                bounds[first + r] = centreScore + scale.Factor * (sums[r] * query.Step + query.Least) + scale.Deviation + scale.Factor * query.Rounding;
            }
        }
    }

    /// <summary>Whether 64 codes can be looked up at once here.</summary>
    internal static bool IsWide => Avx512BW.IsSupported;

    /// <summary>sums[r] = Σ table[lane, code of row r in that lane].</summary>
    /// <param name="sums">[32], overwritten.</param>
    internal static void AddUp(ReadOnlySpan<byte> table, ReadOnlySpan<byte> group, Span<int> sums, bool wide)
    {
        sums.Clear();
        if (wide)
            AddUpWide(MemoryMarshal.Cast<byte, Vector512<byte>>(table), MemoryMarshal.Cast<byte, Vector512<byte>>(group), sums);
        else
            AddUpNarrow(MemoryMarshal.Cast<byte, Vector128<byte>>(table), MemoryMarshal.Cast<byte, Vector128<byte>>(group), sums);
    }

    private static void AddUpWide(ReadOnlySpan<Vector512<byte>> table, ReadOnlySpan<Vector512<byte>> group, Span<int> sums)
    {
        Vector512<byte> half = Vector512.Create((byte)0x0F);
        for (int from = 0; from < table.Length; from += MostPairs)
        {
            // By the row's place in its half, even and odd.
            Vector512<ushort> even0 = default, odd0 = default, even1 = default, odd1 = default, byteMask = Vector512.Create((ushort)0xFF);
            for (int i = from; i < Math.Min(table.Length, from + MostPairs); i++)
            {
                Vector512<byte> codes = group[i], sum = table[i];
                Vector512<ushort> lower = Avx512BW.Shuffle(sum, codes & half).AsUInt16();
                Vector512<ushort> upper = Avx512BW.Shuffle(sum, (codes.AsUInt16() >> Quad).AsByte() & half).AsUInt16();
                even0 += lower & byteMask;
                odd0 += lower >> 8;
                even1 += upper & byteMask;
                odd1 += upper >> 8;
            }
            Add(even0, odd0, sums[..LaneBytes]);
            Add(even1, odd1, sums[LaneBytes..]);
        }

        static void Add(Vector512<ushort> even, Vector512<ushort> odd, Span<int> sums)
        {
            Vector256<ushort> evens = even.GetLower() + even.GetUpper(), odds = odd.GetLower() + odd.GetUpper();
            Vector128<ushort> e = evens.GetLower() + evens.GetUpper(), o = odds.GetLower() + odds.GetUpper();
            for (int i = 0; i < Vector128<ushort>.Count; i++)
            {
                sums[2 * i] += e[i];
                sums[2 * i + 1] += o[i];
            }
        }
    }

    private static void AddUpNarrow(ReadOnlySpan<Vector128<byte>> table, ReadOnlySpan<Vector128<byte>> group, Span<int> sums)
    {
        Vector128<byte> half = Vector128.Create((byte)0x0F);
        for (int from = 0; from < table.Length; from += MostPairs)
        {
            Vector128<ushort> low0 = default, high0 = default, low1 = default, high1 = default;
            for (int i = from; i < Math.Min(table.Length, from + MostPairs); i++)
            {
                Vector128<byte> lower = Vector128.ShuffleNative(table[i], group[i] & half), upper = Vector128.ShuffleNative(table[i], group[i] >>> Quad);
                low0 += Vector128.WidenLower(lower);
                high0 += Vector128.WidenUpper(lower);
                low1 += Vector128.WidenLower(upper);
                high1 += Vector128.WidenUpper(upper);
            }
            for (int i = 0; i < Vector128<ushort>.Count; i++)
            {
                sums[i] += low0[i];
                sums[i + 8] += high0[i];
                sums[i + 16] += low1[i];
                sums[i + 24] += high1[i];
            }
        }
    }
}

/// <summary>What belongs to a code of signs.</summary>
/// <param name="Factor">|o|² / Σ|oᵢ|.</param>
/// <param name="Deviation">What the bound adds to the estimate.</param>
internal readonly record struct SignScale(float Factor, float Deviation);

/// <summary>A query as <see cref="SignCodes"/> reads it.</summary>
/// <param name="dimension">d.</param>
internal sealed class SignedQuery(int dimension)
{
    private const int Entries = 16, Quad = 4;
    private const float Greatest = 127;

    public SignedQuery(ReadOnlySpan<float> query)
        : this(query.Length) => Set(query);

    /// <summary>Becomes that of another query.</summary>
    /// <param name="query">[d], of length 1.</param>
    public void Set(ReadOnlySpan<float> query)
    {
        float widest = 0;
        for (int i = 0; i < query.Length; i += Quad)
            widest = MathF.Max(widest, 2 * TensorPrimitives.SumOfMagnitudes(query.Slice(i, Math.Min(Quad, query.Length - i))));
        Step = widest > 0 ? widest / Greatest : 1;
        Least = 0;
        Span<float> sums = stackalloc float[Entries];
        for (int i = 0; i < query.Length; i += Quad)
        {
            ReadOnlySpan<float> four = query.Slice(i, Math.Min(Quad, query.Length - i));
            float least = -TensorPrimitives.SumOfMagnitudes(four);
            Least += least;
            sums[0] = -TensorPrimitives.Sum(four);
            for (int bits = 1; bits < Entries; bits++)
            {
                int top = int.Log2(bits);
                sums[bits] = sums[bits ^ 1 << top] + (top < four.Length ? 2 * four[top] : 0);
            }
            Span<byte> table = Sums.AsSpan(i / Quad * Entries, Entries);
            for (int bits = 0; bits < Entries; bits++)
                table[bits] = (byte)MathF.Round(Math.Clamp((sums[bits] - least) / Step, 0, Greatest));
        }
        // Each of d / 4 sums is rounded by at most half a step: this is three standard deviations of what comes together.
        Rounding = 3 * Step * MathF.Sqrt(query.Length / (float)Quad / 12);
    }

    /// <summary>[sums of four components × 16]: by the signs of the four, in steps from the least.</summary>
    public byte[] Sums { get; } = new byte[SignCodes.GroupBytes(dimension)];

    public float Step { get; private set; }

    /// <summary>The sum of the least.</summary>
    public float Least { get; private set; }

    /// <summary>What a bound adds for the rounding of the sums.</summary>
    public float Rounding { get; private set; }
}

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
    /// <remarks>Of the 30 nearest of 100,000 made-up titles 2 loses .0006, and .0018 near the mean of five of them; 1.5 loses .0035 and .0077. 2.5 has a half
    /// more rows to look at again.</remarks>
    private const float Deviations = 2;

    private const int Quad = 4, LaneBytes = 16, LanesTogether = 4;

    // Four sums of so many, each at most 127, fit into 16 bits together.
    private const int MostTogether = 128;

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
        float least = query.Least + query.Rounding;
        for (int first = 0; first < bounds.Length; first += RowsTogether)
        {
            AddUp(query.Sums, groups.Slice(first / RowsTogether * bytes, bytes), sums, IsWide);
            int rows = Math.Min(RowsTogether, bounds.Length - first), r = 0;
            for (; r + Vector256<int>.Count <= rows; r += Vector256<int>.Count)
            {
                Vector256<float> inSteps = Vector256.ConvertToSingle(Vector256.Create<int>(sums[r..]));
                (Vector256<float> factors, Vector256<float> deviations) = Unzipped(scales[(first + r)..]);
                (factors * (inSteps * query.Step + Vector256.Create(least)) + deviations + Vector256.Create(centreScore)).CopyTo(bounds[(first + r)..]);
            }
            for (; r < rows; r++)
                bounds[first + r] = scales[first + r].Factor * (sums[r] * query.Step + least) + scales[first + r].Deviation + centreScore;
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
        for (int from = 0; from < table.Length; from += MostTogether)
        {
            // By the row's place in its half: the sums of the odd ones, and those of the even ones with 256 times the odd ones', as far as 16 bits go.
            Vector512<ushort> both0 = default, odd0 = default, both1 = default, odd1 = default;
            int until = Math.Min(table.Length, from + MostTogether), i = from;
            for (; i + 1 < until; i += 2)
            {
                // Two of them still fit into a byte.
                (Vector512<byte> lower, Vector512<byte> upper) = Looked(table[i], group[i]);
                (Vector512<byte> nextLower, Vector512<byte> nextUpper) = Looked(table[i + 1], group[i + 1]);
                Split(lower + nextLower, ref both0, ref odd0);
                Split(upper + nextUpper, ref both1, ref odd1);
            }
            if (i < until)
            {
                (Vector512<byte> lower, Vector512<byte> upper) = Looked(table[i], group[i]);
                Split(lower, ref both0, ref odd0);
                Split(upper, ref both1, ref odd1);
            }
            Add(both0 - (odd0 << 8), odd0, sums[..LaneBytes]);
            Add(both1 - (odd1 << 8), odd1, sums[LaneBytes..]);
        }

        static (Vector512<byte> Lower, Vector512<byte> Upper) Looked(Vector512<byte> sums, Vector512<byte> codes)
        {
            Vector512<byte> half = Vector512.Create((byte)0x0F);
            return (Avx512BW.Shuffle(sums, codes & half), Avx512BW.Shuffle(sums, (codes.AsUInt16() >> Quad).AsByte() & half));
        }

        static void Split(Vector512<byte> found, ref Vector512<ushort> both, ref Vector512<ushort> odd)
        {
            both += found.AsUInt16();
            odd += found.AsUInt16() >> 8;
        }

        static void Add(Vector512<ushort> even, Vector512<ushort> odd, Span<int> sums)
        {
            Vector256<ushort> evens = even.GetLower() + even.GetUpper(), odds = odd.GetLower() + odd.GetUpper();
            Vector128<ushort> e = evens.GetLower() + evens.GetUpper(), o = odds.GetLower() + odds.GetUpper();
            AddTo(sums, Sse2.UnpackLow(e, o));
            AddTo(sums[Vector128<ushort>.Count..], Sse2.UnpackHigh(e, o));
        }
    }

    private static void AddUpNarrow(ReadOnlySpan<Vector128<byte>> table, ReadOnlySpan<Vector128<byte>> group, Span<int> sums)
    {
        Vector128<byte> half = Vector128.Create((byte)0x0F);
        for (int from = 0; from < table.Length; from += MostTogether)
        {
            Vector128<ushort> low0 = default, high0 = default, low1 = default, high1 = default;
            for (int i = from; i < Math.Min(table.Length, from + MostTogether); i++)
            {
                Vector128<byte> lower = Vector128.ShuffleNative(table[i], group[i] & half), upper = Vector128.ShuffleNative(table[i], group[i] >>> Quad);
                low0 += Vector128.WidenLower(lower);
                high0 += Vector128.WidenUpper(lower);
                low1 += Vector128.WidenLower(upper);
                high1 += Vector128.WidenUpper(upper);
            }
            AddTo(sums, low0);
            AddTo(sums[8..], high0);
            AddTo(sums[16..], low1);
            AddTo(sums[24..], high1);
        }
    }

    private static void AddTo(Span<int> sums, Vector128<ushort> more)
    {
        (Vector128<uint> first, Vector128<uint> second) = Vector128.Widen(more);
        (Vector256.Create<int>(sums) + Vector256.Create(first, second).AsInt32()).CopyTo(sums);
    }

    /// <summary>The factors and the deviations of the first eight.</summary>
    private static (Vector256<float> Factors, Vector256<float> Deviations) Unzipped(ReadOnlySpan<SignScale> scales)
    {
        ReadOnlySpan<float> pairs = MemoryMarshal.Cast<SignScale, float>(scales);
        Vector256<int> apart = Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7);
        Vector256<float> four = Vector256.Shuffle(Vector256.Create(pairs), apart), next = Vector256.Shuffle(Vector256.Create(pairs[8..]), apart);
        return (Vector256.Create(four.GetLower(), next.GetLower()), Vector256.Create(four.GetUpper(), next.GetUpper()));
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

using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Vectors;

/// <summary>Vectors as one bit a component, the sign of its difference from a centre, and what such a code says of an inner product: hardly ever less than
/// it is.</summary>
/// <remarks>
/// <para>An eighth of the bytes of <see cref="VectorCodes"/>. The estimate is that of RaBitQ (Gao and Long, SIGMOD 2024, arXiv 2405.12497), without its random
/// rotation: with o = x − c, q·x = q·c + q·o, and q·o is about e(q) = |o|²/Σ|oᵢ| · Σ sign(oᵢ) qᵢ, with a standard deviation of |o|·√(1 − r²)/r/√(d − 1) for
/// each length of q, r = Σ|oᵢ|/(|o|√d).</para>
/// <para>Of what q has along c, α = q·c/|c|² times c, the error is known: e(c) − c·o is kept with the row. What is left of the deviation is that of the rest of
/// q, which is a good deal shorter: texts of one cell have much in common, and a query near them has it, too.</para>
/// <para>Sums of four components are looked up, for 32 rows at a time (as in André, Kermarrec and Le Scouarnec, VLDB 2015): the codes of 32 rows lie
/// together, sixteen bytes for each four components, with a row in the lower half of a byte and the sixteenth after it in the upper.</para>
/// </remarks>
internal static class SignCodes
{
    public const int RowsTogether = 32;

    /// <summary>A bound is so many standard deviations above the estimate.</summary>
    /// <remarks>With 2 a search of 100,000 made-up titles that is to find .99 of the 30 nearest finds .9916, and .9982 near the mean of five of them; with
    /// 2.5 .9918 and .9989, and looks at a half more rows again.</remarks>
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
        float sum = 0, squares = 0, ofCentre = 0, signsOfCentre = 0;
        for (int lane = 0; lane * Quad < vector.Length; lane++)
        {
            int bits = 0;
            for (int i = lane * Quad; i < Math.Min(vector.Length, (lane + 1) * Quad); i++)
            {
                float c = centre.IsEmpty ? 0 : centre[i], difference = vector[i] - c;
                sum += MathF.Abs(difference);
                squares += difference * difference;
                ofCentre += difference * c;
                signsOfCentre += difference > 0 ? c : -c;
                bits |= (difference > 0 ? 1 : 0) << i % Quad;
            }
            ref byte there = ref group[lane * LaneBytes + at];
            there = (byte)(there & 0xF0 >> shift | bits << shift);
        }
        if (!(sum > 0))
            return default;
        float share = MathF.Min(1, sum / MathF.Sqrt(squares * vector.Length)), factor = squares / sum;
        return new(factor, Deviations * MathF.Sqrt(squares * (1 - share * share) / Math.Max(1, vector.Length - 1)) / share,
            factor * signsOfCentre - ofCentre);
    }

    /// <summary>bounds[r]: as a rule at least the inner product of the query and row r.</summary>
    /// <param name="centre">[d]: of the rows; empty: zeros.</param>
    /// <param name="groups">The codes of the rows.</param>
    /// <param name="scales">Of n rows.</param>
    /// <param name="bounds">[n], overwritten.</param>
    public static void Bounds(SignedQuery query, ReadOnlySpan<float> centre, ReadOnlySpan<byte> groups, SignScales scales, Span<float> bounds)
    {
        (float centreScore, float along, float across) = query.Split(centre);
        Span<int> sums = stackalloc int[RowsTogether];
        int bytes = query.Sums.Length;
        float least = query.Least + query.Rounding;
        for (int first = 0; first < bounds.Length; first += RowsTogether)
        {
            AddUp(query.Sums, groups.Slice(first / RowsTogether * bytes, bytes), sums, IsWide);
            int rows = Math.Min(RowsTogether, bounds.Length - first), r = 0;
            for (; r + Vector256<int>.Count <= rows; r += Vector256<int>.Count)
            {
                int at = first + r;
                Vector256<float> sum = Vector256.ConvertToSingle(Vector256.Create<int>(sums[r..])) * query.Step + Vector256.Create(least);
                (Vector256.Create<float>(scales.Factors[at..]) * sum + Vector256.Create<float>(scales.Deviations[at..]) * across
                    - Vector256.Create<float>(scales.Shifts[at..]) * along + Vector256.Create(centreScore)).CopyTo(bounds[at..]);
            }
            for (int at = first + r; r < rows; r++, at++)
            {
                bounds[at] = scales.Factors[at] * (sums[r] * query.Step + least) + scales.Deviations[at] * across - scales.Shifts[at] * along
                    + centreScore;
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
}

/// <summary>What belongs to a code of signs.</summary>
/// <param name="Factor">|o|² / Σ|oᵢ|.</param>
/// <param name="Deviation">What the bound adds to the estimate for a query of length 1 across the centre.</param>
/// <param name="Shift">What the estimate of c·o is more than c·o.</param>
internal readonly record struct SignScale(float Factor, float Deviation, float Shift)
{
    public const int Floats = 3;
}

/// <summary>The scales of n rows, one kind after the other.</summary>
/// <param name="all">[<see cref="SignScale.Floats"/> × n].</param>
internal readonly ref struct SignScales(Span<float> all)
{
    private readonly Span<float> _all = all;

    public ReadOnlySpan<float> Factors => Kind(0);

    public ReadOnlySpan<float> Deviations => Kind(1);

    public ReadOnlySpan<float> Shifts => Kind(2);

    public void Set(int row, SignScale scale) => (Kind(0)[row], Kind(1)[row], Kind(2)[row]) = (scale.Factor, scale.Deviation, scale.Shift);

    /// <summary>The first rows' become those of others.</summary>
    public void CopyFrom(SignScales others, int rows)
    {
        for (int kind = 0; kind < SignScale.Floats; kind++)
            others.Kind(kind)[..rows].CopyTo(Kind(kind));
    }

    private Span<float> Kind(int kind) => _all.Slice(kind * (_all.Length / SignScale.Floats), _all.Length / SignScale.Floats);
}

/// <summary>A query as <see cref="SignCodes"/> reads it.</summary>
/// <param name="dimension">d.</param>
internal sealed class SignedQuery(int dimension)
{
    private const int Entries = 16, Quad = 4;
    private const float Greatest = 127;

    private readonly float[] _query = new float[dimension];

    public SignedQuery(ReadOnlySpan<float> query)
        : this(query.Length) => Set(query);

    /// <summary>Becomes that of another query.</summary>
    /// <param name="query">[d], of length 1.</param>
    public void Set(ReadOnlySpan<float> query)
    {
        query.CopyTo(_query);
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

    /// <summary>Splits it into what it has along a centre, and the rest.</summary>
    /// <param name="centre">[d]; empty: zeros.</param>
    /// <returns>Its inner product with the centre, how often it has the centre in it, and the length of the rest.</returns>
    public (float Score, float Along, float Across) Split(ReadOnlySpan<float> centre)
    {
        float score = centre.IsEmpty ? 0 : InnerProducts.Score(_query, centre), squares = centre.IsEmpty ? 0 : InnerProducts.Score(centre, centre);
        return squares > 0 ? (score, score / squares, MathF.Sqrt(MathF.Max(0, 1 - score * score / squares))) : (score, 0, 1);
    }

    /// <summary>[sums of four components × 16]: by the signs of the four, in steps from the least.</summary>
    public byte[] Sums { get; } = new byte[SignCodes.GroupBytes(dimension)];

    public float Step { get; private set; }

    /// <summary>The sum of the least.</summary>
    public float Least { get; private set; }

    /// <summary>What a bound adds for the rounding of the sums.</summary>
    public float Rounding { get; private set; }
}

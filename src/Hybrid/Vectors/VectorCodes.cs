using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Vectors;

/// <summary>Vectors as one byte a component, and what such a code says of an inner product: never less than it is.</summary>
/// <remarks>A quarter of the floats: a scan of 100,000 rows of 384 takes .27 of the time, one of 780, which the cache holds, .80 (VectorCodesBenchmark).
/// Whoever scores the floats of those rows alone whose bounds reach what counts has the result of a scan of all floats, bit for bit.</remarks>
internal static class VectorCodes
{
    /// <summary>Codes are read so many at a time.</summary>
    private const int Together = 32;

    /// <summary>So many rows share the work that adding up is, where they are short: 3.5 ns a row of 64 instead of 4.7, in cache or not.</summary>
    private const int RowsAtOnce = 4;

    /// <summary>Of longer rows that are in no cache, four streams at once come slower from memory than one: 31 ns a row of 384 instead of 20.</summary>
    private const int MostOfShort = 128;

    /// <summary>So many queries share the work that a row is.</summary>
    public const int QueriesAtOnce = 4;

    private const float Greatest = 127;

    /// <summary>What a query's greatest component becomes: 16 bits, as far as the sum of all products fits into 32.</summary>
    /// <remarks>Its part of a bound's width is then next to nothing, and it costs nothing: codes are widened to 16 bits anyway.</remarks>
    internal static int GreatestOfQuery(int dimension) => (int)Math.Min(short.MaxValue, int.MaxValue / (Greatest * Length(dimension)));

    /// <summary>Bytes of the code of d floats: d, rounded up to a multiple of 32.</summary>
    public static int Length(int dimension) => (dimension + Together - 1) / Together * Together;

    /// <summary>code[i] = vector[i] / step, rounded, zeros behind them; step is the greatest component / 127.</summary>
    /// <param name="vector">[d], finite.</param>
    /// <param name="code">[<see cref="Length"/> of d], overwritten.</param>
    public static CodeScale Encode(ReadOnlySpan<float> vector, Span<sbyte> code)
    {
        code[vector.Length..].Clear();
        float step = MathF.Abs(TensorPrimitives.MaxMagnitude(vector)) / Greatest;
        float inverse = step > 0 ? 1 / step : 0;
        float lost = 0;
        int i = 0;
        if (float.IsFinite(inverse))
        {
            Vector256<float> sum = default;
            ReadOnlySpan<Vector256<float>> x = MemoryMarshal.Cast<float, Vector256<float>>(vector);
            Span<Vector256<sbyte>> codes = MemoryMarshal.Cast<sbyte, Vector256<sbyte>>(code);
            for (int block = 0; 4 * block + 3 < x.Length; block++)
            {
                codes[block] = Vector256.Narrow(
                    Vector256.Narrow(Whole(x[4 * block]), Whole(x[4 * block + 1])), Vector256.Narrow(Whole(x[4 * block + 2]), Whole(x[4 * block + 3])));
                i += Together;
            }
            lost = Vector256.Sum(sum);

            Vector256<int> Whole(Vector256<float> part)
            {
                Vector256<float> whole = Vector256.Round(part * inverse);
                Vector256<float> rest = part - whole * step;
                sum += rest * rest;
                return Vector256.ConvertToInt32(whole);
            }
        }
        for (; i < vector.Length; i++)
        {
            float whole = float.IsFinite(inverse) ? MathF.Round(vector[i] * inverse) : 0, rest = vector[i] - whole * step;
            code[i] = (sbyte)whole;
            lost += rest * rest;
        }
        // What is lost is calculated in floats, too.
        return new(step, MathF.Sqrt(lost) * (1 + Slack(vector.Length)));
    }

    /// <summary>bounds[r] ≥ the inner product of query and row r as <see cref="InnerProducts"/> has it, and as a rule by no more than 0.01.</summary>
    /// <remarks>|q·x − q'·x'| ≤ |q|·|x − x'| + |q − q'|·|x'|, by Cauchy and Schwarz, where ' is what a code stands for; and what rounding adds.</remarks>
    /// <param name="codes">[n × <see cref="Length"/> of d].</param>
    /// <param name="scales">[n], of rows of length 1.</param>
    /// <param name="bounds">[n], overwritten.</param>
    public static void Bounds(CodedQuery query, ReadOnlySpan<sbyte> codes, ReadOnlySpan<CodeScale> scales, Span<float> bounds)
    {
        int length = query.Code.Length, r = 0;
        if (Avx512BW.IsSupported && length <= MostOfShort)
        {
            for (; r + RowsAtOnce <= bounds.Length; r += RowsAtOnce)
            {
                Vector128<float> products = Vector128.ConvertToSingle(Products(query.Code, codes.Slice(r * length, length),
                    codes.Slice((r + 1) * length, length), codes.Slice((r + 2) * length, length), codes.Slice((r + 3) * length, length)));
                Vector256<float> pairs = Vector256.Create<float>(MemoryMarshal.Cast<CodeScale, float>(scales[r..]));
                Vector256<float> apart = Vector256.Shuffle(pairs, Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7));
                (products * (apart.GetLower() * query.Step) + apart.GetUpper() * query.Weight + Vector128.Create(query.Margin)).CopyTo(bounds[r..]);
            }
        }
        for (; r < bounds.Length; r++)
            bounds[r] = Bound(query, codes.Slice(r * length, length), scales[r]);
    }

    /// <summary>Likewise for some of the rows: bounds[i] is that of row rows[i], the same bits.</summary>
    /// <remarks>Four at once: rows that are far from each other and in no cache are waited for together.</remarks>
    public static void Bounds(CodedQuery query, ReadOnlySpan<sbyte> codes, ReadOnlySpan<CodeScale> scales, ReadOnlySpan<int> rows, Span<float> bounds)
    {
        int length = query.Code.Length, i = 0;
        if (Avx512BW.IsSupported)
        {
            for (; i + RowsAtOnce <= rows.Length; i += RowsAtOnce)
            {
                Vector128<int> products = Products(query.Code, Row(codes, rows[i]), Row(codes, rows[i + 1]), Row(codes, rows[i + 2]), Row(codes, rows[i + 3]));
                for (int r = 0; r < RowsAtOnce; r++)
                    bounds[i + r] = Bound(query, products[r], scales[rows[i + r]]);
            }
        }
        for (; i < rows.Length; i++)
            bounds[i] = Bound(query, Row(codes, rows[i]), scales[rows[i]]);

        ReadOnlySpan<sbyte> Row(ReadOnlySpan<sbyte> codes, int row) => codes.Slice(row * length, length);
    }

    /// <summary>Likewise for one row, the same bits.</summary>
    /// <param name="code">[<see cref="Length"/> of d].</param>
    public static float Bound(CodedQuery query, ReadOnlySpan<sbyte> code, CodeScale scale) => Bound(query, Product(query.Code, code), scale);

    /// <summary>Likewise for several queries, of which <see cref="QueriesAtOnce"/> share the work that a row is.</summary>
    /// <param name="queries">At most <see cref="QueriesAtOnce"/>.</param>
    /// <param name="bounds">[queries × n], overwritten with what each query's own call gives, bit for bit.</param>
    public static void Bounds(ReadOnlySpan<CodedQuery> queries, ReadOnlySpan<sbyte> codes, ReadOnlySpan<CodeScale> scales, Span<float> bounds)
    {
        int rows = scales.Length;
        if (queries.Length < QueriesAtOnce || !Avx512BW.IsSupported)
        {
            for (int q = 0; q < queries.Length; q++)
                Bounds(queries[q], codes, scales, bounds.Slice(q * rows, rows));
            return;
        }
        int length = queries[0].Code.Length;
        for (int r = 0; r < rows; r++)
        {
            Vector128<int> products = Products(queries, codes.Slice(r * length, length));
            for (int q = 0; q < QueriesAtOnce; q++)
                bounds[q * rows + r] = Bound(queries[q], products[q], scales[r]);
        }
    }

    /// <summary>More than what rounding takes from a sum of so many products of floats, as a share of their magnitudes.</summary>
    internal static float Slack(int dimension) => (dimension + 16) * 1.2e-7f;

    private static float Bound(CodedQuery query, int product, CodeScale scale) =>
        product * (query.Step * scale.Step) + scale.Lost * query.Weight + query.Margin;

    private static int Product(ReadOnlySpan<short> query, ReadOnlySpan<sbyte> row)
    {
        if (Avx512BW.IsSupported)
        {
            ReadOnlySpan<Vector512<short>> wide = MemoryMarshal.Cast<short, Vector512<short>>(query);
            ReadOnlySpan<Vector256<sbyte>> codes = MemoryMarshal.Cast<sbyte, Vector256<sbyte>>(row)[..wide.Length];
            Vector512<int> even = default, odd = default;
            int at = 0;
            for (; at + 1 < wide.Length; at += 2)
            {
                even += Avx512BW.MultiplyAddAdjacent(wide[at], Avx512BW.ConvertToVector512Int16(codes[at]));
                odd += Avx512BW.MultiplyAddAdjacent(wide[at + 1], Avx512BW.ConvertToVector512Int16(codes[at + 1]));
            }
            if (at < wide.Length)
                even += Avx512BW.MultiplyAddAdjacent(wide[at], Avx512BW.ConvertToVector512Int16(codes[at]));
            return Vector512.Sum(even + odd);
        }
        ReadOnlySpan<Vector256<short>> q = MemoryMarshal.Cast<short, Vector256<short>>(query);
        ReadOnlySpan<Vector256<sbyte>> x = MemoryMarshal.Cast<sbyte, Vector256<sbyte>>(row)[..(q.Length / 2)];
        Vector256<int> sum0 = default, sum1 = default;
        for (int i = 0; i < x.Length; i++)
        {
            (Vector256<short> lower, Vector256<short> upper) = Vector256.Widen(x[i]);
            sum0 += Pairs(q[2 * i], lower);
            sum1 += Pairs(q[2 * i + 1], upper);
        }
        return Vector256.Sum(sum0 + sum1);

        static Vector256<int> Pairs(Vector256<short> one, Vector256<short> other) => Avx2.IsSupported
            ? Avx2.MultiplyAddAdjacent(one, other)
            : Vector256.WidenLower(one) * Vector256.WidenLower(other) + Vector256.WidenUpper(one) * Vector256.WidenUpper(other);
    }

    /// <summary>Four rows' products with one query.</summary>
    private static Vector128<int> Products(
        ReadOnlySpan<short> query, ReadOnlySpan<sbyte> row0, ReadOnlySpan<sbyte> row1, ReadOnlySpan<sbyte> row2, ReadOnlySpan<sbyte> row3)
    {
        ReadOnlySpan<Vector512<short>> wide = MemoryMarshal.Cast<short, Vector512<short>>(query);
        ReadOnlySpan<Vector256<sbyte>> x0 = Codes(row0, wide.Length), x1 = Codes(row1, wide.Length), x2 = Codes(row2, wide.Length),
            x3 = Codes(row3, wide.Length);
        Vector512<int> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (int i = 0; i < wide.Length; i++)
        {
            Vector512<short> q = wide[i];
            sum0 += Avx512BW.MultiplyAddAdjacent(q, Avx512BW.ConvertToVector512Int16(x0[i]));
            sum1 += Avx512BW.MultiplyAddAdjacent(q, Avx512BW.ConvertToVector512Int16(x1[i]));
            sum2 += Avx512BW.MultiplyAddAdjacent(q, Avx512BW.ConvertToVector512Int16(x2[i]));
            sum3 += Avx512BW.MultiplyAddAdjacent(q, Avx512BW.ConvertToVector512Int16(x3[i]));
        }
        return Totals(sum0, sum1, sum2, sum3);

        static ReadOnlySpan<Vector256<sbyte>> Codes(ReadOnlySpan<sbyte> row, int length) => MemoryMarshal.Cast<sbyte, Vector256<sbyte>>(row)[..length];
    }

    /// <summary>The sum of each.</summary>
    private static Vector128<int> Totals(Vector512<int> sum0, Vector512<int> sum1, Vector512<int> sum2, Vector512<int> sum3)
    {
        Vector256<int> pairs01 = Avx2.HorizontalAdd(Folded(sum0), Folded(sum1)), pairs23 = Avx2.HorizontalAdd(Folded(sum2), Folded(sum3));
        Vector256<int> all = Avx2.HorizontalAdd(pairs01, pairs23);
        return all.GetLower() + all.GetUpper();

        static Vector256<int> Folded(Vector512<int> sum) => sum.GetLower() + sum.GetUpper();
    }

    /// <summary>Four queries' products with one row, which is widened once.</summary>
    private static Vector128<int> Products(ReadOnlySpan<CodedQuery> queries, ReadOnlySpan<sbyte> row)
    {
        ReadOnlySpan<Vector256<sbyte>> codes = MemoryMarshal.Cast<sbyte, Vector256<sbyte>>(row);
        ReadOnlySpan<Vector512<short>> q0 = Wide(queries[0]), q1 = Wide(queries[1]), q2 = Wide(queries[2]), q3 = Wide(queries[3]);
        Vector512<int> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (int i = 0; i < codes.Length; i++)
        {
            Vector512<short> x = Avx512BW.ConvertToVector512Int16(codes[i]);
            sum0 += Avx512BW.MultiplyAddAdjacent(q0[i], x);
            sum1 += Avx512BW.MultiplyAddAdjacent(q1[i], x);
            sum2 += Avx512BW.MultiplyAddAdjacent(q2[i], x);
            sum3 += Avx512BW.MultiplyAddAdjacent(q3[i], x);
        }
        return Totals(sum0, sum1, sum2, sum3);

        static ReadOnlySpan<Vector512<short>> Wide(CodedQuery query) => MemoryMarshal.Cast<short, Vector512<short>>(query.Code);
    }
}

/// <summary>What belongs to a code.</summary>
/// <param name="Step">A component is about its code times this.</param>
/// <param name="Lost">At least the length of the difference.</param>
internal readonly record struct CodeScale(float Step, float Lost);

/// <summary>A query as <see cref="VectorCodes"/> reads it.</summary>
/// <param name="dimension">d.</param>
internal sealed class CodedQuery(int dimension)
{
    private readonly float[] _inSteps = new float[dimension];

    public CodedQuery(ReadOnlySpan<float> query)
        : this(query.Length) => Set(query);

    /// <summary>Becomes that of another query.</summary>
    /// <param name="query">[d].</param>
    public void Set(ReadOnlySpan<float> query)
    {
        Step = MathF.Abs(TensorPrimitives.MaxMagnitude(query)) / VectorCodes.GreatestOfQuery(dimension);
        float inverse = 1 / Step, lost = 0;
        if (float.IsFinite(inverse))
            TensorPrimitives.Multiply(query, inverse, _inSteps);
        else
            Array.Clear(_inSteps);
        TensorPrimitives.Round(_inSteps, _inSteps);
        for (int i = 0; i < _inSteps.Length; i++)
        {
            Code[i] = (short)_inSteps[i];
            float rest = query[i] - _inSteps[i] * Step;
            lost += rest * rest;
        }
        float length = TensorPrimitives.Norm(query) * (1 + UnitVector.Tolerance), slack = VectorCodes.Slack(query.Length);
        lost = MathF.Sqrt(lost) * (1 + slack);   // what is lost is calculated in floats, too
        Weight = length + lost;
        Margin = (lost + slack * length) * (1 + UnitVector.Tolerance) + slack;
    }

    /// <summary>d.</summary>
    public int Dimension => dimension;

    public short[] Code { get; } = new short[VectorCodes.Length(dimension)];

    public float Step { get; private set; }

    /// <summary>What a bound is more by for what was lost of the row.</summary>
    public float Weight { get; private set; }

    /// <summary>And for what was lost of the query, and by rounding.</summary>
    public float Margin { get; private set; }
}

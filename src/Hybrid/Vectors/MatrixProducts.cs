using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Vectors;

/// <summary>Products of matrices that fit into memory, row-major.</summary>
/// <remarks>Each number of a product is summed by one thread in one order: the same bits whatever the number of processors.</remarks>
internal static class MatrixProducts
{
    /// <summary>Rows of a product that one thread makes before it takes the next ones.</summary>
    private const int BlockRows = 32;

    private const int Lanes = 8;

    /// <summary>product[i, j] = Σₖ a[i, k] · b[k, j].</summary>
    /// <remarks>Cost: m·inner·n multiply-adds on all processors; nothing is allocated. MatrixProductBenchmark has it beside one MultiplyAdd a row of
    /// b.</remarks>
    /// <param name="a">[m × inner].</param>
    /// <param name="b">[inner × n].</param>
    /// <param name="product">[m × n], overwritten; must not overlap the inputs.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static void Multiply(ReadOnlyMemory<float> a, ReadOnlyMemory<float> b, Memory<float> product, int inner)
    {
        int m = a.Length / inner, n = b.Length / inner;
        if (a.Length != m * inner || b.Length != n * inner || product.Length != m * n)
        {
            throw new ArgumentException(
                $"{a.Length} and {b.Length} floats with {inner} in common make {m} × {n}, not {product.Length} floats.", nameof(product));
        }
        Parallel.For(0, (m + BlockRows - 1) / BlockRows, block =>
        {
            int first = block * BlockRows, rows = Math.Min(BlockRows, m - first);
            MultiplyRows(a.Span.Slice(first * inner, rows * inner), b.Span, product.Span.Slice(first * n, rows * n), inner, n);
        });
    }

    /// <summary>transposed[j, i] = matrix[i, j].</summary>
    /// <param name="matrix">[m × n].</param>
    /// <param name="transposed">[n × m], overwritten; must not overlap the matrix.</param>
    public static void Transpose(ReadOnlySpan<float> matrix, Span<float> transposed, int n)
    {
        const int Tile = 16;   // both sides of a tile stay in the first cache
        int m = matrix.Length / n;
        for (int rows = 0; rows < m; rows += Tile)
        {
            for (int columns = 0; columns < n; columns += Tile)
            {
                for (int i = rows; i < Math.Min(rows + Tile, m); i++)
                {
                    for (int j = columns; j < Math.Min(columns + Tile, n); j++)
                        transposed[j * m + i] = matrix[i * n + j];
                }
            }
        }
    }

    private static void MultiplyRows(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> product, int inner, int n)
    {
        int i = 0;
        if (n % Lanes == 0)
        {
            ReadOnlySpan<Vector256<float>> columns = MemoryMarshal.Cast<float, Vector256<float>>(b);
            Span<Vector256<float>> sums = MemoryMarshal.Cast<float, Vector256<float>>(product);
            for (int width = n / Lanes; i + 3 < product.Length / n; i += 4)
            {
                ReadOnlySpan<float> rows = a.Slice(i * inner, 4 * inner);
                Span<Vector256<float>> four = sums.Slice(i * width, 4 * width);
                int j = 0;
                for (; j + 2 < width; j += 3)
                    MultiplyTile(rows, columns, four, inner, width, j);
                for (; j < width; j++)
                    MultiplyColumn(rows, columns, four, inner, width, j);
            }
        }
        for (; i < product.Length / n; i++)   // the last ones, and whatever is no multiple of a vector
        {
            Span<float> row = product.Slice(i * n, n);
            row.Clear();
            for (int k = 0; k < inner; k++)
                TensorPrimitives.MultiplyAdd(b.Slice(k * n, n), a[i * inner + k], row, row);
        }
    }

    /// <summary>Four rows by three vectors: twelve sums that stay in registers.</summary>
    private static void MultiplyTile(ReadOnlySpan<float> rows, ReadOnlySpan<Vector256<float>> b, Span<Vector256<float>> four, int inner, int width, int j)
    {
        ReadOnlySpan<float> r0 = rows[..inner], r1 = rows.Slice(inner, inner), r2 = rows.Slice(2 * inner, inner), r3 = rows.Slice(3 * inner, inner);
        Vector256<float> s00 = default, s01 = default, s02 = default, s10 = default, s11 = default, s12 = default;
        Vector256<float> s20 = default, s21 = default, s22 = default, s30 = default, s31 = default, s32 = default;
        for (int k = 0; k < r0.Length; k++)
        {
            ReadOnlySpan<Vector256<float>> three = b.Slice(k * width + j, 3);
            Vector256<float> b0 = three[0], b1 = three[1], b2 = three[2], x = Vector256.Create(r0[k]);
            s00 = Vector256.MultiplyAddEstimate(x, b0, s00);
            s01 = Vector256.MultiplyAddEstimate(x, b1, s01);
            s02 = Vector256.MultiplyAddEstimate(x, b2, s02);
            x = Vector256.Create(r1[k]);
            s10 = Vector256.MultiplyAddEstimate(x, b0, s10);
            s11 = Vector256.MultiplyAddEstimate(x, b1, s11);
            s12 = Vector256.MultiplyAddEstimate(x, b2, s12);
            x = Vector256.Create(r2[k]);
            s20 = Vector256.MultiplyAddEstimate(x, b0, s20);
            s21 = Vector256.MultiplyAddEstimate(x, b1, s21);
            s22 = Vector256.MultiplyAddEstimate(x, b2, s22);
            x = Vector256.Create(r3[k]);
            s30 = Vector256.MultiplyAddEstimate(x, b0, s30);
            s31 = Vector256.MultiplyAddEstimate(x, b1, s31);
            s32 = Vector256.MultiplyAddEstimate(x, b2, s32);
        }
        (four[j], four[j + 1], four[j + 2]) = (s00, s01, s02);
        (four[width + j], four[width + j + 1], four[width + j + 2]) = (s10, s11, s12);
        (four[2 * width + j], four[2 * width + j + 1], four[2 * width + j + 2]) = (s20, s21, s22);
        (four[3 * width + j], four[3 * width + j + 1], four[3 * width + j + 2]) = (s30, s31, s32);
    }

    private static void MultiplyColumn(ReadOnlySpan<float> rows, ReadOnlySpan<Vector256<float>> b, Span<Vector256<float>> four, int inner, int width, int j)
    {
        ReadOnlySpan<float> r0 = rows[..inner], r1 = rows.Slice(inner, inner), r2 = rows.Slice(2 * inner, inner), r3 = rows.Slice(3 * inner, inner);
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int k = 0; k < r0.Length; k++)
        {
            Vector256<float> x = b[k * width + j];
            s0 = Vector256.MultiplyAddEstimate(Vector256.Create(r0[k]), x, s0);
            s1 = Vector256.MultiplyAddEstimate(Vector256.Create(r1[k]), x, s1);
            s2 = Vector256.MultiplyAddEstimate(Vector256.Create(r2[k]), x, s2);
            s3 = Vector256.MultiplyAddEstimate(Vector256.Create(r3[k]), x, s3);
        }
        (four[j], four[width + j], four[2 * width + j], four[3 * width + j]) = (s0, s1, s2, s3);
    }
}

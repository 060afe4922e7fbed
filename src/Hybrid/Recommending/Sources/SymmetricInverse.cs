using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Recommending.Sources;

/// <summary>The inverse of a symmetric positive definite matrix, in its place.</summary>
/// <remarks>
/// <para>The sweep operator, a block of rows at a time: with D the block's square on the diagonal, R its rows beside it and E all else,
/// [D R; Rᵀ E] becomes [−D⁻¹ D⁻¹R; RᵀD⁻¹ E − RᵀD⁻¹R], which stays symmetric, so that the upper half is enough. Swept whole it is −A⁻¹. Goodnight: A
/// tutorial on the SWEEP operator, The American Statistician 33, 1979.</para>
/// <para>n³/2 multiply-adds in float32 on all processors; every element is written by one thread in one order, so that equal input gives equal bits.</para>
/// </remarks>
internal static class SymmetricInverse
{
    /// <summary>Rows that are swept at a time; the side of a matrix is a multiple of it.</summary>
    public const int Block = 64;

    /// <summary>Columns that are accumulated in registers, for <see cref="Rows"/> rows at a time.</summary>
    private const int Panel = 16;
    private const int Rows = 4;

    /// <summary>Columns whose packed block is in cache while all rows pass by.</summary>
    private const int Tile = 512;

    /// <summary>The side that a matrix of so many rows is given; what is beyond them is to be an identity, which changes nothing.</summary>
    public static int SideOf(int rows) => (rows + Block - 1) / Block * Block;

    /// <summary>The upper half of A becomes that of −A⁻¹; the lower half is not read and not written.</summary>
    /// <param name="a">[side × side], row-major, positive definite.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the matrix is then neither.</exception>
    public static void NegativeInverse(float[] a, int side, CancellationToken cancellationToken)
    {
        var step = new Step(side);
        for (int first = 0; first < side; first += Block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            step.Sweep(a, first);
        }
    }

    private sealed class Step(int side)
    {
        private readonly float[] _rows = new float[Block * side];       // R, [Block × side]
        private readonly float[] _solved = new float[Block * side];     // D⁻¹R, likewise
        private readonly float[] _columns = new float[Block * side];    // R, [side / Rows][Block][Rows]
        private readonly float[] _panels = new float[Block * side];     // D⁻¹R, [side / Panel][Block][Panel]

        public void Sweep(float[] a, int first)
        {
            for (int k = 0; k < Block; k++)
            {
                Span<float> row = _rows.AsSpan(k * side, side);
                for (int i = 0; i < first + k; i++)
                    row[i] = a[(i * side) + first + k];
                a.AsSpan(((first + k) * side) + first + k, side - first - k).CopyTo(row[(first + k)..]);
            }
            float[] inverse = InvertBlock(first);
            Parallel.For(0, Block, k =>
            {
                Span<float> solved = _solved.AsSpan(k * side, side);
                solved.Clear();
                for (int l = 0; l < Block; l++)
                    TensorPrimitives.MultiplyAdd(_rows.AsSpan(l * side, side), inverse[(k * Block) + l], solved, solved);
            });
            Pack(_rows, _columns, Rows);
            Pack(_solved, _panels, Panel);
            Parallel.For(0, (side + Tile - 1) / Tile, tile => Subtract(a, tile * Tile, Math.Min(side, (tile + 1) * Tile)));
            for (int k = 0; k < Block; k++)
            {
                ReadOnlySpan<float> solved = _solved.AsSpan(k * side, side);
                for (int i = 0; i < first; i++)
                    a[(i * side) + first + k] = solved[i];
                solved[(first + Block)..].CopyTo(a.AsSpan(((first + k) * side) + first + Block));
                for (int l = 0; l < Block; l++)
                    a[((first + k) * side) + first + l] = -inverse[(k * Block) + l];
            }
        }

        /// <summary>A −= Rᵀ·D⁻¹R, on and above the diagonal, for some columns.</summary>
        private void Subtract(float[] a, int from, int to)
        {
            for (int i = 0; i < to; i += Rows)
            {
                ReadOnlySpan<float> columns = _columns.AsSpan(i * Block, Block * Rows);
                for (int j = Math.Max(from, i / Panel * Panel); j < to; j += Panel)
                    SubtractPanel(a, i, j, columns, MemoryMarshal.Cast<float, Vector256<float>>(_panels.AsSpan(j * Block, Block * Panel)));
            }
        }

        private void SubtractPanel(float[] a, int i, int j, ReadOnlySpan<float> columns, ReadOnlySpan<Vector256<float>> panel)
        {
            Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
            for (int k = 0; k < Block; k++)
            {
                Vector256<float> left = panel[2 * k], right = panel[(2 * k) + 1];
                ReadOnlySpan<float> c = columns.Slice(Rows * k, Rows);
                Vector256<float> c0 = Vector256.Create(c[0]), c1 = Vector256.Create(c[1]), c2 = Vector256.Create(c[2]), c3 = Vector256.Create(c[3]);
                s00 = Vector256.MultiplyAddEstimate(c0, left, s00);
                s01 = Vector256.MultiplyAddEstimate(c0, right, s01);
                s10 = Vector256.MultiplyAddEstimate(c1, left, s10);
                s11 = Vector256.MultiplyAddEstimate(c1, right, s11);
                s20 = Vector256.MultiplyAddEstimate(c2, left, s20);
                s21 = Vector256.MultiplyAddEstimate(c2, right, s21);
                s30 = Vector256.MultiplyAddEstimate(c3, left, s30);
                s31 = Vector256.MultiplyAddEstimate(c3, right, s31);
            }
            SubtractRow(a, i, j, s00, s01);
            SubtractRow(a, i + 1, j, s10, s11);
            SubtractRow(a, i + 2, j, s20, s21);
            SubtractRow(a, i + 3, j, s30, s31);
        }

        private void SubtractRow(float[] a, int i, int j, Vector256<float> left, Vector256<float> right)
        {
            Span<Vector256<float>> row = MemoryMarshal.Cast<float, Vector256<float>>(a.AsSpan((i * side) + j, Panel));
            row[0] -= left;
            row[1] -= right;
        }

        /// <summary>[Block × side] → [side / width][Block][width], so that what is multiplied together lies together.</summary>
        private void Pack(float[] rows, float[] packed, int width) => Parallel.For(0, side / width, group =>
        {
            for (int k = 0; k < Block; k++)
                rows.AsSpan((k * side) + (group * width), width).CopyTo(packed.AsSpan(((group * Block) + k) * width));
        });

        /// <summary>D⁻¹ by Gauss-Jordan elimination in double; a positive definite matrix needs no pivots.</summary>
        private float[] InvertBlock(int first)
        {
            double[] d = new double[Block * Block];
            for (int k = 0; k < Block; k++)
            {
                for (int l = k; l < Block; l++)
                    d[(k * Block) + l] = d[(l * Block) + k] = _rows[(k * side) + first + l];
            }
            for (int p = 0; p < Block; p++)
            {
                double pivot = 1 / d[(p * Block) + p];
                d[(p * Block) + p] = 1;
                for (int l = 0; l < Block; l++)
                    d[(p * Block) + l] *= pivot;
                for (int k = 0; k < Block; k++)
                {
                    double factor = d[(k * Block) + p];
                    if (k == p || factor == 0)
                        continue;
                    d[(k * Block) + p] = 0;
                    for (int l = 0; l < Block; l++)
                        d[(k * Block) + l] -= factor * d[(p * Block) + l];
                }
            }
            return Array.ConvertAll(d, value => (float)value);
        }
    }
}

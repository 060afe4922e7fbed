using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Vectors;

/// <summary>Which centroid each of many rows is nearest to: what k-means and the filling of its cells spend their time on.</summary>
/// <remarks>Four rows and four centroids at a time, so that each number that is loaded is multiplied four times; and so few centroids that they lie in the
/// first cache, for all rows of a call, which lie in the second: each row by itself would read all centroids from farther away.</remarks>
internal static class NearestCentroids
{
    /// <summary>A good number of rows a call: at d = 384 they take 400 KB.</summary>
    public const int RowsAtOnce = 256;

    private const int Side = 4, CentroidsTogether = 16;

    /// <summary>The centroid of highest inner product, the first of equal ones.</summary>
    /// <param name="rows">[n × d].</param>
    /// <param name="centroids">[cells × d], at least one.</param>
    /// <param name="nearest">[n], overwritten: each row's centroid.</param>
    /// <param name="scores">[n], overwritten: its inner product with it, by the bits as the row's place among the others has it.</param>
    public static void Find(ReadOnlySpan<float> rows, ReadOnlySpan<float> centroids, int dimension, Span<int> nearest, Span<float> scores)
    {
        int n = nearest.Length, cells = centroids.Length / dimension;
        scores[..n].Fill(float.NegativeInfinity);
        nearest.Clear();
        Span<float> tile = stackalloc float[Side * Side];
        for (int block = 0; block < cells; block += CentroidsTogether)
        {
            int end = Math.Min(cells, block + CentroidsTogether);
            for (int row = 0; row < n; row += Side)
            {
                int height = Math.Min(Side, n - row);
                for (int cell = block; cell < end; cell += Side)
                {
                    int width = Math.Min(Side, end - cell);
                    ReadOnlySpan<float> x = rows.Slice(row * dimension, height * dimension), y = centroids.Slice(cell * dimension, width * dimension);
                    if (height == Side && width == Side && Vector512.IsHardwareAccelerated)
                        Multiply(x, y, dimension, tile);
                    else
                        MultiplySmall(x, y, dimension, tile);
                    for (int r = 0; r < height; r++)
                    {
                        for (int c = 0; c < width; c++)
                        {
                            if (tile[r * Side + c] > scores[row + r])
                                (scores[row + r], nearest[row + r]) = (tile[r * Side + c], cell + c);
                        }
                    }
                }
            }
        }
    }

    private static void MultiplySmall(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int dimension, Span<float> tile)
    {
        for (int r = 0; r * dimension < x.Length; r++)
        {
            for (int c = 0; c * dimension < y.Length; c++)
                tile[r * Side + c] = InnerProducts.Score(x.Slice(r * dimension, dimension), y.Slice(c * dimension, dimension));
        }
    }

    /// <summary>tile[r, c] = x[r] · y[c], of four and four.</summary>
    private static void Multiply(ReadOnlySpan<float> x, ReadOnlySpan<float> y, int dimension, Span<float> tile)
    {
        ref float x0 = ref MemoryMarshal.GetReference(x), y0 = ref MemoryMarshal.GetReference(y);
        ref float x1 = ref Unsafe.Add(ref x0, dimension), x2 = ref Unsafe.Add(ref x1, dimension), x3 = ref Unsafe.Add(ref x2, dimension);
        ref float y1 = ref Unsafe.Add(ref y0, dimension), y2 = ref Unsafe.Add(ref y1, dimension), y3 = ref Unsafe.Add(ref y2, dimension);
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;
        nuint i = 0;
        for (; i + (nuint)Vector512<float>.Count <= (nuint)dimension; i += (nuint)Vector512<float>.Count)
        {
            Vector512<float> b0 = Vector512.LoadUnsafe(ref y0, i), b1 = Vector512.LoadUnsafe(ref y1, i);
            Vector512<float> b2 = Vector512.LoadUnsafe(ref y2, i), b3 = Vector512.LoadUnsafe(ref y3, i);
            Vector512<float> a = Vector512.LoadUnsafe(ref x0, i);
            s00 = Vector512.MultiplyAddEstimate(a, b0, s00);
            s01 = Vector512.MultiplyAddEstimate(a, b1, s01);
            s02 = Vector512.MultiplyAddEstimate(a, b2, s02);
            s03 = Vector512.MultiplyAddEstimate(a, b3, s03);
            a = Vector512.LoadUnsafe(ref x1, i);
            s10 = Vector512.MultiplyAddEstimate(a, b0, s10);
            s11 = Vector512.MultiplyAddEstimate(a, b1, s11);
            s12 = Vector512.MultiplyAddEstimate(a, b2, s12);
            s13 = Vector512.MultiplyAddEstimate(a, b3, s13);
            a = Vector512.LoadUnsafe(ref x2, i);
            s20 = Vector512.MultiplyAddEstimate(a, b0, s20);
            s21 = Vector512.MultiplyAddEstimate(a, b1, s21);
            s22 = Vector512.MultiplyAddEstimate(a, b2, s22);
            s23 = Vector512.MultiplyAddEstimate(a, b3, s23);
            a = Vector512.LoadUnsafe(ref x3, i);
            s30 = Vector512.MultiplyAddEstimate(a, b0, s30);
            s31 = Vector512.MultiplyAddEstimate(a, b1, s31);
            s32 = Vector512.MultiplyAddEstimate(a, b2, s32);
            s33 = Vector512.MultiplyAddEstimate(a, b3, s33);
        }
        (tile[0], tile[1], tile[2], tile[3]) = (Vector512.Sum(s00), Vector512.Sum(s01), Vector512.Sum(s02), Vector512.Sum(s03));
        (tile[4], tile[5], tile[6], tile[7]) = (Vector512.Sum(s10), Vector512.Sum(s11), Vector512.Sum(s12), Vector512.Sum(s13));
        (tile[8], tile[9], tile[10], tile[11]) = (Vector512.Sum(s20), Vector512.Sum(s21), Vector512.Sum(s22), Vector512.Sum(s23));
        (tile[12], tile[13], tile[14], tile[15]) = (Vector512.Sum(s30), Vector512.Sum(s31), Vector512.Sum(s32), Vector512.Sum(s33));
        for (int rest = (int)i; rest < dimension; rest++)
        {
            for (int r = 0; r < Side; r++)
            {
                for (int c = 0; c < Side; c++)
                    tile[r * Side + c] += x[r * dimension + rest] * y[c * dimension + rest];
            }
        }
    }
}

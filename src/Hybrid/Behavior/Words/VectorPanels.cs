using System.Runtime.Intrinsics;

namespace Hybrid.Behavior.Words;

/// <summary>Unit vectors in panels of 16 rows, column by column: [n/16 × d × 16], the last panel filled up with zeros.</summary>
/// <remarks>So a product of many queries with all rows adds 16 scores at once and never sums across a register: at 50 floats a row that sum costs as much as
/// the products.</remarks>
internal sealed class VectorPanels
{
    public const int Width = 16;

    private readonly float[][] _panels;

    /// <param name="rows">How many rows from the first on.</param>
    public VectorPanels(WordVectors vectors, int rows)
    {
        Rows = rows;
        Dimension = vectors.Dimension;
        // A panel is an array of its own: all together may be more than one array holds.
        _panels = new float[(rows + Width - 1) / Width][];
        Parallel.For(0, _panels.Length, p =>
        {
            var panel = new float[Dimension * Width];
            for (int row = p * Width; row < Math.Min(rows, (p + 1) * Width); row++)
            {
                ReadOnlySpan<float> vector = vectors.Row(row);
                float scale = vectors.InverseNorm(row);
                for (int i = 0; i < vector.Length; i++)
                    panel[i * Width + row % Width] = vector[i] * scale;
            }
            _panels[p] = panel;
        });
    }

    public int Rows { get; }

    public int Dimension { get; }

    public int Count => _panels.Length;

    /// <summary>Adds a row of unit length, by a weight.</summary>
    public void AddTo(Span<float> sum, int row, float weight)
    {
        ReadOnlySpan<float> panel = _panels[row / Width];
        for (int i = 0; i < sum.Length; i++)
            sum[i] += weight * panel[i * Width + row % Width];
    }

    /// <summary>The products of one panel's rows with four queries: scores[q] has those of rows 0 … 7, scores[4 + q] of 8 … 15.</summary>
    /// <param name="queries">[4 × d], row-major.</param>
    public void Score(int panel, ReadOnlySpan<float> queries, Span<Vector256<float>> scores)
    {
        ReadOnlySpan<float> columns = _panels[panel];
        int d = Dimension;
        ReadOnlySpan<float> q0 = queries[..d], q1 = queries.Slice(d, d), q2 = queries.Slice(2 * d, d), q3 = queries.Slice(3 * d, d);
        Vector256<float> low0 = default, low1 = default, low2 = default, low3 = default, high0 = default, high1 = default, high2 = default, high3 = default;
        for (int i = 0; i < d; i++)
        {
            var low = Vector256.Create(columns.Slice(i * Width, 8));
            var high = Vector256.Create(columns.Slice(i * Width + 8, 8));
            var q = Vector256.Create(q0[i]);
            low0 = Vector256.MultiplyAddEstimate(q, low, low0);
            high0 = Vector256.MultiplyAddEstimate(q, high, high0);
            q = Vector256.Create(q1[i]);
            low1 = Vector256.MultiplyAddEstimate(q, low, low1);
            high1 = Vector256.MultiplyAddEstimate(q, high, high1);
            q = Vector256.Create(q2[i]);
            low2 = Vector256.MultiplyAddEstimate(q, low, low2);
            high2 = Vector256.MultiplyAddEstimate(q, high, high2);
            q = Vector256.Create(q3[i]);
            low3 = Vector256.MultiplyAddEstimate(q, low, low3);
            high3 = Vector256.MultiplyAddEstimate(q, high, high3);
        }
        (scores[0], scores[1], scores[2], scores[3]) = (low0, low1, low2, low3);
        (scores[4], scores[5], scores[6], scores[7]) = (high0, high1, high2, high3);
    }
}

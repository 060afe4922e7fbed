using System.Runtime.Intrinsics;

namespace Hybrid.Behavior.Words;

/// <summary>For each of some questions the row with the highest score, found in one pass over the panels.</summary>
/// <remarks>Scores differ from <see cref="WordVectors.MostSimilar(string, int)"/>'s in the last bits: they are added in another order. Not for concurrent
/// use.</remarks>
/// <param name="capacity">A multiple of four.</param>
internal sealed class BestRows(VectorPanels panels, int capacity)
{
    private const int Group = 4;

    private readonly float[] _queries = new float[capacity * panels.Dimension];
    private readonly float[] _best = new float[capacity];
    private readonly int[] _rows = new int[capacity];
    private int _count;

    /// <summary>The best row of a question; −1 where all rows are given ones.</summary>
    public int this[int question] => _rows[question];

    public void Clear()
    {
        _count = 0;
        Array.Clear(_queries);
        Array.Fill(_best, float.NegativeInfinity);
        Array.Fill(_rows, -1);
    }

    /// <summary>Adds the question b − a + c.</summary>
    public void Add(int a, int b, int c)
    {
        Span<float> query = _queries.AsSpan(_count++ * panels.Dimension, panels.Dimension);
        panels.AddTo(query, b, 1);
        panels.AddTo(query, c, 1);
        panels.AddTo(query, a, -1);
    }

    /// <param name="isGiven">Whether a row is one of a question's own words.</param>
    /// <param name="compare">Which of two rows with equal scores comes first.</param>
    public void Search(Func<int, int, bool> isGiven, Comparison<int> compare)
    {
        Span<Vector256<float>> scores = stackalloc Vector256<float>[2 * Group];
        Span<float> column = stackalloc float[VectorPanels.Width];
        for (int panel = 0; panel < panels.Count; panel++)
        {
            for (int first = 0; first < _count; first += Group)
            {
                panels.Score(panel, _queries.AsSpan(first * panels.Dimension, Group * panels.Dimension), scores);
                for (int q = 0; q < Group && first + q < _count; q++)
                {
                    var best = Vector256.Create(_best[first + q]);
                    // Nearly always neither half has anything better.
                    if (!Vector256.GreaterThanOrEqualAny(scores[q], best) && !Vector256.GreaterThanOrEqualAny(scores[Group + q], best))
                        continue;
                    scores[q].CopyTo(column);
                    scores[Group + q].CopyTo(column[8..]);
                    Take(first + q, panel * VectorPanels.Width, column, isGiven, compare);
                }
            }
        }
    }

    private void Take(int question, int firstRow, ReadOnlySpan<float> scores, Func<int, int, bool> isGiven, Comparison<int> compare)
    {
        int rows = Math.Min(scores.Length, panels.Rows - firstRow);
        for (int r = 0; r < rows; r++)
        {
            int row = firstRow + r;
            if (scores[r] < _best[question] || isGiven(question, row))
                continue;
            if (scores[r] > _best[question] || compare(row, _rows[question]) < 0)
                (_best[question], _rows[question]) = (scores[r], row);
        }
    }
}

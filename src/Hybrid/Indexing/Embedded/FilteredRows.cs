using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <summary>Which rows of an index match a filter, as far as anybody has asked: no row is asked twice.</summary>
/// <remarks>
/// <para>Good for the rows as they were when it was made: a write makes it void.</para>
/// <para>Threads: any number. Two may ask the same row at the same time; one of them writes it down.</para>
/// <para>Memory: one byte a row, cell by cell as they are visited.</para>
/// </remarks>
internal sealed class FilteredRows
{
    // How many rows are asked for the share: a filter that keeps 1 % then has ten of them, give or take three.
    private const int SampleRows = 1_000;

    private const byte Unknown = 0, No = 1, Yes = 2;

    private readonly IvfCell[] _cells;
    private readonly Func<Item, bool> _matches;
    private readonly byte[]?[] _known;
    private readonly int[] _missing;   // of each cell, rows that are not known
    private readonly Lazy<double> _share;
    private int _uses;

    public FilteredRows(IvfCell[] cells, Func<Item, bool> matches)
    {
        _cells = cells;
        _matches = matches;
        _known = new byte[]?[cells.Length];
        _missing = Array.ConvertAll(cells, cell => cell.Count);
        _share = new(Sample);
    }

    /// <summary>About how many of the rows match, 0 … 1 and never 0: by a sample drawn evenly from all cells.</summary>
    public double Share => _share.Value;

    /// <summary>Rows that are not known yet.</summary>
    public int Unasked => _missing.Sum();

    /// <summary>To be called by each search.</summary>
    /// <returns>How often it was.</returns>
    public int Use() => Interlocked.Increment(ref _uses);

    public bool Matches(int cell, int row)
    {
        byte[] known = KnownOf(cell);
        if (known[row] == Unknown)
            Ask(cell, row, known);
        return known[row] == Yes;
    }

    /// <summary>The next row of a cell that matches, from <paramref name="row"/> on; −1 when there is none.</summary>
    public int Next(int cell, int row)
    {
        byte[] known = KnownOf(cell);
        if (Volatile.Read(ref _missing[cell]) > 0)
        {
            while (row < known.Length && !Matches(cell, row))
                row++;
            return row < known.Length ? row : -1;
        }
        int at = known.AsSpan(row).IndexOf(Yes);
        return at < 0 ? -1 : row + at;
    }

    private byte[] KnownOf(int cell) =>
        Volatile.Read(ref _known[cell]) ?? Interlocked.CompareExchange(ref _known[cell], new byte[_cells[cell].Count], null) ?? _known[cell]!;   // ! : just set

    private void Ask(int cell, int row, byte[] known)
    {
        byte answer = _matches(_cells[cell][row].Fields) ? Yes : No;
        if (Interlocked.CompareExchange(ref known[row], answer, Unknown) == Unknown)
            Interlocked.Decrement(ref _missing[cell]);
    }

    private double Sample()
    {
        long rows = _cells.Sum(cell => (long)cell.Count), before = 0;
        long step = Math.Max(1, rows / SampleRows), next = step / 2;
        int asked = 0, matching = 0;
        for (int cell = 0; cell < _cells.Length; before += _cells[cell++].Count)
        {
            for (; next < before + _cells[cell].Count; next += step)
            {
                asked++;
                matching += Matches(cell, (int)(next - before)) ? 1 : 0;
            }
        }
        // None of so many may still be half of one in truth.
        return asked == 0 ? 1 : Math.Max(matching, 0.5) / asked;
    }
}

using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <summary>Which rows of an index match a filter, as far as anybody has asked: no row is asked twice, also after a write, since a row that changes becomes
/// another one.</summary>
/// <remarks>
/// <para>Good for all states of one set of cells: those that came of them by appending and removing, and those made anew of the rows that were left.</para>
/// <para>Threads: any number, each with the state that it looks at. Two may ask the same row at the same time, and both write down the same.</para>
/// <para>Memory: one byte a row, cell by cell as they are visited.</para>
/// </remarks>
internal sealed class FilteredRows(int cells, Func<Item, bool> matches)
{
    // How many rows are asked for the share: a filter that keeps 1 % then has ten of them, give or take three.
    private const int SampleRows = 1_000;

    private const byte Unknown = 0, No = 1, Yes = 2;

    private readonly Answers?[] _answers = new Answers?[cells];
    private Summary? _summary;
    private int _uses;

    /// <summary>To be called by each search.</summary>
    /// <returns>How often it was.</returns>
    public int Use() => Interlocked.Increment(ref _uses);

    /// <param name="number">Of the cell.</param>
    public bool Matches(IvfCell cell, int number, int row)
    {
        byte[] known = AnswersOf(cell, number);
        return known[row] == Unknown ? Ask(cell, row, known) : known[row] == Yes;
    }

    /// <summary>The next row of a cell that matches, from <paramref name="row"/> on, dead ones too; −1 when there is none.</summary>
    /// <param name="number">Of the cell.</param>
    public int Next(IvfCell cell, int number, int row)
    {
        byte[] known = AnswersOf(cell, number);
        while (true)
        {
            int next = known.AsSpan(row, cell.Length - row).IndexOfAnyExcept(No);
            if (next < 0)
                return -1;
            row += next;
            if (known[row] == Yes || Ask(cell, row, known))
                return row;
            row++;
        }
    }

    /// <summary>About how many of the rows match, 0 … 1 and never 0, by a sample drawn evenly from all cells; and how many are not known yet.</summary>
    public (double Share, int Unasked) Summarize(IvfCell[] state)
    {
        Summary? last = Volatile.Read(ref _summary);
        double share = last?.State == state ? last.Share : Sample(state);
        int unasked = last?.State == state && last.Unasked == 0 ? 0 : CountUnasked(state);
        if (last?.State != state || last.Unasked != unasked)
            Volatile.Write(ref _summary, new(state, share, unasked));
        return (share, unasked);
    }

    private byte[] AnswersOf(IvfCell cell, int number)
    {
        Answers? there = Volatile.Read(ref _answers[number]);
        bool isOfLine = there?.Line == cell.Line;
        if (isOfLine && there!.Known.Length >= cell.Length)   // ! : of a line
            return there.Known;
        var known = new byte[cell.Length + (isOfLine ? cell.Length / 4 + 16 : 0)];
        if (isOfLine)
            there!.Known.CopyTo(known, 0);
        // What another thread writes down meanwhile is lost, and asked again.
        Volatile.Write(ref _answers[number], new(cell.Line, known));
        return known;
    }

    private bool Ask(IvfCell cell, int row, byte[] known)
    {
        bool matching = matches(cell[row].Fields);
        known[row] = matching ? Yes : No;
        return matching;
    }

    private int CountUnasked(IvfCell[] state)
    {
        int unasked = 0;
        for (int number = 0; number < state.Length; number++)
            unasked += AnswersOf(state[number], number).AsSpan(0, state[number].Length).Count(Unknown);
        return unasked;
    }

    private double Sample(IvfCell[] state)
    {
        long rows = state.Sum(cell => (long)cell.Length), before = 0;
        long step = Math.Max(1, rows / SampleRows), next = step / 2;
        int asked = 0, matching = 0;
        for (int number = 0; number < state.Length; before += state[number++].Length)
        {
            for (; next < before + state[number].Length; next += step)
            {
                int row = (int)(next - before);
                if (state[number].IsDead(row))
                    continue;
                asked++;
                matching += Matches(state[number], number, row) ? 1 : 0;
            }
        }
        // None of so many may still be half of one in truth.
        return asked == 0 ? 1 : Math.Max(matching, 0.5) / asked;
    }

    /// <param name="Known">Of each row of a cell of this line, and of some to come.</param>
    private sealed record Answers(object Line, byte[] Known);

    private sealed record Summary(IvfCell[] State, double Share, int Unasked);
}

using System.Runtime.InteropServices;
using Hybrid.Vectors;

namespace Hybrid.Recommending.Sources;

/// <summary>For each item the items related to it, with how strongly: the rows of a sparse matrix.</summary>
/// <remarks>Eight bytes a relation. Threads: immutable.</remarks>
internal sealed class RelatedRows
{
    private readonly (int[] Items, float[] Values)[] _rows;

    private RelatedRows((int[] Items, float[] Values)[] rows) => _rows = rows;

    /// <summary>Makes the rows, several at a time; the same log gives the same rows, however many threads there are.</summary>
    /// <param name="items">How many rows and columns.</param>
    /// <param name="most">The strongest relations that are kept a row; 0: all.</param>
    /// <param name="fill">Adds what is related to an item.</param>
    /// <param name="strength">Of (row, column, sum of what was added): what is kept; nothing where it is 0 or less.</param>
    public static RelatedRows Make(
        int items, int most, Action<int, RowSums> fill, Func<int, int, double, double> strength, CancellationToken cancellationToken)
    {
        var rows = new (int[] Items, float[] Values)[items];
        Parallel.For(0, items, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => new RowSums(items), (row, _, sums) =>
            {
                fill(row, sums);
                rows[row] = sums.Take(row, most, strength);
                return sums;
            }, _ => { });
        return new RelatedRows(rows);
    }

    public void Write(SourceFile.Writer file)
    {
        file.Write(_rows.Length);
        foreach ((int[] items, float[] values) in _rows)
        {
            file.Write<int>(items);
            file.Write<float>(values);
        }
    }

    /// <param name="items">How many rows and columns there are.</param>
    public static RelatedRows Read(int items, SourceFile.Reader file)
    {
        if (file.ReadCount() != items)
            throw new FormatException("it has another number of items than the log.");
        var rows = new (int[] Items, float[] Values)[items];
        for (int row = 0; row < items; row++)
        {
            rows[row] = (file.ReadPlaces(items), file.ReadArray<float>());
            if (rows[row].Items.Length != rows[row].Values.Length)
                throw new FormatException("its parts do not fit.");
        }
        return new RelatedRows(rows);
    }

    /// <summary>scores += weight · row.</summary>
    public void Add(int row, float weight, Span<float> scores)
    {
        (int[] items, float[] values) = _rows[row];
        for (int i = 0; i < items.Length; i++)
            scores[items[i]] += weight * values[i];
    }

    /// <summary>How strongly an item is related; 0 where it is not.</summary>
    public float Find(int row, int item) => Array.BinarySearch(_rows[row].Items, item) is >= 0 and int place ? _rows[row].Values[place] : 0;

    /// <summary>One row in the making, used again for the next.</summary>
    internal sealed class RowSums(int items)
    {
        private readonly double[] _sums = new double[items];
        private readonly List<int> _touched = [];
        private float[] _values = [];

        public void Add(int item, double value)
        {
            if (_sums[item] == 0)
                _touched.Add(item);
            _sums[item] += value;
        }

        public (int[] Items, float[] Values) Take(int row, int most, Func<int, int, double, double> strength)
        {
            if (_values.Length < _touched.Count)
                _values = new float[Math.Min(items, 2 * _touched.Count)];
            Span<int> found = CollectionsMarshal.AsSpan(_touched);
            int n = 0;
            foreach (int item in found)
            {
                float value = (float)strength(row, item, _sums[item]);
                _sums[item] = 0;
                if (value > 0)
                    (found[n], _values[n++]) = (item, value);
            }
            (int[] Items, float[] Values) kept = most > 0 && n > most
                ? Strongest(found[..n], _values.AsSpan(0, n), most) : ([.. found[..n]], [.. _values.AsSpan(0, n)]);
            Array.Sort(kept.Items, kept.Values);
            _touched.Clear();
            return kept;
        }

        /// <summary>Of those that are as strong as the last one kept, the first by id.</summary>
        private static (int[] Items, float[] Values) Strongest(Span<int> found, Span<float> values, int most)
        {
            float[] ordered = [.. values];
            float least = Ranks.Greatest(ordered, most);
            int[] items = new int[most];
            float[] strengths = new float[most];
            var equal = new List<int>();
            int n = 0;
            for (int i = 0; i < found.Length; i++)
            {
                if (values[i] > least)
                    (items[n], strengths[n++]) = (found[i], values[i]);
                else if (values[i] == least)
                    equal.Add(found[i]);
            }
            equal.Sort();
            CollectionsMarshal.AsSpan(equal)[..(most - n)].CopyTo(items.AsSpan(n));
            strengths.AsSpan(n).Fill(least);
            return (items, strengths);
        }
    }
}

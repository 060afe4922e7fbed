using System.Numerics.Tensors;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

/// <summary>IVF_FLAT in memory: unit vectors in the cells of a k-means, of which a search visits the nearest.</summary>
/// <remarks>
/// <para>Scores: cosine in [−1, 1], ties by <see cref="ItemId"/>. A search of all cells gives the bits and the order of a scan.</para>
/// <para>Threads: many searches, or one writer; the collection holds the lock.</para>
/// <para>Memory: the vectors, and about 100 bytes a row.</para>
/// </remarks>
internal sealed partial class IvfIndex(int dimension, IvfOptions options)
{
    private const int Iterations = 10;

    /// <summary>k-means learns from this many rows a cell: more costs time and moves the centroids little (FAISS takes 256 as its most, too).</summary>
    private const int SampledRowsPerCell = 256;

    /// <summary>Below this a cell is not worth its centroid.</summary>
    private const int LeastRowsPerCell = 32;

    /// <summary>So few rows are scanned in well under a millisecond, cells or not.</summary>
    private const int WorthCells = 4096;

    /// <summary>Scores kept at a time, 4 KB: they stay in the first cache.</summary>
    private const int Block = 1024;

    private readonly Dictionary<ItemId, (int Cell, int Row)> _places = [];
    private float[] _centroids = [];
    private IvfCell[] _cells = [new(dimension)];
    private long _changes;

    public int Count => _places.Count;

    /// <summary>0 before it was built: then all rows are in one place and every search is a scan.</summary>
    public int Cells => _centroids.Length / Dimension;

    public int Dimension { get; } = dimension;

    public IEnumerable<ItemId> Items => _places.Keys;

    /// <summary>Whether so much was written since the cells were made that making them anew is worth it.</summary>
    public bool IsStale => Cells == 0 ? Count > WorthCells : _changes > Count / 2 && Count > WorthCells;

    /// <summary>Adds a row, or replaces the one with this id; the next search sees it.</summary>
    /// <param name="vector">[d], copied.</param>
    public void Upsert(Item fields, ReadOnlySpan<float> vector)
    {
        int cell = NearestCell(vector);
        _changes++;
        if (_places.TryGetValue(fields.Id, out (int Cell, int Row) place))
        {
            if (place.Cell == cell)
            {
                _cells[cell].Replace(place.Row, fields, vector);
                return;
            }
            RemoveRow(place);
        }
        _places[fields.Id] = (cell, _cells[cell].Count);
        vector.CopyTo(_cells[cell].Add(fields));
    }

    public bool Remove(ItemId item)
    {
        if (!_places.Remove(item, out (int Cell, int Row) place))
            return false;
        _changes++;
        RemoveRow(place);
        return true;
    }

    public bool Contains(ItemId item) => _places.ContainsKey(item);

    /// <summary>An item's row, its vector exactly as it was written.</summary>
    public bool TryGet(ItemId item, out StoredItem row)
    {
        bool found = _places.TryGetValue(item, out (int Cell, int Row) place);
        row = found ? new StoredItem(_cells[place.Cell].Items[place.Row], _cells[place.Cell].Vector(place.Row).ToArray()) : default;
        return found;
    }

    /// <summary>The nearest rows that match, best first; from further cells, nearest first, while fewer than <paramref name="count"/> were found in the probed ones.</summary>
    public IReadOnlyList<Neighbor> Search(ReadOnlySpan<float> query, int count, int probes, Func<Item, bool>? matches, CancellationToken cancellationToken)
    {
        if (Cells == 0 || probes >= Cells)
            return Scan(query, count, matches);
        float[] toCentroids = new float[Cells];
        InnerProducts.ScoreRows(query, _centroids, toCentroids);
        int[] order = [.. Enumerable.Range(0, Cells)];
        Array.Sort(toCentroids, order, Comparer<float>.Create((x, y) => y.CompareTo(x)));

        var top = new TopScores<ItemId>(count);
        for (int visited = 0; visited < Cells && (visited < probes || !top.IsFull); visited++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ScanCell(_cells[order[visited]], query, matches, top);
        }
        return Neighbors(top);
    }

    /// <summary>The nearest rows that match by a look at every row: exact, and the measure of <see cref="Search"/>.</summary>
    public IReadOnlyList<Neighbor> Scan(ReadOnlySpan<float> query, int count, Func<Item, bool>? matches)
    {
        var top = new TopScores<ItemId>(count);
        foreach (IvfCell cell in _cells)
            ScanCell(cell, query, matches, top);
        return Neighbors(top);
    }

    /// <summary>Makes the cells anew from the rows now here; cancelled or failed, everything is as before.</summary>
    /// <remarks>Memory: a second copy of the vectors while it runs.</remarks>
    public void Build(CancellationToken cancellationToken)
    {
        int wanted = options.Cells > 0 ? options.Cells : (int)Math.Ceiling(Math.Sqrt(Count));
        int k = Math.Min(wanted, Math.Max(1, Count / LeastRowsPerCell));
        if (Count == 0)
        {
            (_centroids, _cells, _changes) = ([], [new IvfCell(Dimension)], 0);
            return;
        }
        float[] centroids = KMeans.Train(Sample(k * SampledRowsPerCell), Dimension, k, Iterations, options.Seed, cancellationToken);

        var assigned = new int[_cells.Length][];
        var sizes = new int[k];
        for (int c = 0; c < _cells.Length; c++)
        {
            assigned[c] = new int[_cells[c].Count];
            KMeans.Assign(_cells[c].Vectors, Dimension, centroids, assigned[c], [], cancellationToken);
            foreach (int cell in assigned[c])
                sizes[cell]++;
        }
        IvfCell[] cells = [.. sizes.Select(size => new IvfCell(Dimension, size))];
        for (int c = 0; c < _cells.Length; c++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int row = 0; row < assigned[c].Length; row++)
                _cells[c].Vector(row).CopyTo(cells[assigned[c][row]].Add(_cells[c].Items[row]));
        }
        // Nothing can fail from here on.
        (_centroids, _cells, _changes) = (centroids, cells, 0);
        FindPlaces();
    }

    private void FindPlaces()
    {
        for (int c = 0; c < _cells.Length; c++)
        {
            for (int row = 0; row < _cells[c].Count; row++)
                _places[_cells[c].Items[row].Id] = (c, row);
        }
    }

    /// <summary>At most <paramref name="count"/> rows, drawn without repetition; in the order of ids, so that a start from another arrangement of the same rows draws the same.</summary>
    private float[] Sample(int count)
    {
        ItemId[] ids = [.. _places.Keys];
        Array.Sort(ids);
        if (ids.Length > count)
        {
            new Random(options.Seed).Shuffle(ids);
            ids = ids[..count];
        }
        float[] rows = new float[ids.Length * Dimension];
        for (int i = 0; i < ids.Length; i++)
        {
            (int cell, int row) = _places[ids[i]];
            _cells[cell].Vector(row).CopyTo(rows.AsSpan(i * Dimension));
        }
        return rows;
    }

    private int NearestCell(ReadOnlySpan<float> vector)
    {
        if (Cells == 0)
            return 0;
        float[] scores = new float[Cells];
        InnerProducts.ScoreRows(vector, _centroids, scores);
        return TensorPrimitives.IndexOfMax<float>(scores);
    }

    private void RemoveRow((int Cell, int Row) place)
    {
        if (_cells[place.Cell].RemoveAt(place.Row) is { } moved)
            _places[moved.Id] = place;
    }

    private static void ScanCell(IvfCell cell, ReadOnlySpan<float> query, Func<Item, bool>? matches, TopScores<ItemId> top)
    {
        Span<float> scores = stackalloc float[Block];
        for (int first = 0; first < cell.Count; first += Block)
        {
            int n = Math.Min(Block, cell.Count - first);
            InnerProducts.ScoreRows(query, cell.Vectors.Span.Slice(first * query.Length, n * query.Length), scores[..n]);
            ReadOnlySpan<Item> items = cell.Items.Slice(first, n);
            for (int i = 0; i < n; i++)
            {
                // Rounding can lift a score above 1; clamped before it is compared, so that equal ones tie.
                float score = Math.Clamp(scores[i], -1, 1);
                if (score >= top.Threshold && (matches is null || matches(items[i])))
                    top.Add(items[i].Id, score);
            }
        }
    }

    private static Neighbor[] Neighbors(TopScores<ItemId> top) => [.. top.Drain().Select(kept => new Neighbor(kept.Key, kept.Score))];
}

using System.Buffers;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

internal sealed partial class IvfIndex
{
    // What k-means learns from more rows a cell changes the cells little.
    private const int TrainingRowsPerCell = 256;

    // The time of k-means grows with cells times rows: many cells get fewer rows each, about as many as faiss asks for before it warns (39), and as many
    // rounds as its inverted files.
    private const int TrainingRowsPerCellOfMany = 40, TrainingRoundsOfMany = 10;

    // 1 GiB: the most that training copies, and that the centroids may take.
    private const int MostTrainingFloats = 1 << 28;

    // Rows whose neighbours are counted: .99 is then known to .003 for the ten nearest.
    private const int RecallQueries = 256;

    /// <summary>Makes the cells anew for the rows now there; cancelled or failed, it leaves everything as it was. Not beside a write: build a
    /// <see cref="Copy"/>.</summary>
    /// <remarks>
    /// <para>The same rows and seed give the same cells, whatever order they came in.</para>
    /// <para>Cost: k-means over at most 256 rows a cell, then one pass over all rows; of an index that is too large to be looked at whole, another 256 to
    /// learn how many cells recall takes. Memory: up to a second copy of the vectors while it runs.</para>
    /// </remarks>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Build(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Layout old = _layout;
        int n = old.Count;
        if (n == 0)
        {
            _layout = Layout.OneCell(Dimension, Wanted);
            return;
        }
        (ItemId Id, RowPlace Place)[] live = [.. Live(old)];
        ItemId[] ids = Array.ConvertAll(live, row => row.Id);
        RowPlace[] places = Array.ConvertAll(live, row => row.Place);
        Array.Sort(ids, places);
        int wanted = CellsFor(n);
        float[] sample = Sample(old, places, SampleRows(n, wanted));
        int rounds = wanted <= IvfDefaults.FewestCells ? KMeans.MostRounds : TrainingRoundsOfMany;
        float[] centroids = KMeans.Train(sample, Dimension, wanted, _options.Seed, cancellationToken, rounds).Centroids;
        var nearest = new int[n];
        KMeans.ForEachChunk(n, (first, count) =>
        {
            float[] rows = ArrayPool<float>.Shared.Rent(count * Dimension);
            for (int r = 0; r < count; r++)
                old.Cells[places[first + r].Cell].Vector(places[first + r].Row).Span.CopyTo(rows.AsSpan(r * Dimension));
            NearestCentroids.Find(rows.AsSpan(0, count * Dimension), centroids, Dimension, nearest.AsSpan(first, count), new float[count]);
            ArrayPool<float>.Shared.Return(rows);
        }, cancellationToken);

        var sizes = new int[centroids.Length / Dimension];
        foreach (int cell in nearest)
            sizes[cell]++;
        IvfCell[] cells = [.. sizes.Select((size, cell) => new IvfCell(Dimension, centroids.AsMemory(cell * Dimension, Dimension), size))];
        for (int r = 0; r < n; r++)
        {
            if (r % IvfCell.BlockRows == 0)
                cancellationToken.ThrowIfCancellationRequested();
            IvfCell from = old.Cells[places[r].Cell], to = cells[nearest[r]];
            cells[nearest[r]] = to.Append(from[places[r].Row]);
        }
        var built = new Layout(centroids, cells, new RowPlaces(cells, out _), Wanted, n, null, new FilterCache()) { Count = n, Target = old.Target };
        if (n > _mostExactRows || built.Target is not null)
            built = built with { Probes = Measure(built, cancellationToken) };
        _layout = built;
    }

    /// <summary>How many cells a search has to visit for a recall.</summary>
    /// <param name="recall">Above 0 and below 1, of the 10 nearest and of as many as are asked for; null: <see cref="IvfDefaults.Recall"/>, or where there are
    /// few rows all of them.</param>
    /// <returns>Null: all.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public RecallProbes? Measure(double? recall, CancellationToken cancellationToken)
    {
        Layout layout = _layout;
        return layout.Count > 0 && (recall is not null || layout.Count > _mostExactRows) ? Measure(layout with { Target = recall }, cancellationToken) : null;
    }

    /// <summary>Has searches that name no probes visit so many cells from now on, and builds measure for this recall.</summary>
    /// <param name="probes">As <see cref="Measure(double?, CancellationToken)"/> has found for these cells.</param>
    public void Tune(double? recall, RecallProbes? probes) => _layout = _layout with { Target = recall, Probes = probes };

    internal int CellsFor(int rows)
    {
        int cells = _options.Cells switch
        {
            null => rows <= IvfDefaults.RowsOfFewestCells ? IvfDefaults.FewestCells : (int)Math.Min(65_536, Math.Ceiling(4 * Math.Sqrt(rows))),
            0 => (int)Math.Ceiling(Math.Sqrt(rows)),
            { } wanted => wanted,
        };
        return Math.Min(Math.Min(cells, rows), MostTrainingFloats / Dimension);
    }

    internal int SampleRows(int rows, int cells)
    {
        long wanted = Math.Max(Math.Min(cells, IvfDefaults.FewestCells) * (long)TrainingRowsPerCell, cells * (long)TrainingRowsPerCellOfMany);
        return (int)Math.Min(Math.Min(rows, wanted), MostTrainingFloats / Dimension);
    }

    /// <summary>How many cells the nearest rows of a sample of rows are in.</summary>
    private RecallProbes Measure(Layout layout, CancellationToken cancellationToken)
    {
        var random = new Random(_options.Seed);
        (ItemId Id, RowPlace Place)[] rows = [.. Live(layout)];
        var cellOf = rows.ToDictionary(row => row.Id, row => row.Place.Cell);
        RowPlace[] queries = [.. Enumerable.Range(0, RecallQueries).Select(_ => rows[random.Next(rows.Length)].Place)];
        var measured = new RecallProbes.Measurement(layout.Cells.Length);
        KMeans.ForEachRow(queries.Length, q =>
        {
            (int cell, int row) = queries[q];
            ReadOnlySpan<float> query = layout.Cells[cell].Vector(row).Span;
            var ranked = new long[layout.Cells.Length];
            Rank(query, layout.Centroids, ranked);
            var nearest = new NearestItems(RecallProbes.MostDepth + 1, grouping: null);
            var visit = new Visit(layout, query, new CodedQuery(query), nearest, cancellationToken);
            var ranks = new int[layout.Cells.Length];
            for (int rank = 0; rank < ranked.Length; rank++)
            {
                ranks[CellOf(ranked[rank])] = rank;
                visit.Cell(CellOf(ranked[rank]));
            }
            ItemId itself = layout.Cells[cell][row].Id;
            measured.Add([.. nearest.ToNeighbors().Where(n => n.Item != itself).Take(RecallProbes.MostDepth).Select(n => ranks[cellOf[n.Item]])]);
        }, cancellationToken);
        return measured.ProbesFor(IvfDefaults.MeasuredFor(layout.Target));
    }

    /// <summary>[count × d]: rows drawn at random, none twice.</summary>
    private float[] Sample(Layout layout, RowPlace[] places, int count)
    {
        var random = new Random(_options.Seed);
        var sample = GC.AllocateUninitializedArray<float>(count * Dimension);
        int drawn = 0;
        for (int r = 0; drawn < count; r++)
        {
            if (random.NextDouble() * (places.Length - r) < count - drawn)
                layout.Cells[places[r].Cell].Vector(places[r].Row).Span.CopyTo(sample.AsSpan(drawn++ * Dimension));
        }
        return sample;
    }
}

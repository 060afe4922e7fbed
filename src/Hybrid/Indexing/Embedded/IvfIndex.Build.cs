using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

internal sealed partial class IvfIndex
{
    // What k-means learns from more rows a cell changes the cells little.
    private const int TrainingRowsPerCell = 256;

    // 1 GiB: the most that training copies, and that the centroids may take.
    private const int MostTrainingFloats = 1 << 28;

    /// <summary>Makes the cells anew for the rows now there; cancelled or failed, it leaves everything as it was.</summary>
    /// <remarks>
    /// <para>The same rows and seed give the same cells, whatever order they came in.</para>
    /// <para>Cost: k-means over at most 256 rows a cell, then one pass over all rows. Memory: up to a second copy of the vectors while it runs.</para>
    /// </remarks>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Build(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Layout old = _layout;
        int n = old.Places.Count;
        if (n == 0)
        {
            (_layout, _changes) = (Layout.OneCell(Dimension, _options.Cells), 0);
            return;
        }
        ItemId[] ids = [.. old.Places.Keys];
        Array.Sort(ids);
        Place[] places = Array.ConvertAll(ids, id => old.Places[id]);
        int wanted = CellsFor(n);
        float[] centroids = KMeans.Train(Sample(old, places, SampleRows(n, wanted)), Dimension, wanted, _options.Seed, cancellationToken).Centroids;
        var nearest = new int[n];
        KMeans.ForEachRow(n, r => nearest[r] = KMeans.Nearest(old.Cells[places[r].Cell].Vector(places[r].Row), centroids).Cell, cancellationToken);

        var sizes = new int[centroids.Length / Dimension];
        foreach (int cell in nearest)
            sizes[cell]++;
        IvfCell[] cells = Array.ConvertAll(sizes, size => new IvfCell(Dimension, size));
        var moved = new Dictionary<ItemId, Place>(n);
        for (int r = 0; r < n; r++)
        {
            if (r % IvfCell.BlockRows == 0)
                cancellationToken.ThrowIfCancellationRequested();
            IvfCell from = old.Cells[places[r].Cell], to = cells[nearest[r]];
            moved.Add(ids[r], new Place(nearest[r], to.Count));
            to.Append(from[places[r].Row], from.Vector(places[r].Row));
        }
        (_layout, _changes) = (new Layout(centroids, cells, moved, _options.Cells, n), 0);
    }

    internal int CellsFor(int rows)
    {
        int cells = _options.Cells != 0 ? _options.Cells : (int)Math.Ceiling(Math.Sqrt(rows));
        return Math.Min(Math.Min(cells, rows), MostTrainingFloats / Dimension);
    }

    internal int SampleRows(int rows, int cells) => (int)Math.Min(Math.Min(rows, (long)cells * TrainingRowsPerCell), MostTrainingFloats / Dimension);

    /// <summary>[count × d]: rows drawn at random, none twice.</summary>
    private float[] Sample(Layout layout, Place[] places, int count)
    {
        var random = new Random(_options.Seed);
        var sample = GC.AllocateUninitializedArray<float>(count * Dimension);
        int drawn = 0;
        for (int r = 0; drawn < count; r++)
        {
            if (random.NextDouble() * (places.Length - r) < count - drawn)
                layout.Cells[places[r].Cell].Vector(places[r].Row).CopyTo(sample.AsSpan(drawn++ * Dimension));
        }
        return sample;
    }
}

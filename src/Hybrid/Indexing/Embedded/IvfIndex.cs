using System.Runtime.CompilerServices;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

/// <summary>The rows of a collection in memory, split into cells by k-means on their vectors (IVF_FLAT).</summary>
/// <remarks>
/// <para>Scores: inner product, which is the cosine for the unit vectors that callers must pass, cut to [−1, 1]; equal scores come in ascending
/// <see cref="ItemId"/>.</para>
/// <para>Threads: many searches, or one write. <see cref="Build"/> and <see cref="Save"/> may run beside searches but not beside a write.</para>
/// <para>Memory: the vectors, at most a quarter more where rows came one by one, and about 100 bytes a row beside the items and fingerprints.</para>
/// </remarks>
internal sealed partial class IvfIndex
{
    public const int MaxDimension = VectorArguments.MaxDimension;

    // A scan of this many rows takes a fraction of a millisecond: cells would gain nothing.
    private const int WorthCells = 4096;

    /// <summary>Up to so many rows a search that names no probes looks at all.</summary>
    /// <remarks>There are 128 cells then, and cells gain little: for the ten nearest of 100,000 film texts 96 of them are visited in 2.0 ms (1.9 – 2.0), recall
    /// .988, where all take 2.7 (2.5 – 2.7); of 200,000 in 1,789 cells 734 in 4.0 ms (4.0 – 4.0), recall .998, where all take 8.3 (8.1 – 8.3).
    /// `dotnet run -c Release --project tests/Hybrid.Benchmarks -- plan --data FOLDER --rounds 2 --rows 100000 --exact 0`, and `--rows 200000`.</remarks>
    public const int MostExactRows = 100_000;

    private readonly IvfOptions _options;
    private readonly int _mostExactRows;
    private volatile Layout _layout;
    private int _changes;   // rows that came, went or changed cells since the cells were made

    /// <param name="dimension">1 … <see cref="MaxDimension"/>.</param>
    /// <param name="mostExactRows">As <see cref="MostExactRows"/>; measurements and tests set another.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension is outside its range.</exception>
    public IvfIndex(int dimension, IvfOptions options, int mostExactRows = MostExactRows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, MaxDimension);
        _options = options;
        _mostExactRows = mostExactRows;
        Dimension = dimension;
        _layout = Layout.OneCell(dimension, Wanted);
    }

    /// <summary>Floats per vector.</summary>
    public int Dimension { get; }

    public int Count => _layout.Places.Count;

    /// <summary>1 before the index was built.</summary>
    public int Cells => _layout.Cells.Length;

    /// <summary>Whether a search that names no probes looks at every row.</summary>
    public bool IsExact => _layout.Probes is null;

    /// <summary>Cells that a search visits for the 10 nearest rows when it names no probes.</summary>
    public int PlannedProbes => _layout.Probes?.For(10) ?? Cells;

    public IEnumerable<ItemId> Items => _layout.Places.Keys;

    /// <summary>Whether a <see cref="Build"/> is worth its time: the rows are many and half of them are not those that the cells were made for, or other
    /// cells are wanted.</summary>
    public bool IsStale => Count >= WorthCells && (_changes > _layout.BuiltRows / 2 || _layout.Wanted != Wanted);

    private int Wanted => _options.Cells ?? Layout.BySize;

    public bool Contains(ItemId item) => _layout.Places.ContainsKey(item);

    /// <summary>An item's row as it was written.</summary>
    /// <param name="withVector">Whether it has a copy of its vector.</param>
    public bool TryGet(ItemId item, bool withVector, out StoredItem row)
    {
        row = default;
        if (!_layout.Places.TryGetValue(item, out Place place))
            return false;
        IvfCell cell = _layout.Cells[place.Cell];
        row = withVector ? cell[place.Row] with { Vector = cell.Vector(place.Row).ToArray() } : cell[place.Row];
        return true;
    }

    /// <summary>Adds an item, or replaces it whole; the next search sees it.</summary>
    /// <param name="row">Without a vector.</param>
    /// <param name="vector">[d], of unit length (the collection checks that before anything is stored); it is copied.</param>
    /// <exception cref="ArgumentException">The vector has another length, or the item has no id.</exception>
    public void Upsert(in StoredItem row, ReadOnlySpan<float> vector)
    {
        ThrowIfOtherDimension(vector);
        ItemId id = row.Fields.Id;
        if (id == default)
            throw new ArgumentException("An item without an id cannot be indexed.", nameof(row));
        _layout.Filters.Clear();
        int cell = KMeans.Nearest(vector, _layout.Centroids).Cell;
        if (_layout.Places.TryGetValue(id, out Place place))
        {
            if (place.Cell == cell)
            {
                _layout.Cells[cell].Replace(place.Row, row, vector);
                return;
            }
            TakeOut(place);
        }
        _layout.Places[id] = new Place(cell, _layout.Cells[cell].Count);
        _layout.Cells[cell].Append(row, vector);
        _changes++;
    }

    /// <returns>False when it was not there.</returns>
    public bool Remove(ItemId item)
    {
        if (!_layout.Places.Remove(item, out Place place))
            return false;
        _layout.Filters.Clear();
        TakeOut(place);
        _changes++;
        return true;
    }

    private void TakeOut(Place place)
    {
        if (_layout.Cells[place.Cell].RemoveAt(place.Row) is { } moved)
            _layout.Places[moved.Id] = place;
    }

    private void ThrowIfOtherDimension(ReadOnlySpan<float> vector, [CallerArgumentExpression(nameof(vector))] string? name = null)
    {
        if (vector.Length != Dimension)
            throw new ArgumentException($"The index has vectors of {Dimension} floats, this one has {vector.Length}.", name);
    }

    private readonly record struct Place(int Cell, int Row);

    /// <summary>All that a build replaces at once.</summary>
    /// <param name="Centroids">[cells × d].</param>
    /// <param name="Wanted"><see cref="IvfOptions.Cells"/> at the time, or <see cref="BySize"/>.</param>
    /// <param name="BuiltRows">Rows that the cells were made for; 0 when they never were.</param>
    /// <param name="Probes">What recall takes; null where every search that names no probes looks at every row.</param>
    private sealed record Layout(float[] Centroids, IvfCell[] Cells, Dictionary<ItemId, Place> Places, int Wanted, int BuiltRows, RecallProbes? Probes)
    {
        public const int BySize = -1;

        /// <summary>What is known of the rows that are now there.</summary>
        public FilterCache Filters { get; } = new();

        // A centroid of zeros: everything is nearest to it.
        public static Layout OneCell(int dimension, int wanted) => new(new float[dimension], [new IvfCell(dimension)], [], wanted, 0, null);
    }
}

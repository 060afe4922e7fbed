using System.Runtime.CompilerServices;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <summary>The rows of a collection in memory, split into cells by k-means on their vectors (IVF_FLAT).</summary>
/// <remarks>
/// <para>Scores: inner product, which is the cosine for the unit vectors that callers must pass, cut to [−1, 1]; equal scores come in ascending
/// <see cref="ItemId"/>.</para>
/// <para>Threads: one writer, any number of readers, and nobody waits for anybody: each call reads the rows as they were when it began. Rows that are written
/// within one <see cref="Change"/> are seen together.</para>
/// <para>Memory: the vectors where they are. Of each row a byte and an eighth a component, and what is known of it, which of rows that were saved stay in
/// their file; and some 60 bytes. Rows that were written since, or that a filter has looked at, have some 200 bytes more; at most a quarter more where they
/// came one by one, and up to a half more where they were replaced.</para>
/// </remarks>
internal sealed partial class IvfIndex
{
    public const int MaxDimension = VectorArguments.MaxDimension;

    // A scan of this many rows takes a fraction of a millisecond: cells would gain nothing.
    private const int WorthCells = 4096;

    /// <summary>Up to so many rows a search that names no probes looks at all.</summary>
    /// <remarks>So that what is found is certain, in a millisecond. Of 100,000 film texts it would take 2.2 ms (2.0 – 2.2), and a service that answers 500
    /// questions a second a whole processor, in the place of .41 ms (.40 – .42) at a recall of .99.
    /// `dotnet run -c Release --project tests/Hybrid.Benchmarks -- writers --data FOLDER`, and `-- faiss`.</remarks>
    public const int MostExactRows = 50_000;

    private readonly IvfOptions _options;
    private readonly int _mostExactRows;
    // Of the newest layout; taken for a moment by who publishes one, or looks for an item.
    private readonly Lock _placing = new();
    private volatile Layout _layout;
    private Batch? _batch;   // the writer's, not published yet

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

    public int Count => _layout.Count;

    /// <summary>Likewise, with those that were removed or replaced and still take room.</summary>
    public int RowsWithDead => _layout.Cells.Sum(cell => cell.Length);

    /// <summary>1 before the index was built.</summary>
    public int Cells => _layout.Cells.Length;

    /// <summary>Whether a search that names no probes looks at every row.</summary>
    public bool IsExact => _layout.Probes is null;

    /// <summary>The recall that searches that name no probes are made for.</summary>
    public double TargetRecall => _layout.Probes is null ? 1 : _layout.Target ?? IvfDefaults.Recall;

    /// <summary>Cells that a search visits for the 10 nearest rows when it names no probes.</summary>
    public int PlannedProbes => _layout.Probes?.For(10) ?? Cells;

    public IEnumerable<ItemId> Items => Live(_layout).Select(row => row.Id);

    /// <summary>Whether a <see cref="Build"/> is worth its time: the rows are many, and of those that the cells were made for a quarter has come, gone or moved
    /// since (a half, while all rows are looked at anyway); or other cells are wanted.</summary>
    public bool IsStale
    {
        get
        {
            Layout layout = _layout;
            return layout.Count >= WorthCells
                && (layout.Changes > layout.BuiltRows / (layout.Count <= _mostExactRows ? 2 : 4) || layout.Wanted != Wanted);
        }
    }

    private int Wanted => _options.Cells ?? Layout.BySize;

    /// <summary>The rows as they are now, in a moment, to be searched or saved or built; not to be written to before it was built.</summary>
    public IvfIndex Copy() => new(this);

    private IvfIndex(IvfIndex other)
        : this(other.Dimension, other._options, other._mostExactRows) => _layout = other._layout;

    public bool Contains(ItemId item)
    {
        lock (_placing)
            return _layout.Places.Find(item, _layout.Cells) is not null;
    }

    /// <summary>The rows of those items that are there, as they were written, all at one moment.</summary>
    /// <param name="withVectors">Whether they have copies of their vectors.</param>
    public Dictionary<ItemId, StoredItem> Get(IReadOnlyCollection<ItemId> items, bool withVectors)
    {
        Layout layout;
        var places = new List<RowPlace>(items.Count);
        lock (_placing)
        {
            layout = _layout;
            foreach (ItemId item in items)
            {
                if (layout.Places.Find(item, layout.Cells) is { } place)
                    places.Add(place);
            }
        }
        var found = new Dictionary<ItemId, StoredItem>(places.Count);
        foreach ((int number, int row) in places)
        {
            IvfCell cell = layout.Cells[number];
            StoredItem stored = cell[row].Stored;
            found[stored.Fields.Id] = withVectors ? stored with { Vector = cell.Vector(row).ToArray() } : stored;
        }
        return found;
    }

    /// <summary>Adds an item, or replaces it whole; the next search sees it, or within a <see cref="Change"/> the first one after it.</summary>
    /// <param name="row">Without a vector.</param>
    /// <param name="vector">[d], of unit length (the collection checks that before anything is stored); it is held, and must stay as it is.</param>
    /// <param name="place">Of the vector, by which a loaded index finds it again.</param>
    /// <exception cref="ArgumentException">The vector has another length, or the item has no id.</exception>
    public void Upsert(in StoredItem row, ReadOnlyMemory<float> vector, long place = 0)
    {
        ThrowIfOtherDimension(vector.Span);
        if (row.Fields.Id == default)
            throw new ArgumentException("An item without an id cannot be indexed.", nameof(row));
        var added = new IndexedRow(new WrittenRow(row, place), 0, vector);
        if (_batch is { } batch)
        {
            batch.Upsert(row.Fields.Id, added);
            return;
        }
        batch = new Batch(_layout);
        batch.Upsert(row.Fields.Id, added);
        Publish(batch);
    }

    /// <returns>False when it was not there.</returns>
    public bool Remove(ItemId item)
    {
        if (_batch is { } batch)
            return batch.Remove(item);
        batch = new Batch(_layout);
        if (!batch.Remove(item))
            return false;
        Publish(batch);
        return true;
    }

    /// <summary>Runs what upserts and removes; all of it is seen at once when it has ended, and nothing of it where it fails.</summary>
    /// <returns>What <paramref name="work"/> returns; false: nothing of it is kept.</returns>
    public bool Change(Func<bool> work)
    {
        var batch = new Batch(_layout);
        _batch = batch;
        try
        {
            if (!work())
                return false;
        }
        finally
        {
            _batch = null;
        }
        Publish(batch);
        return true;
    }

    private void Publish(Batch batch)
    {
        Layout next = batch.ToLayout();
        lock (_placing)
        {
            batch.Place(next.Places);
            _layout = next;
        }
    }

    /// <summary>Every row that was not removed, cell by cell.</summary>
    private static IEnumerable<(ItemId Id, RowPlace Place)> Live(Layout layout)
    {
        for (int number = 0; number < layout.Cells.Length; number++)
        {
            IvfCell cell = layout.Cells[number];
            for (int row = 0; row < cell.Length; row++)
            {
                if (!cell.IsDead(row))
                    yield return (cell[row].Id, new(number, row));
            }
        }
    }

    private void ThrowIfOtherDimension(ReadOnlySpan<float> vector, [CallerArgumentExpression(nameof(vector))] string? name = null)
    {
        if (vector.Length != Dimension)
            throw new ArgumentException($"The index has vectors of {Dimension} floats, this one has {vector.Length}.", name);
    }

    /// <summary>The rows at one moment. Immutable, but for the places.</summary>
    /// <param name="Centroids">[cells × d].</param>
    /// <param name="Places">Of the newest layout of those that share it, under the lock of the index.</param>
    /// <param name="Wanted"><see cref="IvfOptions.Cells"/> at the time, or <see cref="BySize"/>.</param>
    /// <param name="BuiltRows">Rows that the cells were made for; 0 when they never were.</param>
    /// <param name="Probes">What recall takes; null where every search that names no probes looks at every row.</param>
    /// <param name="Filters">What is known of the rows of these cells.</param>
    private sealed record Layout(
        float[] Centroids, IvfCell[] Cells, RowPlaces Places, int Wanted, int BuiltRows, RecallProbes? Probes, FilterCache Filters)
    {
        public const int BySize = -1;

        /// <summary>Rows that were not removed.</summary>
        public int Count { get; init; }

        /// <summary>The recall that somebody has asked for.</summary>
        public double? Target { get; init; }

        /// <summary>Rows that came, went or changed cells since the cells were made.</summary>
        public int Changes { get; init; }

        // A centroid of zeros: everything is nearest to it.
        public static Layout OneCell(int dimension, int wanted) => new(new float[dimension], [new IvfCell(dimension)], new(), wanted, 0, null, new());
    }
}

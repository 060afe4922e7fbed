using System.Runtime.CompilerServices;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Contracts;

/// <summary>Rows in a dictionary, for tests of who writes them; it is searched by none. The next write may be cut, and any may come once more later.</summary>
/// <remarks>Threads: one caller at a time.</remarks>
public sealed class MemoryCollection(string name, VectorSpace space) : IVectorCollection, IBulkTarget
{
    private readonly SortedDictionary<ItemId, StoredItem> _rows = [];
    private readonly List<Action> _taken = [];
    private bool _isLoading;
    private ItemId _loaded;

    public string Name => name;

    public VectorSpace Space => space;

    /// <summary>Cuts the connection once, so many rows of writes from now on: a write that is cut has written the rows before; null: never.</summary>
    public int? CutsAfter { get; set; }

    /// <summary>Done once, after the next write was taken and before its caller hears of it.</summary>
    public Func<Task>? Meanwhile { get; set; }

    /// <summary>How many writes it has taken.</summary>
    public int Writes => _taken.Count;

    public IReadOnlyCollection<StoredItem> Rows => _rows.Values;

    /// <summary>Takes a write of before once more, as from a network that kept it.</summary>
    public void Replay(int write) => _taken[write]();

    public Task<long> CountAsync(CancellationToken cancellationToken = default) => Task.FromResult((long)_rows.Count);

    public Task UpsertAsync(ItemBatch batch, CancellationToken cancellationToken = default) => WriteAsync([.. Enumerable.Range(0, batch.Items.Count)
        .Select(i => (Action)(() => _rows[batch.Items[i].Id] = new(batch.Items[i], batch.Vectors.Slice(i * space.Dimension, space.Dimension),
            batch.Sequences[i], batch.Fingerprints[i])))]);

    public Task RemoveAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default) =>
        WriteAsync([.. items.Select(item => (Action)(() => _rows.Remove(item)))]);

    public Task<IReadOnlyDictionary<ItemId, StoredItem>> GetAsync(
        IReadOnlyCollection<ItemId> items, bool withVectors = true, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyDictionary<ItemId, StoredItem>>(items.Where(_rows.ContainsKey).ToDictionary(item => item, item => _rows[item]));

    public Task<bool> TakesBulkAsync(CancellationToken cancellationToken = default) => Task.FromResult(_isLoading || _rows.Count == 0);

    public async Task<long> BulkLoadAsync(
        Func<ItemId, IAsyncEnumerable<ItemBatch>> rowsAfter, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        _isLoading = true;
        await foreach (ItemBatch batch in rowsAfter(_loaded).WithCancellation(cancellationToken))
        {
            await UpsertAsync(batch, cancellationToken);
            _loaded = batch.Items[^1].Id;
        }
        (_isLoading, _loaded) = (false, default);
        return _rows.Count;
    }

    public async IAsyncEnumerable<StoredItem> ReadAsync(
        ItemId after = default, bool withVectors = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (StoredItem row in _rows.Values.Where(row => after == default || row.Fields.Id > after).ToArray())
            yield return row;
    }

    public Task<IReadOnlyList<Neighbor>> SearchAsync(
        QueryVector query, int count, SearchOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<IReadOnlyList<Neighbor>>> SearchManyAsync(IReadOnlyList<QueryVector> queries, int count, SearchOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task BuildIndexAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task TuneIndexAsync(double? recall, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task<IndexDescription> DescribeIndexAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(new IndexDescription { Type = "FLAT", Cells = 1, Probes = 1 });

    private async Task WriteAsync(Action[] rows)
    {
        if (rows.Length == 0)
            return;
        if (CutsAfter is { } left && left <= rows.Length)
        {
            CutsAfter = null;
            foreach (Action row in rows.Take(left))
                row();
            throw new VectorStoreException(name, "write", "the connection was cut. Try again.", isTransient: true);
        }
        CutsAfter -= rows.Length;
        foreach (Action row in rows)
            row();
        _taken.Add(() => Array.ForEach(rows, row => row()));
        if (Meanwhile is { } meanwhile)
        {
            Meanwhile = null;
            await meanwhile();
        }
    }
}

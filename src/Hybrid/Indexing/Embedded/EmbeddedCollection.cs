using System.Runtime.CompilerServices;
using Hybrid.Catalog;
using Hybrid.Records;
using Hybrid.Records.Sqlite;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;

namespace Hybrid.Indexing.Embedded;

/// <summary>A collection in the embedded store: rows in SQLite, searched through an index in memory.</summary>
/// <remarks>
/// <para>A write is committed first and then applied to the index; it is acknowledged when both are done. Each call of UpsertAsync or RemoveAsync is one
/// transaction: after a failure nothing of it is kept, and no read sees a part of it.</para>
/// <para>What another process has committed is noticed by the next read here. A little of it is read before that read answers; of much, or while another
/// call is at it, the read answers from what is there, and later ones have the rest when it has been read in the background.</para>
/// <para>Threads: reads run side by side, each on the rows as they were when it began, and wait for no write, no build and no reload; writes wait for each
/// other. Work runs on the thread pool. A call after the store was closed is refused with an <see cref="ObjectDisposedException"/>.</para>
/// <para>The cells are made anew in the background when a quarter of the rows that they were made for has changed (a half, as long as every search looks at
/// all rows anyway): by one process at a time, and the others take over what it has saved.</para>
/// </remarks>
public sealed partial class EmbeddedCollection : IVectorCollection
{
    private static readonly SearchOptions None = new();

    private readonly Database _database;
    private readonly CollectionTable _table;
    private readonly RunningCalls _calls;
    private readonly Sidecar? _sidecar;
    private readonly IvfOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationToken _closing;
    private readonly Lock _writing = new();
    private readonly Lock _building = new();
    private readonly Lock _following = new();

    // Replaced and written to under _following, read at any time.
    private volatile IvfIndex _index;

    // Under _following: the revision whose rows the index has, and the saved file that was looked at or written last.
    private long _revision;
    private long _epoch;

    private long _seenVersion = -1;
    private volatile bool _takesLong;   // what is done under _following just now
    private int _isMaintained;   // 1 while work in the background is under way
    private volatile bool _unsaved;
    private volatile bool _dropped;

    /// <exception cref="VectorStoreException">The collection is gone, or the store failed.</exception>
    /// <param name="closing">Cancelled when the store is closed: work in the background ends.</param>
    internal EmbeddedCollection(Database database, VectorSegments segments, RunningCalls calls, CollectionRow row, IvfOptions options, ILogger logger,
        CancellationToken closing, CancellationToken cancellationToken)
    {
        _closing = closing;
        _database = database;
        _calls = calls;
        _options = options;
        _logger = logger;
        Name = row.Name.ToString();
        Space = row.Space;
        _table = new CollectionTable(database, segments, row.Id, Name, Space.Dimension);
        _sidecar = StoreFolder.SidecarOf(database, row);
        (_index, _revision, _epoch) = Load($"open {Name}", cancellationToken);
        if (_index.IsStale)
            MaintainLater();
    }

    public string Name { get; }

    public VectorSpace Space { get; }

    public Task<long> CountAsync(CancellationToken cancellationToken = default) =>
        _calls.RunAsync(() => (long)Current(cancellationToken).Count, cancellationToken);

    public Task UpsertAsync(ItemBatch batch, CancellationToken cancellationToken = default) => _calls.RunAsync(() =>
    {
        VectorArguments.ThrowIfNotOf(Space, batch);
        if (batch.Items.Count == 0)
            return;
        lock (_writing)
        {
            (long revision, long[] places, ReadOnlyMemory<float>[] vectors) = _table.Upsert(batch, cancellationToken);
            Apply(revision, index =>
            {
                for (int i = 0; i < batch.Items.Count; i++)
                {
                    var row = new StoredItem(StoredFields.Of(batch.Items[i]), default, batch.SequenceOf(i), batch.FingerprintOf(i));
                    index.Upsert(row, vectors[i], places[i]);
                }
            });
        }
    }, cancellationToken);

    public Task RemoveAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default) => _calls.RunAsync(() =>
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
            return;
        lock (_writing)
        {
            Apply(_table.Remove(items, cancellationToken), index =>
            {
                foreach (ItemId item in items)
                    index.Remove(item);
            });
        }
    }, cancellationToken);

    public Task<IReadOnlyDictionary<ItemId, StoredItem>> GetAsync(
        IReadOnlyCollection<ItemId> items, bool withVectors = true, CancellationToken cancellationToken = default) =>
        _calls.RunAsync<IReadOnlyDictionary<ItemId, StoredItem>>(() =>
    {
        ArgumentNullException.ThrowIfNull(items);
        return Current(cancellationToken).Get(items, withVectors);
    }, cancellationToken);

    public async IAsyncEnumerable<StoredItem> ReadAsync(
        ItemId after = default, bool withVectors = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        CollectionRow? first = null;
        long count = 0;
        bool isFromFirst = after == default;
        while (true)
        {
            ItemId from = after;
            (CollectionRow state, List<StoredItem> page) = await _calls.RunAsync(() => _table.ReadPage(from, withVectors, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            first ??= state;
            foreach (StoredItem row in page)
                yield return row;
            count += page.Count;
            if (page.Count < CollectionTable.PageRows)
            {
                if (isFromFirst && state == first)
                    _table.ThrowIfNotAll($"read {Name}", count, state);
                yield break;
            }
            after = page[^1].Fields.Id;
        }
    }

    public Task<IReadOnlyList<Neighbor>> SearchAsync(
        QueryVector query, int count, SearchOptions? options = null, CancellationToken cancellationToken = default) => _calls.RunAsync(() =>
        Search([query], count, options ?? None, cancellationToken)[0], cancellationToken);

    public Task<IReadOnlyList<IReadOnlyList<Neighbor>>> SearchManyAsync(
        IReadOnlyList<QueryVector> queries, int count, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return _calls.RunAsync<IReadOnlyList<IReadOnlyList<Neighbor>>>(() => Search(queries, count, options ?? None, cancellationToken), cancellationToken);
    }

    /// <summary>Makes the cells anew from the rows in the database, and saves the index beside it.</summary>
    /// <remarks>Memory: a second copy of the vectors while it runs. Searches and writes go on meanwhile; after a failure or a cancellation the index is as
    /// before.</remarks>
    /// <exception cref="VectorStoreException">The store failed, or can only be read; or the index is in use and could not be saved, and the next start makes it
    /// again.</exception>
    public Task BuildIndexAsync(CancellationToken cancellationToken = default) => _calls.RunAsync(() =>
    {
        lock (_building)
            Build($"build the index of {Name}", cancellationToken);
    }, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="VectorStoreException">As <see cref="BuildIndexAsync"/>.</exception>
    public Task TuneIndexAsync(double? recall, CancellationToken cancellationToken = default)
    {
        VectorArguments.ThrowIfNoRecall(recall);
        return _calls.RunAsync(() =>
        {
            lock (_building)
                Tune($"tune the index of {Name}", recall, cancellationToken);
        }, cancellationToken);
    }

    public Task<IndexDescription> DescribeIndexAsync(CancellationToken cancellationToken = default) => _calls.RunAsync(() =>
    {
        IvfIndex index = Current(cancellationToken);
        FileInfo? file = _sidecar is null ? null : new FileInfo(_sidecar.Path);
        return new IndexDescription
        {
            Type = "IVF_FLAT",
            Cells = index.Cells,
            Probes = Math.Min(index.Cells, _options.Probes ?? index.PlannedProbes),
            TargetRecall = _options.Probes is not null ? null : index.TargetRecall,
            IsStale = index.IsStale,
            IsSaved = _sidecar is not null && !_unsaved,
            File = file?.FullName,
            FileBytes = file is { Exists: true } ? file.Length : 0,
        };
    }, cancellationToken);

    /// <summary>Saves what has changed; a failure is only noted, because the database has everything. No call may be under way.</summary>
    internal void Close()
    {
        try
        {
            if (!_unsaved || _sidecar is null || _database.IsReadOnly)
                return;
            lock (_following)
                Follow(CancellationToken.None);
            Save(_index, _revision, out _);
        }
        catch (VectorStoreException e) when (e.IsGone)
        {
            // Dropped by another process: there is nothing to save any more.
        }
        catch (Exception e) when (e is VectorStoreException or IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning(e, "The index of {Collection} could not be saved. The next start makes it again.", Name);
        }
    }

    private IReadOnlyList<Neighbor>[] Search(IReadOnlyList<QueryVector> queries, int count, SearchOptions options, CancellationToken cancellationToken)
    {
        foreach (QueryVector query in queries)
            VectorArguments.ThrowIfNotOf(Space, query, count);
        VectorArguments.ThrowIfOutOfRange(count, options.Offset);
        using ExcludedItems? excluded = options.Exclude is { Count: > 0 } left ? new ExcludedItems(left) : null;
        int? probes = options.Probes ?? _options.Probes;
        int most = count + options.Offset;
        Func<Item, bool>? others = excluded is null ? null : item => !excluded.Contains(item.Id);
        Grouping? grouping = options.GroupBy is { } name ? new Grouping(name) : null;
        IvfIndex index = Current(cancellationToken);
        // As many cells as there are find what an exact plan finds, and that may be cheaper.
        IReadOnlyList<Neighbor>[] found = probes is { } cells && cells < index.Cells ? OfCells(index.Copy(), cells)
            : queries.Count == 1 ? [index.Search(queries[0].Vector.Span, most, options.Filter, others, grouping, exact: probes is not null, cancellationToken)]
            : index.SearchMany(
                [.. queries.Select(query => query.Vector)], most, options.Filter, others, grouping, exact: probes is not null, cancellationToken);
        return options is { Offset: 0, MinScore: null } ? found
            : Array.ConvertAll<IReadOnlyList<Neighbor>, IReadOnlyList<Neighbor>>(
                found, best => [.. best.TakeWhile(n => !(n.Score < options.MinScore)).Skip(options.Offset)]);

        IReadOnlyList<Neighbor>[] OfCells(IvfIndex index, int cells)
        {
            Func<Item, bool>? matches = Matches(options.Filter, others);
            return [.. queries.Select(query => index.Search(query.Vector.Span, most, cells, matches, cancellationToken, grouping))];
        }
    }

    private static Func<Item, bool>? Matches(Filter? filter, Func<Item, bool>? others) =>
        filter is null ? others : others is null ? filter.Matches : item => others(item) && filter.Matches(item);

    /// <summary>From here on every use fails, also in memory, where the database is not asked before a read.</summary>
    internal void MarkDropped() => _dropped = true;

    /// <summary>The index, with what other processes have committed as far as that does not keep the caller waiting.</summary>
    private IvfIndex Current(CancellationToken cancellationToken)
    {
        CatchUp(cancellationToken);
        return _index;
    }
}

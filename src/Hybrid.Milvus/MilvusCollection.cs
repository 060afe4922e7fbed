using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Milvus.Client;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;

namespace Hybrid.Milvus;

/// <summary>A collection on a Milvus server.</summary>
/// <remarks>
/// <para>Loaded into the server's memory by the first read. A write is acknowledged when the server has it in its log, and seen by the reads of this store
/// from then on. After a failure of a large one some
/// rows may be in; repeating it is safe.</para>
/// <para>Filters mean what they mean in the embedded store. What the server cannot check is checked here, among the nearest 16,384 rows that the rest of
/// the filter lets through; where these are not enough, the search is refused and says so.</para>
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim whose wait handle nobody asks for holds nothing.")]
public sealed partial class MilvusCollection : IVectorCollection
{
    private readonly StoreCalls _calls;
    private readonly StoreCalls.Loaded _loaded;
    private readonly MilvusStoreOptions _options;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _building = new(1);
    private readonly NearestRows _nearest;
    private volatile bool _isDropped;
    private volatile bool _isLoaded;

    internal MilvusCollection(StoreCalls calls, string name, string physical, CollectionIdentity identity, MilvusStoreOptions options, ILogger logger)
    {
        _calls = calls;
        _options = options;
        _logger = logger;
        _loaded = new StoreCalls.Loaded(name, physical, options.Replicas);
        _nearest = new NearestRows(calls, SearchedFields.Of(physical), options.Consistency);
        Name = name;
        Space = identity.Space;
        Maker = identity.Maker;
    }

    public string Name { get; }

    public VectorSpace Space { get; }

    /// <summary>Of this very collection, not of another one of its name.</summary>
    internal string Maker { get; }

    private MilvusClient Client => _calls.Client;

    private string Physical => _loaded.Physical;

    /// <remarks>Counted by the server in all its segments: some milliseconds. While it is being loaded by <see cref="BulkLoadAsync"/>: the rows known to be
    /// in.</remarks>
    public Task<long> CountAsync(CancellationToken cancellationToken = default) => RunAsync("count", async () =>
        !_isLoaded && await ReadLoadAsync(cancellationToken).ConfigureAwait(false) is { } load ? load.Rows
            : await CountLoadedAsync(cancellationToken).ConfigureAwait(false), cancellationToken);

    /// <exception cref="ArgumentException">Likewise where a value is longer than the server takes.</exception>
    /// <inheritdoc/>
    public Task UpsertAsync(ItemBatch batch, CancellationToken cancellationToken = default) => RunAsync("write to", async () =>
    {
        VectorArguments.ThrowIfNotOf(Space, batch);
        return batch.Items.Count == 0 ? default
            : await Client.UpsertAsync(new WriteRequest(Physical, RowColumns.Of(batch)), cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    public Task RemoveAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default) => RunAsync("remove from", async () =>
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Count == 0 ? default
            : await Client.DeleteAsync(Physical, RowSchema.Key, [.. items.Select(item => item.Value).Distinct()], cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    public Task<IReadOnlyDictionary<ItemId, StoredItem>> GetAsync(
        IReadOnlyCollection<ItemId> items, bool withVectors = true, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyDictionary<ItemId, StoredItem>>("read from", async () =>
    {
        ArgumentNullException.ThrowIfNull(items);
        string[] keys = [.. items.Where(item => item != default).Select(item => item.Value).Distinct()];
        IReadOnlyList<RowSet> found = await Client.GetAsync(
            Physical, RowSchema.Key, keys, RowColumns.FieldsOf(withVectors), _options.Consistency, cancellationToken).ConfigureAwait(false);
        return found.SelectMany(rows => RowColumns.Rows(rows, withVectors)).DistinctBy(row => row.Fields.Id).ToDictionary(row => row.Fields.Id);
    }, cancellationToken);

    public async IAsyncEnumerable<StoredItem> ReadAsync(
        ItemId after = default, bool withVectors = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // So that a page of wide vectors is no larger than one of many rows.
        int pageRows = Math.Clamp((8 << 20) / (Space.Dimension * sizeof(float) + 1000), 2, 2000);
        // Whoever reads all compares, or copies: nobody's write may be missing. After one answer that has waited for all of them the server is no longer
        // behind, and a wait at each page would be 200 ms each.
        var query = new QueryRequest(Physical) { OutputFields = RowColumns.FieldsOf(withVectors), Consistency = ConsistencyLevel.Strong, Limit = pageRows };
        bool? sendsFirst = null;
        while (true)
        {
            IReadOnlyList<StoredItem> page = await ReadAsync("read", async () =>
            {
                sendsFirst ??= await SendsFirstKeysAsync(cancellationToken).ConfigureAwait(false);
                return await ReadPageAsync(query, after, sendsFirst.Value, withVectors, cancellationToken).ConfigureAwait(false);
            }, cancellationToken).ConfigureAwait(false);
            query = query with { Consistency = _options.Consistency };
            // A short page is not the last: 2.3 ends one where the first of its segments has no more rows (milvus #32059).
            if (page.Count == 0)
                yield break;
            foreach (StoredItem row in page.OrderBy(row => row.Fields.Id))
            {
                after = row.Fields.Id;
                yield return row;
            }
        }
    }

    public async Task<IReadOnlyList<Neighbor>> SearchAsync(
        QueryVector query, int count, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        (await SearchManyAsync([query], count, options, cancellationToken).ConfigureAwait(false))[0];

    /// <remarks>All are sent in one message where that can hold them.</remarks>
    /// <inheritdoc/>
    public Task<IReadOnlyList<IReadOnlyList<Neighbor>>> SearchManyAsync(
        IReadOnlyList<QueryVector> queries, int count, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        options ??= new SearchOptions();
        return ReadAsync("search", async () =>
        {
            foreach (QueryVector query in queries)
                VectorArguments.ThrowIfNotOf(Space, query, count);
            VectorArguments.ThrowIfOutOfRange(count, options.Offset);
            Probing probing = await ReadProbingAsync(cancellationToken).ConfigureAwait(false);
            return await _nearest.SearchAsync(queries, count, options, probing, cancellationToken).ConfigureAwait(false);
        }, cancellationToken);
    }

    /// <summary>The first rows behind a key, in any order; none where there are no more.</summary>
    private async Task<IReadOnlyList<StoredItem>> ReadPageAsync(
        QueryRequest query, ItemId after, bool sendsFirst, bool withVectors, CancellationToken cancellationToken)
    {
        string from = after == default ? "" : after.Value;
        if (sendsFirst)
        {
            string behind = $"{RowSchema.Key} > {FilterExpression.Quote(from)}";
            return RowColumns.Rows(await Client.QueryAsync(query with { Filter = behind }, cancellationToken).ConfigureAwait(false), withVectors);
        }
        await foreach (RowSet page in Client.QueryPagesAsync(query with { Limit = null }, SearchedFields.Of(Physical).Key, from, query.Limit ?? 1_000,
            cancellationToken).ConfigureAwait(false))
            return RowColumns.Rows(page, withVectors);
        return [];
    }

    /// <summary>Whether the server sends the first rows by key for a limit. Milvus-lite sends any: to find the first ones then costs a count a page, which
    /// others are spared.</summary>
    private async Task<bool> SendsFirstKeysAsync(CancellationToken cancellationToken) =>
        !(await Client.GetVersionAsync(cancellationToken).ConfigureAwait(false)).StartsWith("milvus_lite", StringComparison.Ordinal);

    /// <summary>From here on every call fails, also where another collection got the name.</summary>
    internal void MarkDropped() => _isDropped = true;

    /// <summary>A call that needs the rows in the server's memory. A collection is brought there by the first: those that are only written to need not
    /// be.</summary>
    private Task<T> ReadAsync<T>(string operation, Func<Task<T>> work, CancellationToken cancellationToken) => RunAsync(operation, async () =>
    {
        await LoadOnceAsync(cancellationToken).ConfigureAwait(false);
        return await work().ConfigureAwait(false);
    }, cancellationToken);

    private async Task LoadOnceAsync(CancellationToken cancellationToken)
    {
        if (_isLoaded)
            return;
        // A load that was interrupted has left it without an index, and servers bring nothing into memory without one.
        if (await FindIndexAsync(cancellationToken).ConfigureAwait(false) is null)
            await Client.CreateIndexAsync(IndexOf(Physical, IvfDefaults.FewestCells), cancellationToken).ConfigureAwait(false);
        await Client.LoadAsync(Physical, _options.Replicas, cancellationToken: cancellationToken).ConfigureAwait(false);
        _isLoaded = true;
    }

    private async Task<long> CountLoadedAsync(CancellationToken cancellationToken)
    {
        await LoadOnceAsync(cancellationToken).ConfigureAwait(false);
        return await Client.CountAsync(Physical, consistency: _options.Consistency, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private Task<T> RunAsync<T>(string operation, Func<Task<T>> work, CancellationToken cancellationToken) =>
        _calls.RunAsync($"{operation} {Name}", _loaded, () => _isDropped ? throw _calls.Gone($"{operation} {Name}", Name) : work(), cancellationToken);
}

using System.Globalization;
using System.Runtime.CompilerServices;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Filters;
using Hybrid.Milvus.Client;
using Hybrid.Vectors;

namespace Hybrid.Milvus;

/// <summary>A collection that Hybrid did not make: keys and vectors that can be searched and read.</summary>
/// <remarks>Its rows have no fields that filters know but the id. Whether its vectors are of length 1 is the caller's to know: with the metrics IP and L2
/// scores are cosines only if they are.</remarks>
internal sealed class ForeignCollection(StoreCalls calls, SearchedFields fields, VectorSpace space, Probing probing, MilvusStoreOptions options)
    : IVectorCollection
{
    private readonly NearestRows _nearest = new(calls, fields, options.Consistency);
    private readonly StoreCalls.Loaded _loaded = new(fields.Physical, fields.Physical, options.Replicas);

    public string Name => fields.Physical;

    public VectorSpace Space => space;

    public Task<long> CountAsync(CancellationToken cancellationToken = default) =>
        RunAsync("count", () => calls.Client.CountAsync(Name, consistency: options.Consistency, cancellationToken: cancellationToken), cancellationToken);

    public Task UpsertAsync(ItemBatch batch, CancellationToken cancellationToken = default) => throw ReadOnly("write to");

    public Task RemoveAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default) => throw ReadOnly("remove from");

    public Task BuildIndexAsync(CancellationToken cancellationToken = default) => throw ReadOnly("build the index of");

    public Task TuneIndexAsync(double? recall, CancellationToken cancellationToken = default) => throw ReadOnly("tune the index of");

    public Task<IReadOnlyDictionary<ItemId, StoredItem>> GetAsync(
        IReadOnlyCollection<ItemId> items, bool withVectors = true, CancellationToken cancellationToken = default) =>
        RunAsync<IReadOnlyDictionary<ItemId, StoredItem>>("read from", async () =>
    {
        ArgumentNullException.ThrowIfNull(items);
        var found = new Dictionary<ItemId, StoredItem>();
        foreach (ItemId[] some in items.Distinct().Chunk(1000))
        {
            string[] keys = [.. some.Select(LiteralOf).OfType<string>()];
            if (keys.Length == 0)
                continue;
            RowSet rows = await calls.Client.QueryAsync(QueryOf(withVectors) with { Filter = $"{fields.Key.Name} in [{string.Join(',', keys)}]" },
                cancellationToken)
                .ConfigureAwait(false);
            foreach (StoredItem row in Rows(rows, withVectors))
                found[row.Fields.Id] = row;
        }
        return found;
    }, cancellationToken);

    /// <remarks>By key as the server orders them: numbers by their value.</remarks>
    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredItem> ReadAsync(
        ItemId after = default, bool withVectors = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        object? from = after == default ? null : fields.Key.Type == FieldType.VarChar ? after.Value : long.Parse(after.Value, CultureInfo.InvariantCulture);
        await foreach (RowSet page in calls.Client.QueryPagesAsync(QueryOf(withVectors), fields.Key, from,
            cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            IEnumerable<StoredItem> rows = Rows(page, withVectors);
            rows = fields.Key.Type == FieldType.VarChar ? rows.OrderBy(row => row.Fields.Id)
                : rows.OrderBy(row => long.Parse(row.Fields.Id.Value, CultureInfo.InvariantCulture));
            foreach (StoredItem row in rows)
                yield return row;
        }
    }

    public async Task<IReadOnlyList<Neighbor>> SearchAsync(
        QueryVector query, int count, SearchOptions? search = null, CancellationToken cancellationToken = default) =>
        (await SearchManyAsync([query], count, search, cancellationToken).ConfigureAwait(false))[0];

    /// <exception cref="ArgumentException">Likewise of a filter or a group by anything but the id.</exception>
    /// <inheritdoc/>
    public Task<IReadOnlyList<IReadOnlyList<Neighbor>>> SearchManyAsync(
        IReadOnlyList<QueryVector> queries, int count, SearchOptions? search = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        search ??= new SearchOptions();
        return RunAsync("search", () =>
        {
            foreach (QueryVector query in queries)
                VectorArguments.ThrowIfNotOf(Space, query, count);
            VectorArguments.ThrowIfOutOfRange(count, search.Offset);
            string? unknown = search.Filter is { } filter ? FieldBesideId(filter.Root) : search.GroupBy is { } by && by != FilterField.Id.Name ? by : null;
            if (unknown is not null)
                throw new ArgumentException($"{Name} was not made by Hybrid and has no {unknown} that it knows: only the id can be asked for.", nameof(search));
            return _nearest.SearchAsync(queries, count, search, probing, cancellationToken);
        }, cancellationToken);
    }

    public Task<IndexDescription> DescribeIndexAsync(CancellationToken cancellationToken = default) => RunAsync("describe the index of", async () =>
    {
        IndexInfo? index = (await calls.Client.DescribeIndexesAsync(Name,
            cancellationToken).ConfigureAwait(false)).FirstOrDefault(i => i.Field == fields.Vector);
        return new IndexDescription { Type = index?.Type ?? "none", Cells = probing.Cells, Probes = probing.Probes, IsSaved = true };
    }, cancellationToken);

    private Task<T> RunAsync<T>(string operation, Func<Task<T>> work, CancellationToken cancellationToken) =>
        calls.RunAsync($"{operation} {Name}", _loaded, work, cancellationToken);

    private VectorStoreException ReadOnly(string operation) => calls.Failure($"{operation} {Name}",
        "Hybrid did not make this collection, and only reads it. Copy it into one of its own first.");

    private QueryRequest QueryOf(bool withVectors) => new(Name)
    {
        OutputFields = withVectors ? [fields.Key.Name, fields.Vector] : [fields.Key.Name],
        Consistency = options.Consistency,
    };

    private List<StoredItem> Rows(RowSet rows, bool withVectors)
    {
        if (rows.Count == 0)
            return [];
        IReadOnlyList<ItemId> keys = SearchedFields.KeysOf(rows.Columns.First(column => column.Name == fields.Key.Name));
        VectorColumn? vectors = withVectors ? rows.Column<VectorColumn>(fields.Vector) : null;
        return [.. keys.Select((key, i) => new StoredItem(new Item(key), vectors is null ? default : vectors[i]))];
    }

    /// <summary>Null for what is no key of this collection.</summary>
    private string? LiteralOf(ItemId item) => fields.Key.Type == FieldType.VarChar ? FilterExpression.Quote(item.Value)
        : long.TryParse(item.Value, CultureInfo.InvariantCulture, out long number) && number.ToString(CultureInfo.InvariantCulture) == item.Value
            ? item.Value : null;

    /// <summary>What a filter asks for besides the id; null where that is all.</summary>
    private static string? FieldBesideId(FilterNode node) => node switch
    {
        ChainNode chain => chain.Operands.Select(FieldBesideId).FirstOrDefault(name => name is not null),
        NotNode not => FieldBesideId(not.Operand),
        NotInIdsNode => null,
        ComparisonNode comparison => Beside(comparison.Field),
        MembershipNode membership => Beside(membership.Field),
        LikeNode like => Beside(like.Field),
        NullNode absent => Beside(absent.Field),
        ExistsNode exists => Beside(exists.Field),
        ContainsNode contains => Beside(contains.Field),
        _ => "number",
    };

    private static string? Beside(FilterField field) => field == FilterField.Id ? null : field.Name;
}

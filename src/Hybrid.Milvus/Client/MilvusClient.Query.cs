using System.Globalization;
using System.Runtime.CompilerServices;
using Hybrid.Milvus.Client.Wire;
using KeyValuePair = Hybrid.Milvus.Client.Wire.KeyValuePair;

namespace Hybrid.Milvus.Client;

public sealed partial class MilvusClient
{
    /// <summary>The rows that match, in no order.</summary>
    public async Task<RowSet> QueryAsync(QueryRequest query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        (Wire.ConsistencyLevel level, ulong guarantee) = GuaranteeOf(query.Collection, query.Consistency);
        var request = new Wire.QueryRequest
        {
            CollectionName = query.Collection,
            Expr = query.Filter,
            GuaranteeTimestamp = guarantee,
            ConsistencyLevel = level,
            UseDefaultConsistency = query.Consistency is null,
        };
        request.OutputFields.AddRange(query.OutputFields);
        if (query.Limit is { } limit)
        {
            request.QueryParams.Add(new KeyValuePair { Key = "limit", Value = limit.ToString(CultureInfo.InvariantCulture) });
            // The first by key, not whichever a segment has at hand.
            request.QueryParams.Add(new KeyValuePair { Key = "reduce_stop_for_best", Value = "True" });
            if (query.Offset > 0)
                request.QueryParams.Add(new KeyValuePair { Key = "offset", Value = query.Offset.ToString(CultureInfo.InvariantCulture) });
        }
        if (query.IgnoresGrowing)
            request.QueryParams.Add(new KeyValuePair { Key = "ignore_growing", Value = "True" });
        QueryResults found = await CallAsync(RemoteCalls.Query, request, query.Collection, cancellationToken).ConfigureAwait(false);
        List<Column?> columns = [.. found.FieldsData.Select(Column.Of)];
        return new RowSet(columns.OfType<Column>().Select(column => column.Count).DefaultIfEmpty().Max(), columns);
    }

    /// <summary>How many rows match; of all rows where there is no filter. Counted by looking: deleted rows are not among them.</summary>
    public async Task<long> CountAsync(
        string collection, string filter = "", ConsistencyLevel? consistency = null, CancellationToken cancellationToken = default) =>
        await CountAsync(new QueryRequest(collection) { Filter = filter, OutputFields = [CountField], Consistency = consistency }, cancellationToken)
            .ConfigureAwait(false);

    private async Task<long> CountAsync(QueryRequest query, CancellationToken cancellationToken) =>
        (await QueryAsync(query, cancellationToken).ConfigureAwait(false)).Column<Int64Column>(CountField).Values[0];

    /// <summary>The rows of these keys that are there, in no order.</summary>
    /// <param name="keyField">The name of the key, a VARCHAR.</param>
    public async Task<IReadOnlyList<RowSet>> GetAsync(string collection, string keyField, IReadOnlyCollection<string> keys, IReadOnlyList<string> outputFields,
        ConsistencyLevel? consistency = null, CancellationToken cancellationToken = default)
    {
        var found = new List<RowSet>();
        foreach (string[] some in keys.Chunk(KeysAtOnce))
        {
            string filter = FilterExpression.In(keyField, some, int.MaxValue).Single();
            found.Add(await QueryAsync(
                new QueryRequest(collection) { Filter = filter, OutputFields = outputFields, Consistency = consistency },
                    cancellationToken).ConfigureAwait(false));
        }
        return found;
    }

    /// <summary>All rows that match, page after page by ascending key, however many there are.</summary>
    /// <remarks>Each page is of its own time: what is written meanwhile may or may not be there, what stays comes once. Each page is
    /// counted after it came: milvus-lite sends any rows for a limit, not the first by key, and 2.3 ends a page where a segment has no more (milvus #32059).
    /// Where rows are missing they are fetched with smaller ranges; a page has up to twice as many rows then.</remarks>
    /// <param name="query">Without limit and offset; the key among its fields.</param>
    /// <param name="key">The collection's key.</param>
    /// <param name="after">Only rows behind this key; a text or a number, as the key is.</param>
    /// <param name="pageRows">2 … 16,384.</param>
    public async IAsyncEnumerable<RowSet> QueryPagesAsync(QueryRequest query, FieldSchema key, object? after = null, int pageRows = 1000,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageRows, 2);
        if (key.Type == FieldType.VarChar)
            after ??= "";
        // Keys up to which all rows have still to be fetched, the next on top; under them the end.
        var bounds = new Stack<object>();
        while (true)
        {
            object? bound = bounds.Count > 0 ? bounds.Peek() : null;
            RowSet page = await QueryAsync(query with { Filter = Between(query.Filter, key.Name, after, bound), Limit = pageRows, Offset = 0 },
                cancellationToken)
                .ConfigureAwait(false);
            if (page.Count == 0)
            {
                if (bound is null)
                    yield break;
                after = bounds.Pop();
                continue;
            }
            (object middle, object last) = MiddleAndLast(page, key);
            string range = Between(query.Filter, key.Name, after, last);
            long rows = await CountAsync(query.Collection, range, query.Consistency, cancellationToken).ConfigureAwait(false);
            if (rows > page.Count)
            {
                if (rows > 2 * pageRows && !middle.Equals(bound) && !middle.Equals(last))
                {
                    bounds.Push(middle);
                    continue;
                }
                page = await QueryAsync(query with { Filter = range, Limit = null, Offset = 0 }, cancellationToken).ConfigureAwait(false);
            }
            if (page.Count > 0)
                yield return page;
            after = last;
        }
    }

    private static string Between(string filter, string key, object? after, object? upTo)
    {
        string?[] parts = [filter.Length == 0 ? null : $"({filter})", after is null ? null : $"{key} > {Literal(after)}", upTo is null ? null
            : $"{key} <= {Literal(upTo)}"];
        return string.Join(" and ", parts.OfType<string>());

        static string Literal(object value) => value is string text ? FilterExpression.Quote(text) : string.Create(CultureInfo.InvariantCulture, $"{value}");
    }

    // A server sends a page in any order.
    private static (object Middle, object Last) MiddleAndLast(RowSet page, FieldSchema key)
    {
        if (key.Type == FieldType.VarChar)
        {
            string[] texts = [.. page.Column<TextColumn>(key.Name).Values.Order(Utf8Keys)];
            return (texts[(texts.Length - 1) / 2], texts[^1]);
        }
        long[] numbers = [.. page.Column<Int64Column>(key.Name).Values.Order()];
        return (numbers[(numbers.Length - 1) / 2], numbers[^1]);
    }

    private const string CountField = "count(*)";

    // A server reads an expression whole; a thousand keys of 100 bytes are little, and a page of 384-d rows is 2 MB.
    private const int KeysAtOnce = 1000;

    private static readonly Comparer<string?> Utf8Keys = Comparer<string?>.Create(static (a, b) =>
        System.Text.Encoding.UTF8.GetBytes(a ?? "").AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(b ?? "")));

    private (Wire.ConsistencyLevel Level, ulong Guarantee) GuaranteeOf(string collection, ConsistencyLevel? consistency)
    {
        ulong guarantee = consistency switch
        {
            ConsistencyLevel.Strong => WriteTimes.Newest,
            ConsistencyLevel.Bounded => WriteTimes.SomeSecondsAgo,
            ConsistencyLevel.Eventually => WriteTimes.AnyTime,
            _ => _writes.GuaranteeOf(collection),
        };
        // A server goes by the level first: of session it takes the time as it stands, a small number as one long ago.
        return consistency switch
        {
            ConsistencyLevel.Session when guarantee == WriteTimes.Newest => (Wire.ConsistencyLevel.Strong, guarantee),
            ConsistencyLevel.Session when guarantee == WriteTimes.SomeSecondsAgo => (Wire.ConsistencyLevel.Bounded, guarantee),
            { } level => ((Wire.ConsistencyLevel)level, guarantee),
            null => (Wire.ConsistencyLevel.Strong, guarantee),
        };
    }
}

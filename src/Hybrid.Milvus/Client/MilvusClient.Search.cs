using System.Globalization;
using Hybrid.Milvus.Client.Wire;
using KeyValuePair = Hybrid.Milvus.Client.Wire.KeyValuePair;

namespace Hybrid.Milvus.Client;

public sealed partial class MilvusClient
{
    /// <summary>The nearest rows, best first; approximate where the index is.</summary>
    /// <exception cref="ArgumentException">The vectors are not whole ones, or there is none.</exception>
    public async Task<SearchHits> SearchAsync(SearchRequest search, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        if (search.Dimension < 1 || search.Vectors.Length == 0 || search.Vectors.Length % search.Dimension != 0)
            throw new ArgumentException($"{search.Vectors.Length} floats are no vectors of {search.Dimension}.", nameof(search));
        Wire.SearchRequest request = RequestOf(search);
        SearchResults found = await CallAsync(RemoteCalls.Search, request, search.Collection, cancellationToken).ConfigureAwait(false);
        return HitsOf(found.Results, (int)request.Nq);
    }

    internal Wire.SearchRequest RequestOf(SearchRequest search)
    {
        int queries = search.Vectors.Length / search.Dimension;
        var vectors = new PlaceholderValue { Tag = "$0", Type = DataType.FloatVector };
        for (int i = 0; i < queries; i++)
            vectors.Values.Add(FloatBytes.Wrap(search.Vectors.Slice(i * search.Dimension, search.Dimension)));
        var group = new PlaceholderGroup();
        group.Placeholders.Add(vectors);
        (Wire.ConsistencyLevel level, ulong guarantee) = GuaranteeOf(search.Collection, search.Consistency);
        var request = new Wire.SearchRequest
        {
            CollectionName = search.Collection,
            Dsl = search.Filter,
            DslType = 1,
            PlaceholderGroup = group,
            Nq = queries,
            GuaranteeTimestamp = guarantee,
            ConsistencyLevel = level,
            UseDefaultConsistency = search.Consistency is null,
        };
        request.OutputFields.AddRange(search.OutputFields);
        Add("topk", search.Count.ToString(CultureInfo.InvariantCulture));
        Add("params", ParametersOf(search));
        Add("round_decimal", "-1");
        if (search.Field is { } field)
            Add("anns_field", field);
        if (search.Metric is { } metric)
            Add("metric_type", metric);
        if (search.Offset > 0)
            Add("offset", search.Offset.ToString(CultureInfo.InvariantCulture));
        if (search.GroupBy is { } groupBy)
            Add("group_by_field", groupBy);
        return request;

        void Add(string key, string value) => request.SearchParams.Add(new KeyValuePair { Key = key, Value = value });
    }

    private static string ParametersOf(SearchRequest search)
    {
        string parameters = "";
        if (search.Probes is { } probes)
            parameters = string.Create(CultureInfo.InvariantCulture, $"\"nprobe\":{probes}");
        if (search.Ef is { } ef)
            parameters = string.Create(CultureInfo.InvariantCulture, $"{parameters}{(parameters.Length > 0 ? "," : "")}\"ef\":{ef}");
        if (search.Radius is { } radius)
            parameters = string.Create(CultureInfo.InvariantCulture, $"{parameters}{(parameters.Length > 0 ? "," : "")}\"radius\":{radius:R}");
        if (search.RangeFilter is { } upTo)
            parameters = string.Create(CultureInfo.InvariantCulture, $"{parameters}{(parameters.Length > 0 ? "," : "")}\"range_filter\":{upTo:R}");
        return $"{{{parameters}}}";
    }

    private static SearchHits HitsOf(SearchResultData found, int queries)
    {
        var ends = new int[queries];
        for (int i = 0, end = 0; i < queries; i++)
            ends[i] = end += i < found.Topks.Count ? (int)found.Topks[i] : 0;
        Column keys = found.Ids?.StrId is { } texts ? new TextColumn("", texts.Data) : new Int64Column("", found.Ids?.IntId?.Data ?? []);
        return new SearchHits(ends, keys, FloatBytes.Read(found.Scores), new RowSet(ends[^1], found.FieldsData.Select(Column.Of)));
    }
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hybrid.Milvus.Client;

public sealed partial class MilvusClient
{
    /// <summary>All hits of one vector, page after page, best first, also beyond the 16,384 that one search gives.</summary>
    /// <remarks>
    /// <para>Each page is a search of its own that leaves out the keys of the pages before: no key comes twice, and none is lost, as it is where pages are
    /// made of ranges of scores (Milvus 2.3 loses hits of those on IVF indexes, and hits of one score at the border). What is written meanwhile may or may
    /// not be
    /// there.</para>
    /// <para>Hits are all that the index reaches: of IVF those in the visited cells, so give as many probes as there are cells. Rows that are not indexed yet
    /// (and of a segment under 1,024 rows, for good) Milvus searches with a stopgap index, whose probes are its own: 627 of 1,000 seen on 2.3; see
    /// <see cref="RefreshAsync"/>. On HNSW, whose searches are not nested, a page may hold a hit that a page before should have had.</para>
    /// <para>Cost: the keys so far go with each page, so n hits send n² / 2·Count keys, and the request has to fit into
    /// <see cref="MilvusClientOptions.MaxMessageBytes"/> (about 500,000 keys of 100 bytes). For all rows whatever their order use <see
    /// cref="QueryPagesAsync"/>.</para>
    /// </remarks>
    /// <param name="search">Of one vector, without offset and grouping; its count is that of a page.</param>
    /// <param name="key">The collection's key.</param>
    /// <exception cref="ArgumentException">There are several vectors, an offset or a grouping.</exception>
    public IAsyncEnumerable<SearchHits> SearchPagesAsync(SearchRequest search, FieldSchema key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        ArgumentNullException.ThrowIfNull(key);
        if (search.Vectors.Length != search.Dimension || search.Offset != 0 || search.GroupBy is not null)
            throw new ArgumentException("Pages are of one vector, without offset and grouping.", nameof(search));
        return PagesAsync(search, key, cancellationToken);
    }

    private async IAsyncEnumerable<SearchHits> PagesAsync(
        SearchRequest search, FieldSchema key, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = new StringBuilder();
        while (true)
        {
            string expression = filter.Length == 0 ? search.Filter : $"{filter}]";
            SearchHits page = await SearchAsync(search with { Filter = expression }, cancellationToken).ConfigureAwait(false);
            // A page that is not full may be followed by another: some indexes give up early where much is filtered.
            if (page.Keys.Count == 0)
                yield break;
            yield return page;
            if (filter.Length == 0)
                filter.Append(search.Filter.Length == 0 ? "" : $"({search.Filter}) and ").Append(key.Name).Append(" not in [");
            else
                filter.Append(',');
            for (int i = 0; i < page.Keys.Count; i++)
            {
                if (i > 0)
                    filter.Append(',');
                if (page.Keys is TextColumn texts)
                    FilterExpression.AppendQuoted(filter, texts.Values[i]);
                else
                    filter.Append(CultureInfo.InvariantCulture, $"{((Int64Column)page.Keys).Values[i]}");
            }
        }
    }
}

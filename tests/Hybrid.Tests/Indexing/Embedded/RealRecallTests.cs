using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>What a search that names no probes finds of what there is, on titles of films as the encoder has them.</summary>
public sealed class RealRecallTests
{
    private const int Rows = 2_000, Queries = 40;

    private static readonly int[] Counts = [1, 10, 100, 1_000];
    private static readonly double[] Shares = [1, 0.5, 0.1, 0.027, 0.004, 0.0005];
    private static readonly Lazy<(Item[] Items, float[] Vectors, float[] Queries)> Encoded = new(Encode);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_finds_what_there_is_at_every_selectivity_and_count()
    {
        (Item[] items, float[] vectors, float[] queries) = Encoded.Value;
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(":memory:");
        IVectorCollection collection = await store.CreateAsync("films", MiniLm.Encoder.SpaceFor(ItemTextTemplate.Default), Token);
        await collection.UpsertAsync(new ItemBatch(collection.Space, items, vectors), Token);
        await collection.BuildIndexAsync(Token);
        Assert.Equal(1, (await collection.DescribeIndexAsync(Token)).TargetRecall);
        IvfIndex twin = IndexOf(items, vectors, mostExactRows: Rows);
        ItemId[] excluded = [.. items.Where((_, i) => i % 3 == 0).Select(item => item.Id)];
        foreach (double share in Shares)
        {
            var options = new SearchOptions { Filter = FilterOf(share) };
            foreach (int count in Counts)
            {
                QueryVector[] all =
                    [.. Enumerable.Range(0, Queries).Select(q => new QueryVector(queries.AsMemory(q * Dimension, Dimension), collection.Space))];
                IReadOnlyList<IReadOnlyList<Neighbor>> found = await collection.SearchManyAsync(all, count, options, Token);
                IReadOnlyList<IReadOnlyList<Neighbor>> others = await collection.SearchManyAsync(
                    all, count, options with { Exclude = excluded, Offset = 3, MinScore = 0.3f, GroupBy = "year" }, Token);
                for (int q = 0; q < Queries; q++)
                {
                    Assert.Equal(twin.Scan(all[q].Vector.Span, count, options.Filter.Matches), found[q]);
                    IEnumerable<Neighbor> expected = twin.Scan(all[q].Vector.Span, count + 3,
                        item => options.Filter.Matches(item) && !excluded.Contains(item.Id), new Grouping("year"));
                    Assert.Equal(expected.TakeWhile(n => n.Score >= 0.3f).Skip(3), others[q]);
                }
            }
        }
    }

    [Fact]
    public void Cells_find_nearly_all_at_every_selectivity_and_count()
    {
        (Item[] items, float[] vectors, float[] queries) = Encoded.Value;
        IvfIndex index = IndexOf(items, vectors, mostExactRows: 0);
        index.Build(Token);
        Assert.False(index.IsExact);
        foreach (double share in Shares)
        {
            Filter filter = FilterOf(share);
            foreach (int count in Counts)
            {
                int found = 0, wanted = 0;
                for (int q = 0; q < Queries; q++)
                {
                    ReadOnlySpan<float> query = queries.AsSpan(q * Dimension, Dimension);
                    IReadOnlyList<Neighbor> exact = index.Scan(query, count, filter.Matches);
                    IReadOnlyList<Neighbor> planned = index.Search(query, count, share == 1 ? null : filter, null, null, exact: false, Token);
                    Assert.Equal(exact.Count, planned.Count);
                    (found, wanted) = (found + exact.Intersect(planned).Count(), wanted + exact.Count);
                }
                Assert.True(found >= IvfDefaults.Recall * wanted, $"recall@{count} {found / (double)wanted} at {share}");
            }
        }
    }

    private static int Dimension => MiniLm.Encoder.Dimension;

    /// <summary>Titles of films, drawn evenly; as queries those of others, as a user writes them.</summary>
    private static (Item[] Items, float[] Vectors, float[] Queries) Encode()
    {
        Item[] all = [.. ItemFile.Read(RepositoryFiles.Shared("data", "movielens-small", "items.csv.gz"))];
        Item[] chosen = [.. Enumerable.Range(0, Rows + Queries).Select(i => all[(int)((long)i * all.Length / (Rows + Queries))])];
        new Random(1).Shuffle(chosen);
        // The price is the row's place: what is below a share of the rows is that share.
        Item[] items = [.. chosen[Queries..].Select((item, place) => item with { Price = place })];
        var vectors = new float[Rows * Dimension];
        var queries = new float[Queries * Dimension];
        MiniLm.Encoder.Encode([.. items.Select(item => item.Title)], TextRole.Passage, vectors);
        MiniLm.Encoder.Encode([.. chosen[..Queries].Select(item => item.Title)], TextRole.Query, queries);
        return (items, vectors, queries);
    }

    private static IvfIndex IndexOf(Item[] items, float[] vectors, int mostExactRows)
    {
        var index = new IvfIndex(Dimension, new IvfOptions(), mostExactRows);
        for (int i = 0; i < items.Length; i++)
            index.Upsert(items[i], vectors.AsSpan(i * Dimension, Dimension));
        return index;
    }

    private static Filter FilterOf(double share) =>
        Filter.Parse(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"price < {share * Rows}"));
}

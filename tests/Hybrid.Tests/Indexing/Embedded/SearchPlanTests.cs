using System.Diagnostics.Metrics;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Vectors;

namespace Hybrid.Tests.Indexing.Embedded;

public sealed class SearchPlanTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.0005, 100, 100_000, 1, true)]   // fewer match than are wanted: all have to be asked anyway
    [InlineData(0.0005, 10, 100_000, 2, true)]
    [InlineData(0.0005, 10, 0, 1, true)]
    [InlineData(0.027, 10, 100_000, 1, false)]    // the first time it would not pay
    [InlineData(0.027, 10, 100_000, 20, true)]
    [InlineData(0.027, 10, 0, 1, true)]
    [InlineData(0.1, 10, 0, 1, true)]
    [InlineData(0.5, 10, 0, 1, false)]            // half of the rows one by one take longer than all in a run
    [InlineData(0.5, 10, 0, 1_000_000, false)]    // and it does not become worth it
    [InlineData(1, 10, 100_000, 1_000_000, false)]
    public void A_filter_comes_first_where_that_is_cheaper(double share, int count, int unasked, int uses, bool filterFirst) =>
        Assert.Equal(filterFirst, SearchPlan.Filtered(true, 100_000, visited: 100_000, count, share, unasked, uses).FilterFirst);

    [Fact]
    public void Rows_that_match_are_all_looked_at_and_cells_stay_cells_otherwise()
    {
        Assert.Equal(new SearchPlan(IsExact: true, FilterFirst: true), SearchPlan.Filtered(false, 1_000_000, 1_000_000, 10, 0.001, unasked: 0, uses: 1));
        Assert.Equal(new SearchPlan(IsExact: false, FilterFirst: false), SearchPlan.Filtered(false, 1_000_000, 300_000, 10, 0.9, unasked: 0, uses: 1));
        Assert.Equal(new SearchPlan(IsExact: false, FilterFirst: false), SearchPlan.Unfiltered(isExact: false));
    }

    [Fact]
    public void Probes_are_those_of_the_depth_and_in_proportion_between_two()
    {
        Assert.True(RecallProbes.TryRead([1, 5, 9, 20, 60], cells: 64, out RecallProbes? probes));
        Assert.Equal([1, 3, 5, 9, 20, 60], new[] { 1, 3, 10, 100, 1_000, 10_000 }.Select(probes.For));
        Assert.Equal(64, probes.For(10_001));
        int[] all = [.. Enumerable.Range(1, 12_000).Select(probes.For)];
        Assert.Equal(all.Order(), all);
    }

    [Theory]
    [InlineData(0, 5, 9, 20, 60)]
    [InlineData(1, 5, 4, 20, 60)]
    [InlineData(1, 5, 9, 20, 65)]
    public void Probes_that_cannot_be_are_refused(params int[] probes) => Assert.False(RecallProbes.TryRead(probes, cells: 64, out _));

    [Fact]
    public void Probes_are_the_fewest_that_have_the_share_of_the_nearest_rows()
    {
        var measured = new RecallProbes.Measurement(cells: 8);
        measured.Add([0, 0, 1, 7]);
        measured.Add([2, 0, 1, 0]);
        Assert.Equal([3, 8, 8, 8, 8], measured.ProbesFor(1).ToArray());
        Assert.Equal([1, 1, 1, 1, 1], measured.ProbesFor(0.5).ToArray());
        Assert.Equal([3, 3, 3, 3, 3], measured.ProbesFor(0.8).ToArray());
    }

    [Fact]
    public void What_is_known_of_the_rows_is_forgotten_when_one_changes()
    {
        var index = new IvfIndex(2, new IvfOptions());
        var cheap = Filter.Parse("price < 20");
        string[] Found() => [.. index.Search([1, 0], 10, cheap, null, null, exact: false, Token).Select(n => n.Item.Value)];
        for (int i = 0; i < 5; i++)
            index.Upsert(new Item($"P{i}") { Price = i == 3 ? 10 : 30 }, [1, 0]);
        Assert.Equal(["P3"], Found());
        index.Upsert(new Item("P4") { Price = 15 }, [1, 0]);
        Assert.Equal(["P3", "P4"], Found());
        index.Remove("P3");
        Assert.Equal(["P4"], Found());
        index.Build(Token);
        Assert.Equal(["P4"], Found());
        index.Upsert(new Item("P4") { Price = 25 }, [1, 0]);
        Assert.Empty(Found());
    }

    [Fact]
    public void A_row_is_asked_once_however_often_its_filter_comes()
    {
        int asked = 0;
        var cell = new IvfCell(1, capacity: 100);
        for (int i = 0; i < 100; i++)
            cell = cell.Append(Row(new Item($"P{i}") { Price = i }));
        IvfCell empty = new(1);
        IvfCell[] state = [cell, empty];
        var rows = new FilteredRows(2, item =>
        {
            Interlocked.Increment(ref asked);
            return item.Price >= 90;
        });
        (double share, int unasked) = rows.Summarize(state);
        Assert.Equal(0.1, share, tolerance: 1e-9);   // of so few, the sample is all
        Assert.Equal((0, 100), (unasked, asked));
        Assert.Equal([90, 95, -1], new[] { rows.Next(cell, 0, 0), rows.Next(cell, 0, 95), rows.Next(empty, 1, 0) });
        Assert.True(rows.Matches(cell, 0, 99) && !rows.Matches(cell, 0, 89));
        Assert.Equal(100, asked);

        // A write makes other rows, and leaves what is known of these.
        IvfCell changed = cell.Remove(95, []).Append(Row(new Item("P95") { Price = 1 })).Append(Row(new Item("P100") { Price = 99 }));
        Assert.Equal(1, rows.Next(changed, 0, 100) - 100);
        Assert.Equal(102, asked);
        Assert.True(rows.Matches(cell, 0, 95));
        Assert.Equal(102, asked);

        static IndexedRow Row(Item item) => new(new WrittenRow(IvfRows.Of(item), place: 0), 0, new float[] { 1 });
    }

    [Fact]
    public void A_search_is_counted_by_its_plan()
    {
        IvfIndex index = IvfIndexTests.Clustered(rows: 300, cells: 4, out float[] vectors);
        List<object?> plans = [];
        int here = Environment.CurrentManagedThreadId;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "hybrid.index.searches")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (Environment.CurrentManagedThreadId == here)   // other tests search, too
                plans.Add(tags[0].Value);
        });
        listener.Start();
        index.Search(vectors.AsSpan(0, 16), 5, null, null, null, exact: false, Token);
        index.Search(vectors.AsSpan(0, 16), 5, Filter.Parse("price < 3"), null, null, exact: false, Token);
        index.Search(vectors.AsSpan(0, 16), 5, probes: 2, null, Token);
        Assert.Equal(["rows", "matching"], plans);
    }

    [Fact]
    public void Cells_have_the_recall_that_was_measured_also_under_a_filter_and_after_a_load()
    {
        const int d = 32, rows = 6_000, queries = 60;
        float[] vectors = ClusteredVectors.Generate(rows + queries, d, 300, 1, seed: 5);
        var index = new IvfIndex(d, new IvfOptions { Cells = 60 }, mostExactRows: 1_000);
        for (int r = 0; r < rows; r++)
            index.Upsert(new Item($"P{r}") { Price = r % 100 }, vectors.AsSpan(r * d, d));
        index.Build(Token);
        Assert.InRange(index.PlannedProbes, 2, 50);
        IvfIndex loaded = IvfRows.Load(IvfIndexFileTests.Saved(index), new IvfOptions { Cells = 60 }, index);
        Assert.Equal((index.IsExact, index.PlannedProbes), (loaded.IsExact, loaded.PlannedProbes));
        (string?, int)[] searches = [(null, 1), (null, 10), (null, 300), ("price < 50", 10), ("price < 3", 10), ("price < 1", 50)];
        foreach ((string? filter, int count) in searches)
        {
            Filter? parsed = filter is null ? null : Filter.Parse(filter);
            int found = 0, wanted = 0;
            for (int q = rows; q < rows + queries; q++)
            {
                ReadOnlySpan<float> query = vectors.AsSpan(q * d, d);
                IReadOnlyList<Neighbor> exact = loaded.Scan(query, count, parsed is null ? null : parsed.Matches);
                IReadOnlyList<Neighbor> planned = loaded.Search(query, count, parsed, null, null, exact: false, Token);
                Assert.Equal(exact.Count, planned.Count);
                Assert.Equal(exact, loaded.Search(query, count, parsed, null, null, exact: true, Token));
                (found, wanted) = (found + exact.Intersect(planned).Count(), wanted + exact.Count);
            }
            Assert.True(found >= IvfDefaults.Recall * wanted, $"recall@{count} {found / (double)wanted} with {filter}");
        }
    }
}

using System.Globalization;
using Hybrid.Indexing;
using Hybrid.Milvus.Client;
using Microsoft.Extensions.Logging;

namespace Hybrid.Milvus;

public sealed partial class MilvusCollection
{
    /// <summary>About as many rows of 384 floats and their fields as Milvus puts into one segment, of 1 GB at most; what it says of more cells is milvus
    /// #36318.</summary>
    private const int RowsOfSegment = 400_000;

    // Fewer are in a segment without an index, or soon searched in any way.
    private const int RowsWorthMeasuring = 1_000;

    // The seeds' too: of 128 cells.
    private const int DefaultProbes = 64;

    // Its value is "probes/cells", and behind another '/' the recall that somebody has asked for: what was measured of other cells says nothing of these.
    private const string ProbesProperty = "hybrid.probes";

    // How long it takes at most to see that another process has made other cells: probes of the old ones would find too little in many more.
    private static readonly TimeSpan ProbingAge = TimeSpan.FromSeconds(10);

    private volatile KnownProbing? _probing;

    /// <summary>Makes the server put what was written into segments and index these, and waits for it. A collection that has outgrown its cells gets more: it
    /// cannot be searched while they are made, and so a large one is better built as a new version.</summary>
    /// <remarks>Then finds by searches with vectors of its own how many cells must be visited for a recall of .99: of 128 never fewer than the seeds'
    /// 64.</remarks>
    /// <inheritdoc/>
    public Task BuildIndexAsync(CancellationToken cancellationToken = default) => RunAsync("build the index of", async () =>
    {
        await _building.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Client.FlushAsync(Physical, cancellationToken).ConfigureAwait(false);
            long rows = await CountLoadedAsync(cancellationToken).ConfigureAwait(false);
            await SettleIndexAsync(rows, cancellationToken).ConfigureAwait(false);
            await EndLoadAsync(rows, cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _building.Release();
        }
    }, cancellationToken);

    public Task TuneIndexAsync(double? recall, CancellationToken cancellationToken = default)
    {
        VectorArguments.ThrowIfNoRecall(recall);
        return RunAsync("tune the index of", async () =>
        {
            await _building.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                IndexInfo? index = await FindIndexAsync(cancellationToken).ConfigureAwait(false);
                if (index is not null && await CountLoadedAsync(cancellationToken).ConfigureAwait(false) > 0)
                    await MeasureAsync(CellsOf(index), recall, cancellationToken).ConfigureAwait(false);
                return true;
            }
            finally
            {
                _building.Release();
            }
        }, cancellationToken);
    }

    public Task<IndexDescription> DescribeIndexAsync(CancellationToken cancellationToken = default) => RunAsync("describe the index of", async () =>
    {
        IndexInfo? index = await FindIndexAsync(cancellationToken).ConfigureAwait(false);
        Probing probing = await ReadProbingAsync(cancellationToken).ConfigureAwait(false);
        return new IndexDescription
        {
            Type = index?.Type ?? "none",
            Cells = probing.Cells,
            Probes = probing.Probes,
            TargetRecall = probing.Recall,
            IsStale = index is null || !index.IsFinished || index.IndexedRows < index.TotalRows,
            IsSaved = true,
        };
    }, cancellationToken);

    internal static IndexRequest IndexOf(string physical, int cells) =>
        new(physical, RowSchema.Vector, "IVF_FLAT") { Metric = "COSINE", Parameters = new Dictionary<string, int> { ["nlist"] = cells } };

    /// <summary>128 as far as 100,000 rows, and four times their root beyond: a search then visits about as many centres as rows. But no more than a server's
    /// segment can use, since each has cells of its own.</summary>
    internal static int CellsFor(long rows) =>
        rows <= IvfDefaults.RowsOfFewestCells ? IvfDefaults.FewestCells : (int)(4 * Math.Sqrt(Math.Min(rows, RowsOfSegment)));

    /// <summary>The seeds' 64 of 128, and the same share of more or fewer: where nothing was measured.</summary>
    internal static Probing DefaultProbingOf(int cells) => new(cells, Math.Max(1, (int)Math.Ceiling((double)cells * DefaultProbes / IvfDefaults.FewestCells)));

    /// <summary>Sees to an index of as many cells as so many rows want, waits until it is searched by, and notes that no load is under way.</summary>
    private async Task SettleIndexAsync(long rows, CancellationToken cancellationToken)
    {
        IndexInfo? index = await FindIndexAsync(cancellationToken).ConfigureAwait(false);
        int before = index is null ? 0 : CellsOf(index), cells = CellsFor(rows);
        if (index is not null && cells > before * 3 / 2)
        {
            _logger.LogInformation("{Collection} has {Rows} rows in {Before} cells; it gets {Cells}.", Name, rows, before, cells);
            await Client.ReleaseAsync(Physical, cancellationToken).ConfigureAwait(false);
            await Client.DropIndexAsync(Physical, RowSchema.Vector, cancellationToken: cancellationToken).ConfigureAwait(false);
            index = null;
        }
        if (index is null)
            await Client.CreateIndexAsync(IndexOf(Physical, cells), cancellationToken).ConfigureAwait(false);
        await Client.WaitForIndexAsync(Physical, RowSchema.Vector, new IndexProgress(_logger, Name), cancellationToken).ConfigureAwait(false);
        await Client.LoadAsync(Physical, _options.Replicas, cancellationToken: cancellationToken).ConfigureAwait(false);
        await Client.RefreshAsync(Physical, rows, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What comes when all rows are in, indexed and in memory.</summary>
    private async Task EndLoadAsync(long rows, CancellationToken cancellationToken)
    {
        await Client.SetPropertiesAsync(Physical, BulkLoad.ToProperties(null), cancellationToken).ConfigureAwait(false);
        _probing = null;
        CollectionDescription description = await Client.DescribeCollectionAsync(Physical, cancellationToken).ConfigureAwait(false);
        double? recall = MeasuredOf(description)?.Recall;
        if (rows >= RowsWorthMeasuring || recall is not null)
            await MeasureAsync(CellsFor(rows), recall, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IndexInfo?> FindIndexAsync(CancellationToken cancellationToken) =>
        (await Client.DescribeIndexesAsync(Physical, cancellationToken).ConfigureAwait(false)).FirstOrDefault(index => index.Field == RowSchema.Vector);

    private async ValueTask<Probing> ReadProbingAsync(CancellationToken cancellationToken)
    {
        if (_probing is { } known && TimeProvider.System.GetElapsedTime(known.ReadAt) < ProbingAge)
            return known.Value;
        long readAt = TimeProvider.System.GetTimestamp();
        IndexInfo? index = await FindIndexAsync(cancellationToken).ConfigureAwait(false);
        if (index is null)
            return new Probing(Cells: 1, Probes: 1);   // being loaded
        int cells = CellsOf(index);
        CollectionDescription description = await Client.DescribeCollectionAsync(Physical, cancellationToken).ConfigureAwait(false);
        Probing probing = DefaultProbingOf(cells);
        if (MeasuredOf(description) is { } measured && measured.Cells == cells)
            probing = new Probing(cells, Math.Clamp(measured.Probes, 1, cells), measured.Recall ?? IvfDefaults.Recall);
        _probing = new KnownProbing(probing, readAt);
        return probing;
    }

    private static Probing? MeasuredOf(CollectionDescription description)
    {
        string[] parts = description.Properties.TryGetValue(ProbesProperty, out string? text) ? text.Split('/') : [];
        return parts.Length is 2 or 3 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int probes)
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int cells)
            ? new Probing(cells, probes, parts.Length == 3 && double.TryParse(parts[2], CultureInfo.InvariantCulture, out double recall) ? recall : null)
            : null;
    }

    private static int CellsOf(IndexInfo index) =>
        index.Parameters.TryGetValue("nlist", out string? nlist) && int.TryParse(nlist, CultureInfo.InvariantCulture, out int cells) ? cells : 1;

    /// <summary>Looks for the fewest probes that find what a visit to all cells finds, in so many of the places among the first ten.</summary>
    /// <param name="recall">Null: .99, and of 128 cells never fewer than 64.</param>
    private async Task MeasureAsync(int cells, double? recall, CancellationToken cancellationToken)
    {
        const int queries = 200, count = 11;
        // Each of the queries is a row, and finds itself in the first cell.
        double target = IvfDefaults.MeasuredFor(recall);
        RowSet sample = await Client.QueryAsync(
            new QueryRequest(Physical)
            {
                Filter = $"{RowSchema.Key} >= \"\"",
                Limit = 2000,
                OutputFields = [RowSchema.Vector],
                Consistency = _options.Consistency
            }, cancellationToken)
            .ConfigureAwait(false);
        VectorColumn vectors = sample.Column<VectorColumn>(RowSchema.Vector);
        int step = Math.Max(1, vectors.Count / queries);
        float[] asked = [.. Enumerable.Range(0, vectors.Count / step).SelectMany(i => vectors[i * step].ToArray())];
        SearchHits truth = await NearestAsync(cells).ConfigureAwait(false);
        int probes = recall is null && cells == IvfDefaults.FewestCells ? DefaultProbes : Math.Max(2, cells / 64);
        // Milvus-lite looks at everything while it makes the index in the background, as if one cell were enough: nothing can be learned from that,
        // and what was asked for is all that can be kept.
        if (Shared(truth, await NearestAsync(1).ConfigureAwait(false)) >= target)
        {
            if (recall is null)
                return;
            probes = DefaultProbingOf(cells).Probes;
        }
        while (probes < cells && Shared(truth, await NearestAsync(probes).ConfigureAwait(false)) < target)
            probes = Math.Min(cells, probes * 5 / 4 + 1);
        await Client.SetPropertiesAsync(
            Physical, new Dictionary<string, string>
            {
                [ProbesProperty] = string.Create(CultureInfo.InvariantCulture, $"{probes}/{cells}{(recall is null ? "" : "/")}{recall}"),
            }, cancellationToken).ConfigureAwait(false);
        _probing = null;
        _logger.LogInformation("{Collection}: {Probes} of {Cells} cells are visited for a recall of {Target}.", Name, probes, cells,
            recall ?? IvfDefaults.Recall);

        Task<SearchHits> NearestAsync(int visited) => Client.SearchAsync(
            new SearchRequest(Physical, asked, Space.Dimension, count) { Probes = visited, Metric = "COSINE", Consistency = _options.Consistency },
                cancellationToken);
    }

    private static double Shared(SearchHits truth, SearchHits found)
    {
        IReadOnlyList<string> right = ((TextColumn)truth.Keys).Values, got = ((TextColumn)found.Keys).Values;
        int shared = Enumerable.Range(0, truth.Queries).Sum(query => right.Take(truth.Of(query)).Intersect(got.Take(found.Of(query))).Count());
        return (double)shared / Math.Max(1, right.Count);
    }

    private sealed record KnownProbing(Probing Value, long ReadAt);

    /// <summary>Tells the log every tenth of the rows.</summary>
    private sealed class IndexProgress(ILogger logger, string collection) : IProgress<IndexInfo>
    {
        private long _tenth = -1;

        public void Report(IndexInfo value)
        {
            long tenth = value.IndexedRows * 10 / Math.Max(1, value.TotalRows);
            if (tenth == _tenth)
                return;
            _tenth = tenth;
            logger.LogInformation("{Collection}: {Indexed} of {Total} rows are indexed.", collection, value.IndexedRows, value.TotalRows);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Milvus.Client;
using Microsoft.Extensions.Logging;

namespace Hybrid.Milvus;

public sealed partial class MilvusCollection : IBulkTarget
{
    /// <summary>After as many rows at least it is noted how far a load has come; about 30 MB of vectors of 384.</summary>
    /// <value>Fewer only in tests.</value>
    internal int RowsOfStep { get; set; } = 16_384;

    public Task<bool> TakesBulkAsync(CancellationToken cancellationToken = default) => RunAsync("load", async () =>
        await ReadLoadAsync(cancellationToken).ConfigureAwait(false) is not null || await CountLoadedAsync(cancellationToken).ConfigureAwait(false) == 0,
        cancellationToken);

    /// <inheritdoc/>
    public Task<long> BulkLoadAsync(
        Func<ItemId, IAsyncEnumerable<ItemBatch>> rowsAfter, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rowsAfter);
        return RunAsync("load", async () =>
        {
            await _building.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                BulkLoad begun = await BeginLoadAsync(cancellationToken).ConfigureAwait(false);
                long rows = await InsertAllAsync(begun, rowsAfter(begun.AfterItem), progress, cancellationToken).ConfigureAwait(false);
                await Client.FlushAsync(Physical, cancellationToken).ConfigureAwait(false);
                await SettleIndexAsync(rows, cancellationToken).ConfigureAwait(false);
                _isLoaded = true;
                await RestoreLostAsync(rows, rowsAfter, cancellationToken).ConfigureAwait(false);
                await EndLoadAsync(rows, cancellationToken).ConfigureAwait(false);
                return rows;
            }
            finally
            {
                _building.Release();
            }
        }, cancellationToken);
    }

    /// <summary>Takes the index away, so that the server does not build it part by part.</summary>
    private async Task<BulkLoad> BeginLoadAsync(CancellationToken cancellationToken)
    {
        BulkLoad? begun = await ReadLoadAsync(cancellationToken).ConfigureAwait(false);
        if (begun is null && await CountLoadedAsync(cancellationToken).ConfigureAwait(false) is > 0 and var rows)
        {
            throw _calls.Failure($"load {Name}", $"it has {rows} rows that no interrupted load has left, and a load checks no row for being there. Load into "
                + "a new collection, or upsert into this one.");
        }
        _isLoaded = false;
        await Client.SetPropertiesAsync(Physical, BulkLoad.ToProperties(begun ??= BulkLoad.None), cancellationToken).ConfigureAwait(false);
        await Client.ReleaseAsync(Physical, cancellationToken).ConfigureAwait(false);
        await Client.DropIndexAsync(Physical, RowSchema.Vector, cancellationToken: cancellationToken).ConfigureAwait(false);
        return begun;
    }

    private async Task<long> InsertAllAsync(
        BulkLoad begun, IAsyncEnumerable<ItemBatch> batches, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        BulkLoad done = begun;
        Task writing = Task.CompletedTask;
        try
        {
            await foreach (List<ItemBatch> step in StepsAsync(batches, begun.AfterItem, cancellationToken).ConfigureAwait(false))
            {
                await writing.ConfigureAwait(false);
                writing = WriteAsync(step);
            }
            await writing.ConfigureAwait(false);
        }
        finally
        {
            // What ended the reading is what the caller is told; but nothing is written any more once it is.
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        // From here on another call has only the index to make.
        await Client.SetPropertiesAsync(Physical, BulkLoad.ToProperties(done), cancellationToken).ConfigureAwait(false);
        return done.Rows;

        async Task WriteAsync(List<ItemBatch> step)
        {
            string last = step[^1].Items[^1].Id.Value;
            // Written before the rows are: who goes on later knows which of them may be there already.
            await Client.SetPropertiesAsync(Physical, BulkLoad.ToProperties(done with { Through = last }), cancellationToken).ConfigureAwait(false);
            await Parallel.ForEachAsync(
                step, new ParallelOptions { MaxDegreeOfParallelism = Client.Options.WriteParallelism, CancellationToken = cancellationToken },
                async (batch, stop) => await WriteNewAsync(batch, begun.Through, stop).ConfigureAwait(false)).ConfigureAwait(false);
            done = new BulkLoad(last, last, done.Rows + step.Sum(batch => (long)batch.Items.Count));
            progress?.Report(done.Rows);
        }
    }

    /// <summary>Inserts, which takes a server less work, but for rows that may be there.</summary>
    private async Task WriteNewAsync(ItemBatch batch, string doubtfulThrough, CancellationToken cancellationToken)
    {
        var write = new WriteRequest(Physical, RowColumns.Of(batch));
        if (doubtfulThrough.Length == 0 || batch.Items[0].Id > new ItemId(doubtfulThrough))
        {
            try
            {
                await Client.InsertAsync(write, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MilvusException e) when (e.IsTransient)
            {
                // Whether it was taken is not known.
            }
        }
        await Client.UpsertAsync(write, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes all rows once more where the server has not as many as it said that it took.</summary>
    /// <remarks>milvus-lite 3.2.2 loses acknowledged rows when several callers write at once right after a restart: each opens the collection for
    /// itself.</remarks>
    private async Task RestoreLostAsync(long rows, Func<ItemId, IAsyncEnumerable<ItemBatch>> rowsAfter, CancellationToken cancellationToken)
    {
        long there = await CountAllAsync().ConfigureAwait(false);
        if (there == rows)
            return;
        _logger.LogWarning("{Collection}: the server took {Rows} rows and has {There}; all of them are written once more.", Name, rows, there);
        long written = 0;
        await foreach (ItemBatch batch in rowsAfter(default).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (batch.Items.Count > 0)
                await Client.UpsertAsync(new WriteRequest(Physical, RowColumns.Of(batch)), cancellationToken).ConfigureAwait(false);
            written += batch.Items.Count;
        }
        await Client.FlushAsync(Physical, cancellationToken).ConfigureAwait(false);
        there = await CountAllAsync().ConfigureAwait(false);
        if (there < written)
        {
            throw _calls.Failure($"load {Name}", $"the server took {written} rows and has {there} of them, after all were written once more. "
                + "Look into its log, and load again.");
        }

        Task<long> CountAllAsync() => Client.CountAsync(Physical, consistency: ConsistencyLevel.Strong, cancellationToken: cancellationToken);
    }

    private async IAsyncEnumerable<List<ItemBatch>> StepsAsync(
        IAsyncEnumerable<ItemBatch> batches, ItemId after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<ItemBatch> step = [];
        int rows = 0;
        await foreach (ItemBatch batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            VectorArguments.ThrowIfNotOf(Space, batch);
            foreach (Item item in batch.Items)
            {
                if (after != default && item.Id <= after)
                {
                    throw new ArgumentException(
                        $"The item '{item.Id}' comes behind '{after}': rows to load come in ascending order of their ids.", nameof(batches));
                }
                after = item.Id;
            }
            if (batch.Items.Count == 0)
                continue;
            step.Add(batch);
            if ((rows += batch.Items.Count) < RowsOfStep)
                continue;
            yield return step;
            (step, rows) = ([], 0);
        }
        if (step.Count > 0)
            yield return step;
    }

    /// <summary>The load that was begun and has not ended.</summary>
    private async Task<BulkLoad?> ReadLoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return BulkLoad.Of(await Client.DescribeCollectionAsync(Physical, cancellationToken).ConfigureAwait(false));
        }
        catch (JsonException e)
        {
            throw _calls.Failure($"load {Name}", $"its property '{BulkLoad.Property}' does not say how far a load has come: {e.Message} Drop the collection, "
                + "and load into a new one.", cause: e);
        }
    }
}

using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using Hybrid.Catalog;

namespace Hybrid.Indexing;

/// <summary>Makes one collection the same as another, in whichever stores they are: rows with vectors, sequences and fingerprints.</summary>
/// <remarks>
/// <para>A first pass compares the keys of both, with all but the vectors, and writes what differs: after an interruption it goes on behind the last row
/// that is right, and a second copy writes only what has changed. A large source is loaded into an empty target that can take that
/// (<see cref="IBulkTarget"/>). Further passes compare every row, vectors to the bit, until one finds no difference. No count is trusted: a server's counts
/// include rows that are deleted.</para>
/// <para>Cost: the keys once and all rows once, of both, and the rows that differ; memory for <see cref="BatchRows"/> rows.</para>
/// </remarks>
public sealed class CollectionCopy
{
    /// <summary>Rows that are written at a time.</summary>
    public const int BatchRows = 512;

    /// <summary>From so many rows on an empty target that is an <see cref="IBulkTarget"/> is loaded: below, the index that a load makes anew costs more than it
    /// saves.</summary>
    internal const int RowsWorthLoading = 20_000;

    // Messages of about 4 MB.
    private const int LoadedRows = 2_048;

    /// <summary>How often rows may differ before somebody else must be writing.</summary>
    private const int MostPasses = 5;

    private readonly IVectorCollection _source, _target;

    /// <exception cref="ArgumentException">The two are of different spaces.</exception>
    public CollectionCopy(IVectorCollection source, IVectorCollection target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (source.Space != target.Space)
        {
            throw new ArgumentException($"{source.Name} holds vectors of {source.Space}, and {target.Name} of {target.Space}: copy into a collection of the "
                + "same space.", nameof(target));
        }
        _source = source;
        _target = target;
    }

    /// <summary>Finds items with their titles, for a target that keeps them; null: those that the source keeps, if it does.</summary>
    public Func<IReadOnlyCollection<ItemId>, IReadOnlyDictionary<ItemId, Item>>? Titles { get; init; }

    /// <summary>For tests.</summary>
    internal int LoadFrom { get; init; } = RowsWorthLoading;

    /// <summary>Told of the rows that are about to be written or removed.</summary>
    internal Action<IReadOnlyCollection<ItemId>>? BeforeWrite { get; init; }

    /// <summary>Copies, and returns once both are seen to be the same.</summary>
    /// <param name="progress">Told how many rows of the source have been compared, over all passes: two of them, where nobody else writes.</param>
    /// <exception cref="OperationCanceledException">Cancelled between batches: what was written is kept, and the next call goes on from there.</exception>
    /// <exception cref="VectorStoreException">A store failed, as after a cancellation; or the rows still differ after several passes.</exception>
    public async Task<CopyReport> RunAsync(IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        var total = new Pass(0, 0, 0, "");
        long compared = 0;
        if (_target is IBulkTarget bulk && await _source.CountAsync(cancellationToken).ConfigureAwait(false) >= LoadFrom
            && await bulk.TakesBulkAsync(cancellationToken).ConfigureAwait(false))
        {
            compared = await bulk.BulkLoadAsync(after => BatchesAsync(after, cancellationToken), progress, cancellationToken).ConfigureAwait(false);
            total = total with { Copied = compared };
        }
        for (int pass = compared > 0 ? 2 : 1; pass <= MostPasses; pass++)
        {
            Pass done = await ComparePassAsync(withVectors: pass > 1, compared, progress, cancellationToken).ConfigureAwait(false);
            compared += done.Rows;
            total = done with { Copied = total.Copied + done.Copied, Removed = total.Removed + done.Removed };
            if (pass > 1 && done is { Copied: 0, Removed: 0 })
            {
                return new CopyReport
                {
                    From = _source.Name,
                    To = _target.Name,
                    Rows = total.Rows,
                    Copied = total.Copied,
                    Removed = total.Removed,
                    Checksum = total.Checksum,
                };
            }
        }
        throw new VectorStoreException(_target.Name, $"copy from {_source.Name}",
            $"after {MostPasses} passes rows still differ, so somebody is writing one of the two. Stop that, and copy again: what is there is kept.",
                isTransient: true);
    }

    /// <summary>Goes once through both, side by side, and makes the target's rows those of the source.</summary>
    private async Task<Pass> ComparePassAsync(bool withVectors, long comparedBefore, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var checksum = new XxHash128();
        long rows = 0, copied = 0, removed = 0;
        List<ItemId> differing = new(BatchRows), surplus = new(BatchRows);
        await using IAsyncEnumerator<StoredItem> from = _source.ReadAsync(default, withVectors, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using IAsyncEnumerator<StoredItem> to = _target.ReadAsync(default, withVectors, cancellationToken).GetAsyncEnumerator(cancellationToken);
        bool hasFrom = await from.MoveNextAsync().ConfigureAwait(false), hasTo = await to.MoveNextAsync().ConfigureAwait(false);
        while (hasFrom || hasTo)
        {
            int order = !hasFrom ? 1 : !hasTo ? -1 : from.Current.Fields.Id.CompareTo(to.Current.Fields.Id);
            if (order > 0)
            {
                surplus.Add(to.Current.Fields.Id);
            }
            else
            {
                UInt128 digest = RowDigest.Of(from.Current);
                if (order < 0 || digest != RowDigest.Of(to.Current))
                    differing.Add(from.Current.Fields.Id);
                Append(checksum, digest);
                rows++;
            }
            // The reader of the target is at or behind these keys, so that it does not come upon what is written here.
            if (differing.Count == BatchRows || surplus.Count == BatchRows)
                await FlushAsync().ConfigureAwait(false);
            if (order <= 0)
                hasFrom = await from.MoveNextAsync().ConfigureAwait(false);
            if (order >= 0)
                hasTo = await to.MoveNextAsync().ConfigureAwait(false);
            if (rows % BatchRows == 0)
                progress?.Report(comparedBefore + rows);
        }
        await FlushAsync().ConfigureAwait(false);
        progress?.Report(comparedBefore + rows);
        return new Pass(rows, copied, removed, checksum.GetCurrentHashAsUInt128().ToString("x32", null));

        async Task FlushAsync()
        {
            cancellationToken.ThrowIfCancellationRequested();
            copied += differing.Count == 0 ? 0 : await WriteAsync(differing, cancellationToken).ConfigureAwait(false);
            if (surplus.Count > 0)
            {
                BeforeWrite?.Invoke(surplus);
                await _target.RemoveAsync(surplus, cancellationToken).ConfigureAwait(false);
            }
            removed += surplus.Count;
            differing.Clear();
            surplus.Clear();
        }
    }

    /// <returns>How many were written: what the source has lost meanwhile is for the next pass.</returns>
    private async Task<int> WriteAsync(List<ItemId> items, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<ItemId, StoredItem> found = await _source.GetAsync(items, withVectors: true, cancellationToken).ConfigureAwait(false);
        StoredItem[] rows = [.. items.Where(found.ContainsKey).Select(item => found[item])];
        if (rows.Length == 0)
            return 0;
        await _target.UpsertAsync(await BatchAsync(rows, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return rows.Length;
    }

    /// <summary>The source's rows behind an item, for a load.</summary>
    private async IAsyncEnumerable<ItemBatch> BatchesAsync(ItemId after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (StoredItem[] rows in _source.ReadAsync(after, withVectors: true, cancellationToken).Chunk(LoadedRows).ConfigureAwait(false))
            yield return await BatchAsync(rows, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ItemBatch> BatchAsync(StoredItem[] rows, CancellationToken cancellationToken)
    {
        ItemId[] items = [.. rows.Select(row => row.Fields.Id)];
        IReadOnlyDictionary<ItemId, Item>? titled = Titles is not null ? Titles(items)
            : _source is IItemSource source ? await source.FindAsync(items, cancellationToken).ConfigureAwait(false) : null;
        int d = _source.Space.Dimension;
        float[] vectors = new float[rows.Length * d];
        for (int i = 0; i < rows.Length; i++)
            rows[i].Vector.CopyTo(vectors.AsMemory(i * d, d));
        BeforeWrite?.Invoke(items);
        return new ItemBatch(_target.Space, [.. rows.Select(row => Titled(row.Fields, titled))], vectors, [.. rows.Select(row => row.Fingerprint)],
            [.. rows.Select(row => row.Sequence)]);
    }

    private static Item Titled(Item fields, IReadOnlyDictionary<ItemId, Item>? titled) =>
        titled?.TryGetValue(fields.Id, out Item? item) == true ? fields with { Title = item.Title } : fields;

    private static void Append(XxHash128 checksum, UInt128 digest)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, digest);
        checksum.Append(bytes);
    }

    private readonly record struct Pass(long Rows, long Copied, long Removed, string Checksum);
}

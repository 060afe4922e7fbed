using Hybrid.Encoding;
using Hybrid.Encoding.Adapting;
using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Vectors;

namespace Hybrid;

public sealed partial class HybridEngine
{
    private const string IndexLockName = "index.lock";

    /// <summary>Encodes what is new or changed in the records and makes it searchable.</summary>
    /// <remarks>
    /// <para>The model is that of <see cref="HybridOptions.ModelPath"/>, or else the one that the collection in use was made with.</para>
    /// <para>A few changes are made in place. Another model or template, or a catalogue of which more than half has changed, is built aside, in a new
    /// version of the collection that readers switch to as a whole when it is complete; the version before stays, the one before that is dropped. A text that
    /// an older version has a vector of, of the same model and template, is not encoded again.</para>
    /// <para>The first index is searchable as far as it got, also when it is cut short.</para>
    /// </remarks>
    /// <param name="verify">Compares every row with the records first: for a store that was put back from a copy.</param>
    /// <param name="progress">Told how many of the changed items are done.</param>
    /// <exception cref="NotReadyException">There are no items.</exception>
    /// <exception cref="ModelException">The model cannot be used.</exception>
    /// <exception cref="VectorStoreException">The store failed; the next call goes on from there.</exception>
    /// <exception cref="RecordsException">The records failed, or can only be read; likewise.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the engine was disposed; likewise.</exception>
    public Task<IndexReport> IndexAsync(bool verify = false, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        RunLongAsync(async stop =>
        {
            ThrowIfReadOnly("index", "Index");
            // One at a time, in all processes: two would write over each other's newer rows.
            await using FileStream held = await FolderLock.TakeAsync(Path.Combine(_folder, IndexLockName), stop).ConfigureAwait(false);
            return await IndexAloneAsync(verify, progress, stop).ConfigureAwait(false);
        }, cancellationToken);

    /// <summary>Has searches of the collection in use that name no probes find this share of the nearest items, as measured on its own vectors.</summary>
    /// <inheritdoc cref="IVectorCollection.TuneIndexAsync"/>
    /// <returns>What the index is like now.</returns>
    /// <exception cref="NotReadyException">Nothing is indexed yet.</exception>
    public Task<IndexDescription> TuneIndexAsync(double? recall, CancellationToken cancellationToken = default) => RunLongAsync(async stop =>
    {
        ThrowIfReadOnly("tune", "Tune the index of");
        await using FileStream held = await FolderLock.TakeAsync(Path.Combine(_folder, IndexLockName), stop).ConfigureAwait(false);
        SnapshotRow row = Records.ReadSnapshot(_storeName);
        IVectorCollection? current = row.Collection is null ? null : await _versions.FindAsync(row.Collection, stop).ConfigureAwait(false);
        if (current is null)
            throw new NotReadyException(NotReadyReason.NotIndexed, $"Nothing is indexed in {Options.DataPath}", "call IndexAsync");
        await current.TuneIndexAsync(recall, stop).ConfigureAwait(false);
        return await current.DescribeIndexAsync(stop).ConfigureAwait(false);
    }, cancellationToken);

    private async Task<IndexReport> IndexAloneAsync(bool verify, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        SnapshotRow row = Records.ReadSnapshot(_storeName);
        if (row.Migration is { Stage: RecordStore.Completed } moved)
            return await UpdateNewAsync(moved, progress, cancellationToken: cancellationToken).ConfigureAwait(false);
        IVectorCollection? current = row.Collection is null ? null : await _versions.FindAsync(row.Collection, cancellationToken).ConfigureAwait(false);
        _second.Knows(current?.Space);
        if (current is not null && row.Migration is { } migration)
            return await IndexBothAsync(current, migration, verify, progress, cancellationToken).ConfigureAwait(false);
        if (current is null && !Records.HasItems)
            throw new NotReadyException(NotReadyReason.NoItems, $"There are no items in {Options.DataPath}", "add some first, by AddAsync or ImportAsync");
        IVectorCollection? others = current is null ? await FindOthersAsync(cancellationToken).ConfigureAwait(false) : null;
        VectorSpace space = ModelOf((current ?? others)?.Space).Space;
        if (others is not null)
        {
            IVectorCollection own = await GoOnOrCreateAsync(after: null, space, cancellationToken).ConfigureAwait(false);
            IndexReport taken = await UpdateAsync(own, others, progress, cancellationToken).ConfigureAwait(false);
            await SwitchToAsync(own, cancellationToken).ConfigureAwait(false);
            return taken;
        }
        if (current is null)
        {
            current = await GoOnOrCreateAsync(after: null, space, cancellationToken).ConfigureAwait(false);
            await SwitchToAsync(current, cancellationToken).ConfigureAwait(false);
        }
        bool isAside = current.Space != space;
        if (!isAside)
        {
            await MarkDifferencesAsync(current, verify, cancellationToken).ConfigureAwait(false);
            isAside = _changes.IsComplete(current.Name) && 2 * _changes.Count(current.Name) > Records.ItemCount;
        }
        return isAside
            ? await IndexAsideAsync(current, space, progress, cancellationToken).ConfigureAwait(false)
            : await UpdateAsync(current, reused: null, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IndexReport> IndexAsideAsync(IVectorCollection current, VectorSpace space, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        int removed = _changes.ReadRemoved(current.Name).Count;
        IVectorCollection target = await GoOnOrCreateAsync(after: current.Name, space, cancellationToken).ConfigureAwait(false);
        await MarkDifferencesAsync(target, verify: false, cancellationToken).ConfigureAwait(false);
        IVectorCollection? reused = MakesSameVectors(current.Space, space) || AdapterBetween(current.Space, space) is not null ? current
            : await FindOlderAsync(target.Name, space, cancellationToken).ConfigureAwait(false);
        IndexReport report = await UpdateAsync(target, reused, progress, cancellationToken).ConfigureAwait(false);
        await SwitchToAsync(target, cancellationToken).ConfigureAwait(false);
        await DropOlderAsync(kept: [target.Name, current.Name], cancellationToken).ConfigureAwait(false);
        return report with { Removed = removed };
    }

    /// <summary>The newest version before another one that is in this space, as after a way back to an earlier model: what it has need not be encoded
    /// again.</summary>
    private async Task<IVectorCollection?> FindOlderAsync(string than, VectorSpace space, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> versions = await _versions.ListAsync(cancellationToken).ConfigureAwait(false);
        foreach (string name in versions.TakeWhile(name => name != than).Reverse())
        {
            if (await _versions.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } found && found.Space == space)
                return found;
        }
        return null;
    }

    private async Task<IndexReport> UpdateAsync(
        IVectorCollection target, IVectorCollection? reused, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        bool isNew = !_changes.IsComplete(target.Name);
        var indexer = new CatalogIndexer(ModelOf(target.Space).Load(), Options.Template)
        {
            Blend = ModelOf(target.Space).Blend,
            Adapter = reused is null ? null : AdapterBetween(reused.Space, target.Space),
        };
        IndexReport report = await indexer.UpdateAsync(target, Records, _changes, reused, progress, cancellationToken).ConfigureAwait(false);
        // A build takes minutes for millions of rows; after a few changes a search is right without it.
        if (isNew || (await target.DescribeIndexAsync(cancellationToken).ConfigureAwait(false)).IsStale)
            await target.BuildIndexAsync(cancellationToken).ConfigureAwait(false);
        return report;
    }

    /// <summary>Whether the vectors of a collection are also those of another identity: an earlier Hybrid named the same model otherwise.</summary>
    private bool MakesSameVectors(VectorSpace old, VectorSpace space) =>
        old == space || (old.Template == space.Template && ModelOf(space).ReadManifest().IsFormerIdentity(old));

    /// <summary>The adapter that makes the vectors of one space from those of another, without their texts; null where none does.</summary>
    private TextAdapter? AdapterBetween(VectorSpace from, VectorSpace to) =>
        ModelOf(to) is { Blend: null, Manifest.Adapter: { } adapter } && adapter.EncoderHash == from.Hash && from.Template == to.Template ? adapter : null;

    /// <summary>Marks what a collection lacks, or has too much, if there is anything: one that has taken everything has a row for each item.</summary>
    private async Task MarkDifferencesAsync(IVectorCollection collection, bool verify, CancellationToken cancellationToken)
    {
        _changes.Follow(collection.Name);
        bool lacksRows = _changes.IsComplete(collection.Name) && _changes.Count(collection.Name) == 0
            && await collection.CountAsync(cancellationToken).ConfigureAwait(false) != Records.ItemCount;
        if (verify || lacksRows)
            await CatalogIndexer.ReconcileAsync(collection, Records, _changes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the alias leads to where these records have no collection yet, as after the store's address has changed: its vectors are taken over, and
    /// readers have it until the new one is complete.</summary>
    private async Task<IVectorCollection?> FindOthersAsync(CancellationToken cancellationToken)
    {
        string? name = await _versions.ReadAliasAsync(cancellationToken).ConfigureAwait(false);
        IVectorCollection? found = name is null || _changes.ReadTargets().Contains(name) ? null
            : await _versions.FindAsync(name, cancellationToken).ConfigureAwait(false);
        return found is not null && found.Space == ModelOf(found.Space).Space ? found : null;
    }

    /// <summary>A version newer than another one in this space, which a call that was cut short has left; otherwise a new one.</summary>
    private async Task<IVectorCollection> GoOnOrCreateAsync(string? after, VectorSpace space, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> versions = await _versions.ListAsync(cancellationToken).ConfigureAwait(false);
        HashSet<string> followed = [.. _changes.ReadTargets()];
        foreach (string name in versions.Reverse().TakeWhile(name => name != after).Where(followed.Contains))
        {
            if (await _versions.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } found && found.Space == space)
                return found;
        }
        IVectorCollection made = await _versions.CreateNextAsync(space, cancellationToken).ConfigureAwait(false);
        // A store that was lost or put back gives a name out again of which the records remember what it had taken.
        _changes.Unfollow(made.Name);
        _changes.Follow(made.Name);
        return made;
    }

    private async Task SwitchToAsync(IVectorCollection collection, CancellationToken cancellationToken)
    {
        _snapshots.Require(Records.UseCollection(collection.Name, _storeName));
        await _versions.PointAliasAsync(collection.Name, cancellationToken).ConfigureAwait(false);
        Records.NoteAliasFollows(collection.Name, _storeName);
    }

    private async Task DropOlderAsync(IReadOnlyCollection<string> kept, CancellationToken cancellationToken)
    {
        await _versions.DropOthersAsync(kept, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> left = await _versions.ListAsync(cancellationToken).ConfigureAwait(false);
        foreach (string target in _changes.ReadTargets().Where(_versions.IsVersion).Except(left))
            _changes.Unfollow(target);
    }
}

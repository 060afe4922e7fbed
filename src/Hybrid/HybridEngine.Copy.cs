using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Vectors;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>Copies the collection in use into another store: nothing is encoded again.</summary>
    /// <remarks>
    /// <para>It goes into the newest version that the folder has there in this space, or a new one; the records know which of its rows are older than they
    /// are,
    /// so that <see cref="IndexAsync"/> with that store brings it up to date. After an interruption the next call goes on behind the last row that is right,
    /// and a
    /// second copy writes what has changed since. It ends when both have been read through and are the same.</para>
    /// <para>Indexing waits until the copy has ended, as the copy does for it.</para>
    /// </remarks>
    /// <param name="target">Another store than this engine's; null: the embedded one, in the data folder.</param>
    /// <param name="switches">Leads readers of the other store to the copy at the end: who opens the folder with that store then has it. Who has this
    /// engine's
    /// store keeps it.</param>
    /// <param name="progress">Told how many rows have been compared, each of them twice.</param>
    /// <exception cref="ArgumentException">The two stores are one.</exception>
    /// <exception cref="NotReadyException">Nothing is indexed in this engine's store.</exception>
    /// <exception cref="VectorStoreException">A store failed; the next call goes on from there.</exception>
    /// <exception cref="RecordsException">The records failed, or can only be read; likewise.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the engine was disposed; likewise.</exception>
    public Task<CopyReport> CopyAsync(ExternalStore? target, bool switches = false, IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        string name = target?.Name ?? RecordStore.OwnStore;
        if (name == _storeName)
            throw new ArgumentException($"The copy would go from {(name == RecordStore.OwnStore ? "the embedded store" : name)} to itself.", nameof(target));
        return RunLongAsync(async stop =>
        {
            ThrowIfReadOnly("copy", "Copy");
            await using FileStream held = await FolderLock.TakeAsync(Path.Combine(_folder, IndexLockName), stop).ConfigureAwait(false);
            string? used = Records.ReadSnapshot(_storeName).Collection;
            IVectorCollection source = (used is null ? null : await _versions.FindAsync(used, stop).ConfigureAwait(false))
                ?? throw new NotReadyException(NotReadyReason.NotIndexed, $"There is no index of {Options.DataPath} to copy", "call IndexAsync");
            await using IVectorStore store = target is null ? OpenEmbedded() : await target.OpenAsync(_loggers, stop).ConfigureAwait(false);
            return await CopyIntoAsync(source, new CollectionVersions(store, ItemsAlias), name, switches, progress, stop).ConfigureAwait(false);
        }, cancellationToken);
    }

    private async Task<CopyReport> CopyIntoAsync(
        IVectorCollection source, CollectionVersions versions, string store, bool switches, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        ChangeLog changes = Records.ChangesOf(store);
        string? inUse = Records.ReadSnapshot(store).Collection;
        IVectorCollection target = await ChooseTargetAsync(versions, changes, inUse, source.Space, cancellationToken).ConfigureAwait(false);
        var copy = new CollectionCopy(source, target)
        {
            Titles = Records.Find,
            // Noted before it happens: a row that is made an older one, or taken out, is one that the next indexing has to look at, whatever ends this.
            BeforeWrite = items => changes.Mark(target.Name, items),
        };
        CopyReport report = await copy.RunAsync(progress, cancellationToken).ConfigureAwait(false);
        await CatalogIndexer.ReconcileAsync(target, Records, changes, cancellationToken, clearsRight: true).ConfigureAwait(false);
        if (!changes.IsComplete(target.Name) || (await target.DescribeIndexAsync(cancellationToken).ConfigureAwait(false)).IsStale)
            await target.BuildIndexAsync(cancellationToken).ConfigureAwait(false);
        if (_changes.IsComplete(source.Name))
            changes.NoteComplete(target.Name);
        if (switches && inUse != target.Name)
        {
            inUse = target.Name;
            Records.UseCollection(target.Name, store);
        }
        if (switches)
        {
            await versions.PointAliasAsync(target.Name, cancellationToken).ConfigureAwait(false);
            Records.NoteAliasFollows(target.Name, store);
        }
        return report with { IsInUse = inUse == target.Name };
    }

    /// <summary>The newest version of the other store that these records follow, not older than the one in use there, if it is in this space; or a new
    /// one.</summary>
    private static async Task<IVectorCollection> ChooseTargetAsync(
        CollectionVersions versions, ChangeLog changes, string? inUse, VectorSpace space, CancellationToken cancellationToken)
    {
        HashSet<string> followed = [.. changes.ReadTargets()];
        foreach (string version in (await versions.ListAsync(cancellationToken).ConfigureAwait(false)).Reverse())
        {
            if (followed.Contains(version) && await versions.FindAsync(version, cancellationToken).ConfigureAwait(false) is { } found && found.Space == space)
                return found;
            if (version == inUse)
                break;
        }
        IVectorCollection made = await versions.CreateNextAsync(space, cancellationToken).ConfigureAwait(false);
        // A store that was lost or put back gives a name out again of which the records remember what it had taken.
        changes.Unfollow(made.Name);
        changes.Follow(made.Name);
        return made;
    }
}

using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Vectors;

namespace Hybrid;

// How a migration makes its collections, so that none is left that nobody knows of.
public sealed partial class HybridEngine
{
    /// <summary>Makes a collection that takes every change from here on, and all there is.</summary>
    /// <remarks>The store gives the name: what is to be made is written down before, and the name with the step of the migration that has it. One that was
    /// made in between and cut short is taken, or dropped where it is of another space.</remarks>
    private async Task<string> MakeFollowedAsync(StoreInUse store, VectorSpace space, CancellationToken cancellationToken)
    {
        IVectorCollection? made = await FindUnownedAsync(store, cancellationToken).ConfigureAwait(false);
        if (made is not null && made.Space != space)
        {
            await DropAsync(store, made.Name, cancellationToken).ConfigureAwait(false);
            made = null;
        }
        if (made is null)
        {
            Records.NoteIntent(new(store.Name, space.Hash, await store.Versions.ListAsync(cancellationToken).ConfigureAwait(false)));
            made = await store.Versions.CreateNextAsync(space, cancellationToken).ConfigureAwait(false);
        }
        RowLedger ledger = store.Changes.LedgerOf(made.Name);
        // A store that was lost or put back gives a name out again of which the records remember what it had taken.
        ledger.Forget();
        ledger.Keep();
        store.Changes.Unfollow(made.Name);
        store.Changes.Follow(made.Name);
        return made.Name;
    }

    /// <summary>Drops what was made, and cut short before a migration had it.</summary>
    private async Task DropUnownedAsync(StoreInUse store, CancellationToken cancellationToken)
    {
        if (await FindUnownedAsync(store, cancellationToken).ConfigureAwait(false) is { } made)
            await DropAsync(store, made.Name, cancellationToken).ConfigureAwait(false);
        Records.ForgetIntent(store.Name);
    }

    /// <summary>The collection that was to be made, where it was, and was cut short: newer than what was there, of its space, and without a row, so that it is
    /// nobody else's.</summary>
    private async Task<IVectorCollection?> FindUnownedAsync(StoreInUse store, CancellationToken cancellationToken)
    {
        if (Records.FindIntent(store.Name) is not { } intent)
            return null;
        string? inUse = Records.ReadSnapshot(store.Name).Collection;
        foreach (CollectionInfo info in await store.Store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (store.Versions.IsVersion(info.Name) && info.Aliases.Count == 0 && info.Name != inUse && info.Space.Hash == intent.Space
                && !intent.There.Contains(info.Name)
                && await store.Versions.FindAsync(info.Name, cancellationToken).ConfigureAwait(false) is { } found
                && await found.CountAsync(cancellationToken).ConfigureAwait(false) == 0)
                return found;
        }
        return null;
    }

    /// <summary>Drops a collection with what is remembered of it.</summary>
    private static async Task DropAsync(StoreInUse store, string collection, CancellationToken cancellationToken)
    {
        store.Changes.Unfollow(collection);
        store.Changes.LedgerOf(collection).Forget();
        await store.Store.DropAsync(collection, cancellationToken).ConfigureAwait(false);
    }
}

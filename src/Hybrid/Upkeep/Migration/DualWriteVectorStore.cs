using System.Runtime.CompilerServices;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Upkeep.Migration;

/// <summary>Two stores that are written alike, for programs that have no records; the first one answers.</summary>
/// <remarks>
/// <para>A write goes into the first store, then into the second; it is acknowledged when both have taken it. What is read and searched comes from the first.
/// Both are closed with this.</para>
/// <para>What it cannot promise: where the second fails, or the program ends in between, the first has a row that the second has not, and nobody remembers.
/// Repeating the call mends that; a write that nobody repeats is found by a comparison (<see cref="CollectionCopy"/>). Two programs that write the same item
/// at once may leave different rows in the two. A migration of a shop with records has neither gap: they remember what each collection has still to
/// take.</para>
/// <para>Both stores have to begin with the same collections, as two empty ones, or one and its copy.</para>
/// </remarks>
/// <param name="first">Answers.</param>
/// <param name="second">Is written likewise.</param>
public sealed class DualWriteVectorStore(IVectorStore first, IVectorStore second) : IVectorStore
{
    private readonly ConditionalWeakTable<IVectorCollection, DualWriteCollection> _collections = new();
    private readonly SemaphoreSlim _creating = new(1, 1);

    /// <exception cref="VectorStoreException">A store failed, or the two would name it otherwise; nothing was made in either.</exception>
    /// <inheritdoc/>
    public async Task<IVectorCollection> CreateAsync(string name, VectorSpace space, CancellationToken cancellationToken = default)
    {
        // One at a time: two would come into the stores in different orders, and so under different versions.
        await _creating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            IVectorCollection made = await first.CreateAsync(name, space, cancellationToken).ConfigureAwait(false), other;
            try
            {
                other = await second.CreateAsync(name, space, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await first.DropAsync(made.Name, CancellationToken.None).ConfigureAwait(false);
                throw;
            }
            if (other.Name == made.Name)
                return Over(made, other);
            await first.DropAsync(made.Name, CancellationToken.None).ConfigureAwait(false);
            await second.DropAsync(other.Name, CancellationToken.None).ConfigureAwait(false);
            throw new VectorStoreException("dual write", $"create {name}", $"it would be {made.Name} in one store and {other.Name} in the other. Begin with "
                + "stores that have the same collections: copy the first into an empty one.", isTransient: false);
        }
        finally
        {
            _creating.Release();
        }
    }

    /// <exception cref="VectorStoreException">Likewise where the second store has no such collection.</exception>
    /// <inheritdoc/>
    public async Task<IVectorCollection> OpenAsync(string nameOrAlias, VectorSpace? space = null, CancellationToken cancellationToken = default)
    {
        IVectorCollection one = await first.OpenAsync(nameOrAlias, space, cancellationToken).ConfigureAwait(false);
        return _collections.TryGetValue(one, out DualWriteCollection? known) ? known
            : Over(one, await second.OpenAsync(one.Name, one.Space, cancellationToken).ConfigureAwait(false));
    }

    public Task<string?> ResolveAsync(string nameOrAlias, CancellationToken cancellationToken = default) => first.ResolveAsync(nameOrAlias, cancellationToken);

    public Task<IReadOnlyList<CollectionInfo>> ListAsync(CancellationToken cancellationToken = default) => first.ListAsync(cancellationToken);

    /// <remarks>The second store's alias first: who reads by it finds the collection in both from the moment that the first one's moves.</remarks>
    /// <inheritdoc/>
    public async Task SetAliasAsync(string alias, string collection, CancellationToken cancellationToken = default)
    {
        await second.SetAliasAsync(alias, collection, cancellationToken).ConfigureAwait(false);
        await first.SetAliasAsync(alias, collection, cancellationToken).ConfigureAwait(false);
    }

    public async Task DropAsync(string collection, CancellationToken cancellationToken = default)
    {
        await first.DropAsync(collection, cancellationToken).ConfigureAwait(false);
        await second.DropAsync(collection, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await first.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await second.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The same object each time, as long as the first store gives the same.
    private DualWriteCollection Over(IVectorCollection one, IVectorCollection other) => _collections.GetValue(one, first => new(first, other));
}

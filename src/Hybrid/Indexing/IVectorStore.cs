using Hybrid.Vectors;

namespace Hybrid.Indexing;

/// <summary>Named, versioned collections of vectors, and the aliases that readers open them by.</summary>
/// <remarks>
/// <para>A collection's name is a base name and a version: "products@3". An alias has no '@' and points at one collection; moving it is the only
/// cut-over.</para>
/// <para>Names: 1–64 of A–Z a–z 0–9 _, not beginning with a digit.</para>
/// <para>Threads: every member may be called concurrently. Closing waits for the calls that are under way, of its collections too; a later one is refused
/// with an <see cref="ObjectDisposedException"/>.</para>
/// <para>Every implementation passes VectorStoreContract.</para>
/// </remarks>
public interface IVectorStore : IAsyncDisposable
{
    /// <summary>Makes an empty collection under the next free version of <paramref name="name"/>; no alias leads to it yet.</summary>
    /// <param name="space">Of 1 … 32 768 dimensions.</param>
    /// <exception cref="ArgumentException">The name is not one, or no vector has as many dimensions.</exception>
    /// <exception cref="VectorStoreException">The store failed; nothing was made.</exception>
    Task<IVectorCollection> CreateAsync(string name, VectorSpace space, CancellationToken cancellationToken = default);

    /// <summary>Opens a collection by its name ("products@3") or by an alias ("products"); the same object each time.</summary>
    /// <param name="space">The space that the caller's vectors are in; null: whatever the collection has.</param>
    /// <exception cref="VectorStoreException">There is no such collection or alias (<see cref="VectorStoreException.IsGone"/>); or it holds another space,
    /// and both are named.</exception>
    Task<IVectorCollection> OpenAsync(string nameOrAlias, VectorSpace? space = null, CancellationToken cancellationToken = default);

    /// <summary>The collection, "products@3", that a name or an alias leads to now, or null when there is none; no row is read or counted.</summary>
    /// <exception cref="VectorStoreException">The store failed.</exception>
    Task<string?> ResolveAsync(string nameOrAlias, CancellationToken cancellationToken = default);

    /// <summary>All collections, by name and then version.</summary>
    Task<IReadOnlyList<CollectionInfo>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Points an alias at a collection, wherever it pointed before, in one step.</summary>
    /// <exception cref="ArgumentException">The alias is not a name.</exception>
    /// <exception cref="VectorStoreException">There is no such collection.</exception>
    Task SetAliasAsync(string alias, string collection, CancellationToken cancellationToken = default);

    /// <summary>Removes a collection and its vectors for good; one that is not there is ignored.</summary>
    /// <remarks>Whoever has it open gets a <see cref="VectorStoreException"/> from then on, which says so by
    /// <see cref="VectorStoreException.IsGone"/>.</remarks>
    /// <exception cref="VectorStoreException">An alias still leads to it, or the store failed.</exception>
    Task DropAsync(string collection, CancellationToken cancellationToken = default);
}

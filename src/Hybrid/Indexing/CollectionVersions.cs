using Hybrid.Vectors;

namespace Hybrid.Indexing;

/// <summary>The versions of one collection, "products@1", "products@2" …, and the alias of the same name that leads others to the one in use.</summary>
public sealed class CollectionVersions(IVectorStore store, string name)
{
    /// <summary>The name without a version; the alias, too.</summary>
    public string Name { get; } = name;

    /// <summary>A version by its full name, or null when it is not there.</summary>
    /// <exception cref="VectorStoreException">The store failed.</exception>
    public async Task<IVectorCollection?> FindAsync(string version, CancellationToken cancellationToken = default)
    {
        try
        {
            return await store.OpenAsync(version, space: null, cancellationToken).ConfigureAwait(false);
        }
        catch (VectorStoreException e) when (e.IsGone)
        {
            return null;   // asking first would not help: it may be dropped in between
        }
    }

    /// <summary>Makes the next version, empty; the alias does not lead to it yet.</summary>
    /// <exception cref="VectorStoreException">The store failed; nothing was made.</exception>
    public Task<IVectorCollection> CreateNextAsync(VectorSpace space, CancellationToken cancellationToken = default) =>
        store.CreateAsync(Name, space, cancellationToken);

    /// <summary>The version that the alias leads to, or null.</summary>
    public Task<string?> ReadAliasAsync(CancellationToken cancellationToken = default) => store.ResolveAsync(Name, cancellationToken);

    public Task PointAliasAsync(string version, CancellationToken cancellationToken = default) => store.SetAliasAsync(Name, version, cancellationToken);

    /// <summary>All versions that are there, oldest first.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken = default) =>
        [.. (await store.ListAsync(cancellationToken).ConfigureAwait(false)).Select(c => c.Name).Where(IsVersion)];

    /// <summary>Whether a name is that of a version, there or not.</summary>
    public bool IsVersion(string name) => CollectionName.TryParse(name, out CollectionName parsed) && parsed.Base == Name;

    /// <summary>Drops the versions but these, and those that an alias still leads to.</summary>
    /// <exception cref="VectorStoreException">The store failed; some versions may be gone.</exception>
    public async Task DropOthersAsync(IReadOnlyCollection<string> kept, CancellationToken cancellationToken = default)
    {
        foreach (CollectionInfo version in await store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (IsVersion(version.Name) && version.Aliases.Count == 0 && !kept.Contains(version.Name))
                await store.DropAsync(version.Name, cancellationToken).ConfigureAwait(false);
        }
    }
}

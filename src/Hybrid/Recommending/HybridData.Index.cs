using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Recommending;

public sealed partial class HybridData
{
    /// <summary>Encodes what is new or changed in the catalogue and makes it searchable; items that the catalogue no longer has disappear.</summary>
    /// <remarks>Another model or template encodes everything into a new version of the collection; readers stay on the old one until it is complete. The version before the old one is dropped.</remarks>
    /// <param name="progress">Told how many items are done.</param>
    /// <exception cref="ModelException">The model cannot be used.</exception>
    /// <exception cref="VectorStoreException">The store failed; the next call goes on from there.</exception>
    public async Task<IndexReport> IndexAsync(IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        VectorSpace space = Encoder.SpaceFor(Options.Template);
        CollectionInfo[] versions = [.. (await Store.ListAsync(cancellationToken).ConfigureAwait(false)).Where(c => c.Name.StartsWith(ItemsAlias + "@", StringComparison.Ordinal))];
        CollectionInfo? current = versions.FirstOrDefault(c => c.Aliases.Contains(ItemsAlias));

        // An unfinished version of the same space is what an interrupted call left: it goes on with that one.
        IVectorCollection collection = (current?.Space == space ? current : versions.LastOrDefault(c => c.Space == space)) is { } usable
            ? await Store.OpenAsync(usable.Name, space, cancellationToken).ConfigureAwait(false)
            : await Store.CreateAsync(ItemsAlias, space, cancellationToken).ConfigureAwait(false);

        IndexReport report = await new CatalogIndexer(Encoder, Options.Template)
            .UpdateAsync(collection, Catalog.ReadItems(), progress, cancellationToken).ConfigureAwait(false);
        if (report.Encoded + report.Refreshed + report.Removed > 0)
            await collection.BuildIndexAsync(cancellationToken).ConfigureAwait(false);

        if (current?.Name != collection.Name)
        {
            await Store.SetAliasAsync(ItemsAlias, collection.Name, cancellationToken).ConfigureAwait(false);
            foreach (CollectionInfo old in versions.Where(c => c.Name != collection.Name && c.Name != current?.Name))
                await Store.DropAsync(old.Name, cancellationToken).ConfigureAwait(false);
        }
        return report;
    }
}

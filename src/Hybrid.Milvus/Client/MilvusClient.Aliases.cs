using Hybrid.Milvus.Client.Wire;

namespace Hybrid.Milvus.Client;

public sealed partial class MilvusClient
{
    // Milvus 2.3 reads the database of these from the request alone, not from the header.
    private string DatabaseName => Options.Database ?? "";

    /// <summary>Another name for a collection.</summary>
    /// <exception cref="MilvusException">Likewise where it is a collection's name, or leads to one already.</exception>
    public Task CreateAliasAsync(string alias, string collection, CancellationToken cancellationToken = default) =>
        CallAsync(RemoteCalls.CreateAlias, new CreateAliasRequest { DbName = DatabaseName, Alias = alias, CollectionName = collection }, collection,
            cancellationToken);

    /// <summary>Lets an alias lead to another collection.</summary>
    /// <exception cref="MilvusException">Likewise where there is no such alias.</exception>
    public Task AlterAliasAsync(string alias, string collection, CancellationToken cancellationToken = default) =>
        CallAsync(RemoteCalls.AlterAlias, new AlterAliasRequest { DbName = DatabaseName, Alias = alias, CollectionName = collection }, collection,
            cancellationToken);

    /// <summary>Removes an alias; one that is not there is ignored.</summary>
    public Task DropAliasAsync(string alias, CancellationToken cancellationToken = default) =>
        CallAsync(RemoteCalls.DropAlias, new DropAliasRequest { DbName = DatabaseName, Alias = alias }, alias, cancellationToken);

    /// <summary>The collection that an alias leads to; null when there is no such alias.</summary>
    public async Task<string?> DescribeAliasAsync(string alias, CancellationToken cancellationToken = default)
    {
        try
        {
            DescribeAliasResponse found = await CallAsync(
                RemoteCalls.DescribeAlias, new DescribeAliasRequest { DbName = DatabaseName, Alias = alias }, alias, cancellationToken).ConfigureAwait(false);
            return found.Collection.Length > 0 ? found.Collection : null;
        }
        catch (MilvusException e) when (e.Kind is MilvusErrorKind.AliasNotFound or MilvusErrorKind.CollectionNotFound)
        {
            return null;
        }
    }

    /// <summary>The aliases of a collection, in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> ListAliasesAsync(string collection, CancellationToken cancellationToken = default)
    {
        ListAliasesResponse found = await CallAsync(
            RemoteCalls.ListAliases, new ListAliasesRequest { DbName = DatabaseName, CollectionName = collection }, collection,
                cancellationToken).ConfigureAwait(false);
        return [.. found.Aliases.Order(StringComparer.Ordinal)];
    }
}

using System.Globalization;
using System.Text.Json;
using Hybrid.Indexing;
using Hybrid.Milvus.Client;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hybrid.Milvus;

/// <summary>Collections of vectors on a Milvus server.</summary>
/// <remarks>
/// <para>The collection products@3 is called products_v3 there, and aliases have their own names. A collection says in its properties which space its
/// vectors are of; those that say nothing are not Hybrid's and are not listed, and <see cref="OpenForeignAsync"/> reads them.</para>
/// <para>What this store has written, its reads see, those of all its collections together. What other processes have written is seen within seconds.</para>
/// </remarks>
/// <inheritdoc/>
public sealed partial class MilvusVectorStore : IVectorStore
{
    // Never loaded, never filled: its properties are the highest versions that were ever dropped, by base name. The server has no other place for them.
    private const string Ledger = "hybrid_versions";

    /// <summary>How many versions that others made meanwhile are passed over.</summary>
    private const int MostAttempts = 100;

    private readonly StoreCalls _calls;
    private readonly MilvusStoreOptions _options;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _making = new(1);
    private readonly Lock _opening = new();
    private readonly Dictionary<string, MilvusCollection> _open = new(StringComparer.Ordinal);
    private readonly Lazy<Task> _closing;

    private MilvusVectorStore(MilvusStoreOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _calls = new StoreCalls(new MilvusClient(options.Client), logger);
        _closing = new(CloseAsync);
    }

    private MilvusClient Client => _calls.Client;

    /// <summary>Connects to a server.</summary>
    /// <exception cref="VectorStoreException">It does not answer, or refuses.</exception>
    public static async Task<MilvusVectorStore> OpenAsync(MilvusStoreOptions options, ILogger? logger = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var store = new MilvusVectorStore(options, logger ?? NullLogger.Instance);
        try
        {
            await store._calls.RunAsync("open", null, () => store.Client.ListCollectionsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <remarks>Two processes that make versions of one name at once get different ones.</remarks>
    /// <inheritdoc/>
    public Task<IVectorCollection> CreateAsync(string name, VectorSpace space, CancellationToken cancellationToken = default) =>
        _calls.RunAsync<IVectorCollection>($"create {name}", null, async () =>
    {
        PhysicalName.ThrowIfNotBase(name, nameof(name));
        VectorArguments.ThrowIfImpossible(space);
        await _making.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            (string physical, CollectionIdentity identity) = await MakeAsync(name, space, cancellationToken).ConfigureAwait(false);
            try
            {
                await Client.CreateIndexAsync(MilvusCollection.IndexOf(physical, IvfDefaults.FewestCells), cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await Client.DropCollectionAsync(physical, CancellationToken.None).ConfigureAwait(false);
                throw;
            }
            return Opened(physical, identity);
        }
        finally
        {
            _making.Release();
        }
    }, cancellationToken);

    public Task<IVectorCollection> OpenAsync(string nameOrAlias, VectorSpace? space = null, CancellationToken cancellationToken = default)
    {
        string operation = $"open {nameOrAlias}";
        return _calls.RunAsync<IVectorCollection>(operation, null, async () =>
        {
            ArgumentNullException.ThrowIfNull(nameOrAlias);
            if (await FindAsync(nameOrAlias, cancellationToken).ConfigureAwait(false) is not var (physical, identity))
                throw await UnknownAsync(operation, "collection or alias", nameOrAlias, cancellationToken).ConfigureAwait(false);
            if (space is not null && space != identity.Space)
            {
                throw _calls.Failure(operation, $"{NameOf(physical)} holds vectors of {identity.Space}, and {space} was asked for: the two cannot be compared. "
                    + "Open it with the model that filled it, or index the items again into a new collection.");
            }
            return Opened(physical, identity);
        }, cancellationToken);
    }

    public Task<string?> ResolveAsync(string nameOrAlias, CancellationToken cancellationToken = default) => _calls.RunAsync($"resolve {nameOrAlias}",
        null, async () =>
    {
        ArgumentNullException.ThrowIfNull(nameOrAlias);
        return await FindAsync(nameOrAlias, cancellationToken).ConfigureAwait(false) is var (physical, _) ? NameOf(physical) : null;
    }, cancellationToken);

    /// <remarks>Rows are counted by the server, one collection after the other.</remarks>
    /// <inheritdoc/>
    public Task<IReadOnlyList<CollectionInfo>> ListAsync(CancellationToken cancellationToken = default) =>
        _calls.RunAsync<IReadOnlyList<CollectionInfo>>("list", null, async () =>
    {
        var list = new List<CollectionInfo>();
        foreach ((CollectionName name, string physical) in await VersionsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await DescribeAsync(physical, cancellationToken).ConfigureAwait(false) is not { } identity)
                continue;   // not Hybrid's, or dropped meanwhile
            long count = await Opened(physical, identity).CountAsync(cancellationToken).ConfigureAwait(false);
            IReadOnlyList<string> aliases = await Client.ListAliasesAsync(physical, cancellationToken).ConfigureAwait(false);
            list.Add(new CollectionInfo(name.ToString(), identity.Space, count, aliases));
        }
        return list;
    }, cancellationToken);

    public Task SetAliasAsync(string alias, string collection, CancellationToken cancellationToken = default)
    {
        string operation = $"point {alias} at {collection}";
        return _calls.RunAsync(operation, null, async () =>
        {
            PhysicalName.ThrowIfNotBase(alias, nameof(alias));
            ArgumentNullException.ThrowIfNull(collection);
            if (!CollectionName.TryParse(collection, out CollectionName name) || await DescribeAsync(PhysicalName.Of(name),
                cancellationToken).ConfigureAwait(false) is null)
                throw await UnknownAsync(operation, "collection", collection, cancellationToken).ConfigureAwait(false);
            string physical = PhysicalName.Of(name);
            if (await Client.DescribeAliasAsync(alias, cancellationToken).ConfigureAwait(false) is null)
            {
                try
                {
                    await Client.CreateAliasAsync(alias, physical, cancellationToken).ConfigureAwait(false);
                    return;
                }
                catch (MilvusException e) when (e.Kind == MilvusErrorKind.AlreadyExists)
                {
                    // Another process was faster, or a collection that is not Hybrid's has the name, which the next call says.
                }
            }
            await Client.AlterAliasAsync(alias, physical, cancellationToken).ConfigureAwait(false);
        }, cancellationToken);
    }

    public Task DropAsync(string collection, CancellationToken cancellationToken = default)
    {
        string operation = $"drop {collection}";
        return _calls.RunAsync(operation, null, async () =>
        {
            ArgumentNullException.ThrowIfNull(collection);
            if (!CollectionName.TryParse(collection, out CollectionName name) || await DescribeAsync(PhysicalName.Of(name),
                cancellationToken).ConfigureAwait(false) is null)
                return;
            string physical = PhysicalName.Of(name);
            if (await Client.ListAliasesAsync(physical, cancellationToken).ConfigureAwait(false) is { Count: > 0 } aliases)
                throw _calls.Failure(operation, $"these aliases still lead to it: {string.Join(", ", aliases)}. Point them at another collection first.");
            await NoteVersionAsync(name, cancellationToken).ConfigureAwait(false);
            await Client.DropCollectionAsync(physical, cancellationToken).ConfigureAwait(false);
            lock (_opening)
            {
                if (_open.Remove(physical, out MilvusCollection? open))
                    open.MarkDropped();
            }
        }, cancellationToken);
    }

    /// <summary>Refuses new calls, waits for those under way, and closes the connection.</summary>
    public ValueTask DisposeAsync() => new(_closing.Value);

    private async Task CloseAsync()
    {
        await _calls.CloseAsync().ConfigureAwait(false);
        Client.Dispose();
        _making.Dispose();
    }

    /// <summary>Makes the collection of the next free version, without an index.</summary>
    private async Task<(string Physical, CollectionIdentity Identity)> MakeAsync(string name, VectorSpace space, CancellationToken cancellationToken)
    {
        long last = await LastVersionAsync(name, cancellationToken).ConfigureAwait(false);
        for (int attempt = 1; ; attempt++)
        {
            string physical = PhysicalName.Of(new CollectionName(name, last + attempt));
            CollectionIdentity identity = CollectionIdentity.Of(space);
            try
            {
                await Client.CreateCollectionAsync(new CollectionSchema(physical, RowSchema.Fields(space.Dimension))
                {
                    Shards = _options.Shards,
                    Consistency = _options.Consistency,
                    Properties = new Dictionary<string, string>
                    {
                        [CollectionIdentity.Property] = JsonSerializer.Serialize(identity, RowJson.Default.CollectionIdentity),
                    },
                }, cancellationToken).ConfigureAwait(false);
                // Some servers take the same schema again for the same request: whoever finds its own mark has made it.
                if ((await DescribeAsync(physical, cancellationToken).ConfigureAwait(false))?.Maker == identity.Maker)
                    return (physical, identity);
            }
            catch (MilvusException e) when (e.Kind == MilvusErrorKind.AlreadyExists && attempt < MostAttempts)
            {
                // Made by another process since the versions were listed.
            }
        }
    }

    /// <summary>The highest version that there is or was.</summary>
    private async Task<long> LastVersionAsync(string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> all = await Client.ListCollectionsAsync(cancellationToken).ConfigureAwait(false);
        long last = all.Select(physical => PhysicalName.TryParse(physical, out CollectionName found) && found.Base == name ? found.Version
            : 0).DefaultIfEmpty().Max();
        if (!all.Contains(Ledger))
            return last;
        CollectionDescription ledger = await Client.DescribeCollectionAsync(Ledger, cancellationToken).ConfigureAwait(false);
        return Math.Max(last, ledger.Properties.TryGetValue(name, out string? noted) ? long.Parse(noted, CultureInfo.InvariantCulture) : 0);
    }

    /// <summary>Keeps in mind that a version was there, before it goes.</summary>
    private async Task NoteVersionAsync(CollectionName name, CancellationToken cancellationToken)
    {
        if (!await Client.HasCollectionAsync(Ledger, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await Client.CreateCollectionAsync(new CollectionSchema(Ledger,
                    [new("id", FieldType.Int64) { IsKey = true }, new("embedding", FieldType.FloatVector) { Dimension = 2 }]),
                        cancellationToken).ConfigureAwait(false);
            }
            catch (MilvusException e) when (e.Kind == MilvusErrorKind.AlreadyExists)
            {
                // Another process was faster.
            }
        }
        long last = await LastVersionAsync(name.Base, cancellationToken).ConfigureAwait(false);
        await Client.SetPropertiesAsync(Ledger,
            new Dictionary<string, string> { [name.Base] = last.ToString(CultureInfo.InvariantCulture) }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All versions that there are, by name and then by version; among them may be collections that are not Hybrid's.</summary>
    private async Task<List<(CollectionName Name, string Physical)>> VersionsAsync(CancellationToken cancellationToken)
    {
        var versions = new List<(CollectionName Name, string Physical)>();
        foreach (string physical in await Client.ListCollectionsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (PhysicalName.TryParse(physical, out CollectionName name))
                versions.Add((name, physical));
        }
        return [.. versions.OrderBy(version => version.Name.Base, StringComparer.Ordinal).ThenBy(version => version.Name.Version)];
    }

    private async Task<(string Physical, CollectionIdentity Identity)?> FindAsync(string nameOrAlias, CancellationToken cancellationToken)
    {
        string? physical = CollectionName.TryParse(nameOrAlias, out CollectionName name) ? PhysicalName.Of(name)
            : !CollectionName.IsBase(nameOrAlias) ? null
            : await Client.DescribeAliasAsync(nameOrAlias, cancellationToken).ConfigureAwait(false);
        return physical is not null && PhysicalName.TryParse(physical, out _) && await DescribeAsync(physical,
            cancellationToken).ConfigureAwait(false) is { } identity
            ? (physical, identity)
            : null;
    }

    /// <summary>What a collection says of itself; null when there is none, or it is not Hybrid's.</summary>
    private async Task<CollectionIdentity?> DescribeAsync(string physical, CancellationToken cancellationToken)
    {
        try
        {
            CollectionDescription found = await Client.DescribeCollectionAsync(physical, cancellationToken).ConfigureAwait(false);
            if (!found.Properties.TryGetValue(CollectionIdentity.Property, out string? json))
                return null;
            CollectionIdentity? identity = JsonSerializer.Deserialize(json, RowJson.Default.CollectionIdentity);
            return identity is null or { Schema: <= CollectionIdentity.CurrentSchema } ? identity : throw _calls.Failure($"open {NameOf(physical)}",
                $"a newer Hybrid made it: its rows are of form {identity.Schema}, and this one knows forms up to {CollectionIdentity.CurrentSchema}. "
                    + $"Upgrade Hybrid.");
        }
        catch (MilvusException e) when (e.Kind == MilvusErrorKind.CollectionNotFound)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw _calls.Failure($"open {NameOf(physical)}", $"its property '{CollectionIdentity.Property}' cannot be read: {e.Message}", cause: e);
        }
    }

    private MilvusCollection Opened(string physical, CollectionIdentity identity)
    {
        lock (_opening)
        {
            if (_open.TryGetValue(physical, out MilvusCollection? open) && open.Maker == identity.Maker)
                return open;
            open?.MarkDropped();   // and made anew by another process
            return _open[physical] = new MilvusCollection(_calls, NameOf(physical), physical, identity, _options, _logger);
        }
    }

    private async Task<VectorStoreException> UnknownAsync(string operation, string what, string name, CancellationToken cancellationToken)
    {
        var known = new List<string>();
        foreach ((CollectionName version, string physical) in await VersionsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await DescribeAsync(physical, cancellationToken).ConfigureAwait(false) is null)
                continue;
            IReadOnlyList<string> aliases = await Client.ListAliasesAsync(physical, cancellationToken).ConfigureAwait(false);
            known.Add(aliases.Count == 0 ? version.ToString() : $"{version} ({string.Join(", ", aliases)})");
        }
        string there = known.Count == 0 ? "The store has no collections yet: index some items first." : $"There are: {string.Join(", ", known)}.";
        return new VectorStoreException(_calls.Store, operation, $"there is no {what} '{name}'. {there}", isTransient: false) { IsGone = true };
    }

    private static string NameOf(string physical) =>
        PhysicalName.TryParse(physical, out CollectionName name) ? name.ToString() : throw new ArgumentException($"'{physical}' is no version.",
            nameof(physical));
}

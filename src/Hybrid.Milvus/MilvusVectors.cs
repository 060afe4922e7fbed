using System.Globalization;
using System.Runtime.CompilerServices;
using Hybrid.Indexing;
using Hybrid.Milvus.Client;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Milvus;

/// <summary>Reads the vectors of any Milvus collection as they are, whoever made it: what a migration blends in, or an inspection looks through.</summary>
/// <remarks>Named "milvus://[user@]host[:port]/[database/]collection[?field=…]"; the other options are those of a store
/// (<see cref="MilvusStoreOptions.Parse(string)"/>). The key is the collection's own, a VARCHAR or an INT64; the field may be left out where there is one of
/// FLOAT_VECTOR only.</remarks>
public static class MilvusVectors
{
    private const string Scheme = "milvus://", FieldOption = "field=";

    private const string Form = $"{Scheme}[user@]host[:port]/[database/]collection[?{FieldOption}…]";

    /// <summary>Whether a setting names vectors on a server, and not a file.</summary>
    public static bool IsOne(string setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return setting.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The rows, by key, read as they are asked for; what is not in the server's memory is brought there.</summary>
    /// <exception cref="FormatException">The setting is malformed.</exception>
    /// <exception cref="VectorStoreException">There is no such collection or field, or the server failed; thrown while enumerating.</exception>
    public static IEnumerable<KeyedVector> Read(string setting, CancellationToken cancellationToken = default) =>
        ReadAsync(setting, cancellationToken).ToBlockingEnumerable(cancellationToken);

    /// <inheritdoc cref="Read"/>
    public static IAsyncEnumerable<KeyedVector> ReadAsync(string setting, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(setting);
        (MilvusStoreOptions options, string collection, string? field) = Parse(setting);
        return ReadAsync(options, collection, field, cancellationToken);
    }

    private static (MilvusStoreOptions Options, string Collection, string? Field) Parse(string setting)
    {
        int query = setting.IndexOf('?', StringComparison.Ordinal);
        string place = query < 0 ? setting : setting[..query];
        string[] options = query < 0 ? [] : setting[(query + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries);
        int slash = place.LastIndexOf('/');
        // A piece that may be one of a password is not quoted: one with a '/' in it has to have it encoded.
        if (!IsOne(setting) || slash < Scheme.Length || slash + 1 == place.Length || place.IndexOf('@', slash) >= 0)
            throw new FormatException($"Vectors on a server are named {Form}, and what was given names no collection.");
        string[] others = [.. options.Where(option => !option.StartsWith(FieldOption, StringComparison.Ordinal))];
        string store = others.Length == 0 ? place[..slash] : $"{place[..slash]}?{string.Join('&', others)}";
        string? field = options.FirstOrDefault(option => option.StartsWith(FieldOption, StringComparison.Ordinal))?[FieldOption.Length..];
        return (MilvusStoreOptions.Parse(store), Uri.UnescapeDataString(place[(slash + 1)..]), field is null ? null : Uri.UnescapeDataString(field));
    }

    private static async IAsyncEnumerable<KeyedVector> ReadAsync(
        MilvusStoreOptions options, string collection, string? field, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string store = options.ToString(), operation = $"read {collection}";
        using MilvusClient client = Called(store, operation, () => new MilvusClient(options.Client));
        CollectionDescription found = await CalledAsync(store, operation, () => client.DescribeCollectionAsync(collection, cancellationToken))
            .ConfigureAwait(false);
        FieldSchema vectors = FieldOf(found, field, store, operation);
        await CalledAsync(store, operation, async () =>
        {
            await client.LoadAsync(found.Name, cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        var query = new QueryRequest(found.Name) { OutputFields = [found.Key.Name, vectors.Name], Consistency = ConsistencyLevel.Strong };
        IAsyncEnumerator<RowSet> pages = client.QueryPagesAsync(query, found.Key, cancellationToken: cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using ConfiguredAsyncDisposable ended = pages.ConfigureAwait(false);
        while (await CalledAsync(store, operation, () => pages.MoveNextAsync().AsTask()).ConfigureAwait(false))
        {
            VectorColumn column = pages.Current.Column<VectorColumn>(vectors.Name);
            string[] keys = KeysOf(pages.Current.Columns.First(one => one.Name == found.Key.Name));
            for (int row = 0; row < keys.Length; row++)
                yield return new(keys[row], column[row]);
        }
    }

    private static FieldSchema FieldOf(CollectionDescription found, string? field, string store, string operation)
    {
        FieldSchema[] vectors = [.. found.Fields.Where(one => one.Type == FieldType.FloatVector)];
        FieldSchema? chosen = field is not null ? vectors.FirstOrDefault(one => one.Name == field) : vectors.Length == 1 ? vectors[0] : null;
        return chosen ?? throw new VectorStoreException(store, operation, vectors.Length == 0 ? "it has no field of FLOAT_VECTOR."
            : $"{(field is null ? "it has several fields of vectors" : $"it has no vectors '{field}'")}. Name one of them as {FieldOption}…: "
                + $"{string.Join(", ", vectors.Select(one => $"{one.Name} ({one.Dimension}-d)"))}.", isTransient: false);
    }

    /// <summary>As they are, whether they are ids or not.</summary>
    private static string[] KeysOf(Column keys) => keys switch
    {
        TextColumn texts => [.. texts.Values],
        Int64Column numbers => [.. numbers.Values.Select(key => key.ToString(CultureInfo.InvariantCulture))],
        _ => throw new ArgumentException($"{keys.GetType().Name} holds no keys.", nameof(keys)),
    };

    private static T Called<T>(string store, string operation, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (MilvusException e)
        {
            throw new VectorStoreException(store, operation, e.Reason, e.IsTransient, e);
        }
    }

    private static async Task<T> CalledAsync<T>(string store, string operation, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (MilvusException e)
        {
            throw new VectorStoreException(store, operation, e.Reason, e.IsTransient, e) { IsGone = e.Kind == MilvusErrorKind.CollectionNotFound };
        }
    }
}

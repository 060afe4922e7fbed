using System.Text.Json;
using Hybrid.Milvus.Client.Wire;
using KeyValuePair = Hybrid.Milvus.Client.Wire.KeyValuePair;

namespace Hybrid.Milvus.Client;

public sealed partial class MilvusClient
{
    /// <summary>Has an index made of what is there and what will come; it is built in the background.</summary>
    public Task CreateIndexAsync(IndexRequest index, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(index);
        var request = new CreateIndexRequest { CollectionName = index.Collection, FieldName = index.Field, IndexName = index.Name ?? index.Field };
        request.ExtraParams.Add(new KeyValuePair { Key = "index_type", Value = index.Type });
        if (index.Metric is { } metric)
            request.ExtraParams.Add(new KeyValuePair { Key = "metric_type", Value = metric });
        // As JSON: every server reads it, and not every one reads parameters as keys of their own.
        if (index.Parameters.Count > 0)
            request.ExtraParams.Add(new KeyValuePair { Key = "params", Value = JsonSerializer.Serialize(index.Parameters) });
        return CallAsync(RemoteCalls.CreateIndex, request, $"{index.Collection}.{index.Field}", cancellationToken);
    }

    /// <summary>The indexes of a collection; empty when there is none.</summary>
    public async Task<IReadOnlyList<IndexInfo>> DescribeIndexesAsync(string collection, CancellationToken cancellationToken = default)
    {
        try
        {
            DescribeIndexResponse found = await CallAsync(
                RemoteCalls.DescribeIndex, new DescribeIndexRequest { CollectionName = collection }, collection, cancellationToken).ConfigureAwait(false);
            return [.. found.IndexDescriptions.Select(InfoOf)];
        }
        catch (MilvusException e) when (e.Kind == MilvusErrorKind.IndexNotFound)
        {
            return [];
        }
    }

    /// <summary>Waits until an index has all flushed rows.</summary>
    /// <remarks>Milvus-lite says that from the start, and builds in the background.</remarks>
    /// <param name="progress">Told each time it is asked for.</param>
    /// <exception cref="MilvusException">There is no such index, it could not be built, or it takes longer than
    /// <see cref="MilvusClientOptions.LongTimeout"/>.</exception>
    public Task WaitForIndexAsync(string collection, string field, IProgress<IndexInfo>? progress = null, CancellationToken cancellationToken = default) =>
        WaitAsync("build the index of", collection, async () =>
        {
            IndexInfo index = (await DescribeIndexesAsync(collection, cancellationToken).ConfigureAwait(false)).FirstOrDefault(i => i.Field == field)
                ?? throw new MilvusException(_place, $"build the index of {collection}", $"the field '{field}' has none", MilvusErrorKind.IndexNotFound);
            if (index.Failure is { } failure)
                throw new MilvusException(_place, $"build the index of {collection}", failure, MilvusErrorKind.Other);
            progress?.Report(index);
            return index.IsFinished && index.IndexedRows >= index.TotalRows;
        }, cancellationToken);

    /// <summary>Removes an index; one that is not there is ignored. Some servers want the collection released first.</summary>
    public async Task DropIndexAsync(string collection, string field, string? name = null, CancellationToken cancellationToken = default)
    {
        try
        {
            await CallAsync(RemoteCalls.DropIndex, new DropIndexRequest { CollectionName = collection, FieldName = field, IndexName = name ?? field },
                $"{collection}.{field}", cancellationToken).ConfigureAwait(false);
        }
        catch (MilvusException e) when (e.Kind == MilvusErrorKind.IndexNotFound)
        {
            // Lite says so, 2.3 does not.
        }
    }

    private static IndexInfo InfoOf(IndexDescription wire)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (KeyValuePair pair in wire.Params)
        {
            parameters[pair.Key] = pair.Value;
            if (pair.Key != "params")
                continue;
            using JsonDocument json = JsonDocument.Parse(pair.Value);
            foreach (JsonProperty property in json.RootElement.EnumerateObject())
                parameters[property.Name] = property.Value.ToString();
        }
        return new IndexInfo(wire.IndexName, wire.FieldName, parameters)
        {
            IndexedRows = wire.IndexedRows,
            TotalRows = wire.TotalRows,
            IsFinished = wire.State == IndexState.Finished,
            Failure = wire.State == IndexState.Failed ? wire.IndexStateFailReason is { Length: > 0 } reason ? reason : "the server does not say why" : null,
        };
    }
}

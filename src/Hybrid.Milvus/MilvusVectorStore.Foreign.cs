using System.Globalization;
using Hybrid.Indexing;
using Hybrid.Milvus.Client;
using Hybrid.Vectors;

namespace Hybrid.Milvus;

public sealed partial class MilvusVectorStore
{
    /// <summary>Opens a collection that Hybrid did not make, to search and read it.</summary>
    /// <remarks>It is not listed, and no alias of this store leads to it.</remarks>
    /// <param name="collection">Its name or an alias, as the server has it.</param>
    /// <param name="keyField">A VARCHAR whose texts are item ids, or an INT64.</param>
    /// <param name="vectorField">A FLOAT_VECTOR of as many dimensions as the space has, each vector of length 1.</param>
    /// <param name="space">What the vectors are: nobody but the caller knows.</param>
    /// <exception cref="VectorStoreException">There is no such collection (<see cref="VectorStoreException.IsGone"/>), or it has no such fields; or the server
    /// failed.</exception>
    public Task<IVectorCollection> OpenForeignAsync(
        string collection, string keyField, string vectorField, VectorSpace space, CancellationToken cancellationToken = default)
    {
        string operation = $"open {collection}";
        return _calls.RunAsync<IVectorCollection>(operation, null, async () =>
        {
            VectorArguments.ThrowIfImpossible(space);
            CollectionDescription found;
            try
            {
                found = await Client.DescribeCollectionAsync(collection, cancellationToken).ConfigureAwait(false);
            }
            catch (MilvusException e) when (e.Kind == MilvusErrorKind.CollectionNotFound)
            {
                IReadOnlyList<string> there = await Client.ListCollectionsAsync(cancellationToken).ConfigureAwait(false);
                throw new VectorStoreException(_calls.Store, operation, $"there is no collection '{collection}'. "
                    + (there.Count == 0 ? "The database has none." : $"There are: {string.Join(", ", there)}."), isTransient: false, e)
                { IsGone = true };
            }
            string fields = string.Join(", ", found.Fields.Select(Describe));
            FieldSchema key = found.Fields.FirstOrDefault(field => field.Name == keyField && field.IsKey && field.Type is FieldType.VarChar or FieldType.Int64)
                ?? throw _calls.Failure(operation, $"its key is not '{keyField}'. It has: {fields}.");
            FieldSchema vector = found.Fields.FirstOrDefault(field => field.Name == vectorField && field.Type == FieldType.FloatVector)
                ?? throw _calls.Failure(operation, $"it has no vectors '{vectorField}'. It has: {fields}.");
            if (vector.Dimension != space.Dimension)
                throw _calls.Failure(operation, $"its vectors have {vector.Dimension} floats, and those of {space} have {space.Dimension}.");
            IndexInfo? index = (await Client.DescribeIndexesAsync(found.Name,
                cancellationToken).ConfigureAwait(false)).FirstOrDefault(i => i.Field == vectorField);
            string metric = index?.Parameters.GetValueOrDefault("metric_type", "COSINE") ?? "COSINE";
            int cells = index?.Parameters.TryGetValue("nlist", out string? nlist) == true && int.TryParse(nlist, CultureInfo.InvariantCulture, out int n)
                ? n : 1;
            return new ForeignCollection(_calls, new SearchedFields(found.Name, key, vectorField, metric, []), space,
                MilvusCollection.DefaultProbingOf(cells), _options);
        }, cancellationToken);

        static string Describe(FieldSchema field) =>
            field.Dimension > 0 ? $"{field.Name} ({field.Type}, {field.Dimension}-d)" : $"{field.Name} ({field.Type})";
    }
}

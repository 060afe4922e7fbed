using System.Globalization;
using System.Numerics.Tensors;
using Hybrid.Vectors;

namespace Hybrid.Indexing;

/// <summary>What every collection demands of its callers' vectors, so that all stores refuse the same things in the same words.</summary>
internal static class VectorArguments
{
    /// <summary>The most neighbors of one search: what Milvus returns.</summary>
    public const int MaxCount = 16_384;

    /// <exception cref="ArgumentException">A row has another length than the space's vectors, or is not a unit vector.</exception>
    public static void ThrowIfNotOf(VectorSpace space, ItemBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Items.Count == 0)
            return;
        if (batch.Dimension != space.Dimension)
            throw new ArgumentException($"The batch has vectors of {batch.Dimension} floats, and {space} has {space.Dimension}: encode the items with that model.", nameof(batch));
        for (int row = 0; row < batch.Items.Count; row++)
        {
            ReadOnlySpan<float> vector = batch.Vectors.Span.Slice(row * space.Dimension, space.Dimension);
            if (!UnitVector.IsUnit(vector))
                throw new ArgumentException($"The vector of item {batch.Items[row].Id} has length {Length(vector)}, not 1: divide it by its length.", nameof(batch));
        }
    }

    /// <exception cref="ArgumentException">The query has another length than the space's vectors or is not a unit vector, or the count is out of range.</exception>
    public static void ThrowIfNotOf(VectorSpace space, ReadOnlySpan<float> query, int count)
    {
        if (query.Length != space.Dimension)
            throw new ArgumentException($"The query has {query.Length} floats, and {space} has {space.Dimension}: encode it with that model.", nameof(query));
        if (!UnitVector.IsUnit(query))
            throw new ArgumentException($"The query has length {Length(query)}, not 1: divide it by its length.", nameof(query));
        if (count is < 1 or > MaxCount)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A search returns 1 to {MaxCount} neighbors, not {count}.");
    }

    private static string Length(ReadOnlySpan<float> vector) => TensorPrimitives.Norm(vector).ToString("G6", CultureInfo.InvariantCulture);
}

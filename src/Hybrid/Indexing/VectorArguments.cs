using System.Globalization;
using System.Numerics.Tensors;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing;

/// <summary>What every collection demands of its callers' vectors, so that all stores refuse the same things in the same words.</summary>
internal static class VectorArguments
{
    /// <summary>The most neighbors of one search: what Milvus returns.</summary>
    public const int MaxCount = 16_384;

    /// <summary>The most floats of one vector: what Milvus takes.</summary>
    public const int MaxDimension = 32_768;

    /// <exception cref="ArgumentException">No vector can be of this space.</exception>
    public static void ThrowIfImpossible(VectorSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (space.Dimension is < 1 or > MaxDimension)
            throw new ArgumentOutOfRangeException(nameof(space), space.Dimension, $"A vector has 1 to {MaxDimension} floats, not {space.Dimension}.");
    }

    /// <exception cref="ArgumentException">The batch is of another space, a row is not a unit vector, or a price is not finite.</exception>
    public static void ThrowIfNotOf(VectorSpace space, ItemBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Space != space)
        {
            throw new ArgumentException(
                $"The batch has vectors of {batch.Space}, and the collection holds {space}: the two cannot be compared. Encode the items with that model.",
                    nameof(batch));
        }
        for (int row = 0; row < batch.Items.Count; row++)
        {
            Item item = batch.Items[row];
            if (!UnitVector.IsUnit(batch.VectorOf(row)))
                throw new ArgumentException($"The vector of item {item.Id} has length {Length(batch.VectorOf(row))}, not 1: divide it by its length.",
                    nameof(batch));
            if (item.Price is { } price && !double.IsFinite(price))
                throw new ArgumentException($"The price of item {item.Id} is {price}, and must be finite.", nameof(batch));
        }
    }

    /// <exception cref="ArgumentException">The query is of another space, has another length than its vectors or is not a unit vector, or the count is out
    /// of range.</exception>
    public static void ThrowIfNotOf(VectorSpace space, QueryVector query, int count)
    {
        if (query.Space != space)
        {
            throw new ArgumentException(
                $"The query is of {query.Space}, and the collection holds {space}: the two cannot be compared. Encode it with that model.", nameof(query));
        }
        ReadOnlySpan<float> vector = query.Vector.Span;
        if (vector.Length != space.Dimension)
            throw new ArgumentException($"The query has {vector.Length} floats, and {space} has {space.Dimension}: encode it with that model.", nameof(query));
        if (!UnitVector.IsUnit(vector))
            throw new ArgumentException($"The query has length {Length(vector)}, not 1: divide it by its length.", nameof(query));
        ThrowIfOutOfRange(count);
    }

    /// <exception cref="ArgumentException">The count is none of a search.</exception>
    public static void ThrowIfOutOfRange(int count)
    {
        if (count is < 1 or > MaxCount)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A search returns 1 to {MaxCount} neighbors, not {count}.");
    }

    /// <exception cref="ArgumentException">The page ends behind the last that a search reaches.</exception>
    public static void ThrowIfOutOfRange(int count, int offset)
    {
        ThrowIfOutOfRange(count);
        if (offset < 0 || offset > MaxCount - count)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset,
                $"A search reaches the first {MaxCount} neighbors: with a count of {count} the offset is 0 to {MaxCount - count}, not {offset}.");
        }
    }

    private static string Length(ReadOnlySpan<float> vector) => TensorPrimitives.Norm(vector).ToString("G6", CultureInfo.InvariantCulture);

    /// <exception cref="ArgumentOutOfRangeException">It is no recall that one can ask for: above 0, and below 1.</exception>
    public static void ThrowIfNoRecall(double? recall)
    {
        if (recall is { } asked && !(asked is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(recall), recall, "A recall is above 0 and below 1; 1 is a search with SearchOptions.Everywhere.");
    }
}

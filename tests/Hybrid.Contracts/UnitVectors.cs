using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Contracts;

/// <summary>Vectors and batches for the tests of stores.</summary>
public static class UnitVectors
{
    /// <summary>A space of made-up vectors.</summary>
    public static VectorSpace Space(int dimension, string model = "made-up") => new(model, new string('a', 64), dimension, VectorSpaceKind.Text);

    /// <summary>The unit vector at an angle, so that scores are cosines one can do by heart.</summary>
    public static float[] At(double degrees) =>
        [(float)Math.Cos(double.DegreesToRadians(degrees)), (float)Math.Sin(double.DegreesToRadians(degrees))];

    public static float[] Draw(Random random, int dimension)
    {
        ArgumentNullException.ThrowIfNull(random);
        var vector = new float[dimension];
        double squares = 0;
        for (int i = 0; i < dimension; i++)
        {
            vector[i] = (float)(random.NextDouble() * 2 - 1);
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < dimension; i++)
            vector[i] /= (float)Math.Sqrt(squares);
        return vector;
    }

    /// <summary>Packs (item, vector) pairs into one row-major batch, in the <see cref="Space"/> of as many dimensions as the first vector has.</summary>
    public static ItemBatch Batch(params (Item Item, float[] Vector)[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new(Space(rows[0].Vector.Length), [.. rows.Select(r => r.Item)], rows.SelectMany(r => r.Vector).ToArray());
    }

    public static ItemBatch Batch(params (string Item, float[] Vector)[] rows) =>
        Batch([.. rows.Select(r => (new Item(r.Item), r.Vector))]);

    /// <summary>The linear scan in double that every exact search must agree with.</summary>
    public static List<ItemId> Nearest(IEnumerable<KeyValuePair<ItemId, float[]>> rows, float[] query, int count) =>
        [.. rows.OrderByDescending(r => r.Value.Zip(query, (a, b) => (double)a * b).Sum()).ThenBy(r => r.Key).Take(count).Select(r => r.Key)];
}

using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Contracts;

/// <summary>Vectors and batches for the tests of stores.</summary>
public static class UnitVectors
{
    private const double RoundingError = 1e-6;   // of a sum of some dozen products below 1 in single precision

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

    /// <summary>Fails unless a search of everything found what the linear scan in double finds.</summary>
    /// <remarks>Scores are summed in single precision: two that differ by less than it tells apart may stand either way round, or at the end be taken one for
    /// the other.</remarks>
    /// <param name="where">Which of many searches this was, for whoever reads the failure.</param>
    public static void ExpectNearest(
        IEnumerable<KeyValuePair<ItemId, float[]>> rows, float[] query, int count, IReadOnlyList<Neighbor> found, string where = "")
    {
        ArgumentNullException.ThrowIfNull(found);
        Dictionary<ItemId, double> scores = rows.ToDictionary(row => row.Key, row => Score(row.Value, query));
        ItemId[] items = [.. found.Select(n => n.Item)];
        List<ItemId> nearest = Nearest(rows, query, count);
        Assert.True(nearest.Count == items.Length && items.Distinct().Count() == items.Length, $"{where}: {nearest.Count} expected, {items.Length} found");
        for (int rank = 0; rank < items.Length; rank++)
        {
            Assert.True(scores.TryGetValue(items[rank], out double score), $"{where}: rank {rank}: {items[rank]} is not there");
            Assert.True(Math.Abs(score - scores[nearest[rank]]) < RoundingError, $"{where}: rank {rank}: {items[rank]} scores {score:R}, "
                + $"{nearest[rank]} was expected with {scores[nearest[rank]]:R}");
        }
    }

    /// <summary>The linear scan in double that every exact search must agree with.</summary>
    public static List<ItemId> Nearest(IEnumerable<KeyValuePair<ItemId, float[]>> rows, float[] query, int count) =>
        [.. rows.OrderByDescending(r => Score(r.Value, query)).ThenBy(r => r.Key).Take(count).Select(r => r.Key)];

    private static double Score(float[] row, float[] query) => row.Zip(query, (a, b) => (double)a * b).Sum();
}

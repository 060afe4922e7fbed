using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Tests.Writer;

/// <summary>The writes that the killed process makes, one after the other; the test replays them to know what must be there.</summary>
/// <remarks>Compiled into both. Step n is the same in every process.</remarks>
internal static class Script
{
    public const string Collection = "killed@1";
    public const int Dimension = 8;

    /// <summary>Items of the catalogue, all titled alike by one import.</summary>
    public const int CatalogItems = 30;

    private const int Ids = 120;

    public static VectorSpace Space { get; } = new("made-up", new string('a', 64), Dimension, VectorSpaceKind.Text);

    public enum Kind
    {
        Upsert,
        Remove,
        Import,
        Build,
    }

    public static Kind KindOf(int step) => (step % 9) switch
    {
        3 or 7 => Kind.Remove,
        5 => Kind.Import,
        8 => Kind.Build,
        _ => Kind.Upsert,
    };

    public static ItemBatch Upserts(int step)
    {
        var random = new Random(step);
        ItemId[] ids = [.. Enumerable.Range(0, 3 + random.Next(40)).Select(_ => new ItemId($"P{random.Next(Ids)}")).Distinct()];
        var vectors = new float[ids.Length * Dimension];
        for (int row = 0; row < ids.Length; row++)
            Draw(random).CopyTo(vectors, row * Dimension);
        return new ItemBatch([.. ids.Select(id => new Item(id) { Category = $"step {step}" })], vectors, [.. ids.Select(id => $"{id}/{step}")]);
    }

    public static ItemId[] Removals(int step)
    {
        var random = new Random(step);
        return [.. Enumerable.Range(0, 1 + random.Next(20)).Select(_ => new ItemId($"P{random.Next(Ids)}"))];
    }

    public static IEnumerable<Item> Import(int step) =>
        Enumerable.Range(0, CatalogItems).Select(i => new Item($"C{i}") { Title = $"imported by step {step}" });

    private static float[] Draw(Random random)
    {
        var vector = new float[Dimension];
        double squares = 0;
        for (int i = 0; i < Dimension; i++)
        {
            vector[i] = (float)(random.NextDouble() * 2 - 1);
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < Dimension; i++)
            vector[i] /= (float)Math.Sqrt(squares);
        return vector;
    }
}

using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Tests.Writer;

/// <summary>The writes that the killed process makes, one after the other; the test replays them to know what must be there.</summary>
/// <remarks>Compiled into both. Step n is the same in every process.</remarks>
internal static class Script
{
    public const string Collection = "killed@1";

    /// <summary>The name of those that are made, filled and dropped within one step.</summary>
    public const string Dropped = "dropped";

    public const int Dimension = 8;

    /// <summary>Rows of a collection that is dropped: more than go in one transaction.</summary>
    public const int ManyRows = 1100;

    private const int Ids = 120;

    public static VectorSpace Space { get; } = new("made-up", new string('a', 64), Dimension, VectorSpaceKind.Text);

    public enum Kind
    {
        Upsert,
        Remove,
        Drop,
        Build,
    }

    public static Kind KindOf(int step) => (step % 9) switch
    {
        3 or 7 => Kind.Remove,
        5 => Kind.Drop,
        8 => Kind.Build,
        _ => Kind.Upsert,
    };

    public static ItemBatch Upserts(int step)
    {
        var random = new Random(step);
        ItemId[] ids = [.. Enumerable.Range(0, 3 + random.Next(40)).Select(_ => new ItemId($"P{random.Next(Ids)}")).Distinct()];
        return new ItemBatch(
            Space, [.. ids.Select(id => new Item(id) { Category = $"step {step}" })], Draw(random, ids.Length), [.. ids.Select(id => $"{id}/{step}")],
            [.. ids.Select(_ => (long)step)]);
    }

    public static ItemBatch Many(int step) =>
        new(Space, [.. Enumerable.Range(0, ManyRows).Select(i => new Item($"D{i}"))], Draw(new Random(step), ManyRows));

    /// <summary>Floats of <see cref="Replacements"/>, whose space is <see cref="WideSpace"/>; there are so many items of them.</summary>
    public const int WideDimension = 512, WideItems = 2000;

    public static VectorSpace WideSpace { get; } = new("made-up", new string('a', 64), WideDimension, VectorSpaceKind.Text);

    /// <summary>Rows whose vectors are drawn by their fingerprints.</summary>
    public static ItemBatch Replacements(int step)
    {
        var random = new Random(step);
        string[] items = [.. Enumerable.Range(0, 300).Select(_ => $"W{random.Next(WideItems)}").Distinct()];
        return new ItemBatch(WideSpace, [.. items.Select(item => new Item(item))], items.SelectMany((_, i) => Wide($"{step + i}")).ToArray(),
            [.. items.Select((_, i) => $"{step + i}")]);
    }

    /// <summary>[d]: the vector of a row with a fingerprint.</summary>
    public static float[] Wide(string fingerprint)
    {
        var random = new Random(int.Parse(fingerprint, CultureInfo.InvariantCulture));
        var vector = new float[WideDimension];
        foreach (ref float component in vector.AsSpan())
            component = (float)(random.NextDouble() * 2 - 1);
        UnitVector.Normalize(vector);
        return vector;
    }

    public static ItemId[] Removals(int step)
    {
        var random = new Random(step);
        return [.. Enumerable.Range(0, 1 + random.Next(20)).Select(_ => new ItemId($"P{random.Next(Ids)}"))];
    }

    /// <summary>[count × d].</summary>
    private static float[] Draw(Random random, int count)
    {
        var vectors = new float[count * Dimension];
        for (int row = 0; row < count; row++)
        {
            Span<float> vector = vectors.AsSpan(row * Dimension, Dimension);
            foreach (ref float component in vector)
                component = (float)(random.NextDouble() * 2 - 1);
            UnitVector.Normalize(vector);
        }
        return vectors;
    }
}

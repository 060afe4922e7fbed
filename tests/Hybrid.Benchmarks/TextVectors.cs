using Hybrid.Vectors;

namespace Hybrid.Benchmarks;

/// <summary>The text vectors of a data folder, as the project's own encoder made them, and as many more as are wanted.</summary>
internal static class TextVectors
{
    private const int Seed = 7;

    /// <param name="folder">Imported and indexed.</param>
    public static async Task<float[][]> ReadAsync(string folder, int rows)
    {
        await using HybridEngine engine = await HybridEngine.OpenAsync(folder);
        List<float[]> vectors = [];
        await foreach (ExportedItem item in engine.ExportAsync())
            vectors.Add(item.Vector!.Value.ToArray());   // ! : the folder is indexed
        return [.. Enumerable.Range(0, rows).Zip(More(vectors), (_, vector) => vector)];
    }

    /// <summary>These vectors, and then without end: one of them, moved by half the difference of two others.</summary>
    public static IEnumerable<float[]> More(IReadOnlyList<float[]> vectors)
    {
        foreach (float[] vector in vectors)
            yield return vector;
        var random = new Random(Seed);
        for (int r = 0; ; r = (r + 1) % vectors.Count)
        {
            float[] vector = [.. vectors[r]], a = vectors[random.Next(vectors.Count)], b = vectors[random.Next(vectors.Count)];
            for (int i = 0; i < vector.Length; i++)
                vector[i] += (a[i] - b[i]) / 2;
            UnitVector.Normalize(vector);
            yield return vector;
        }
    }
}

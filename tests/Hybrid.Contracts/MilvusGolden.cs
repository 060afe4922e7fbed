using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Contracts;

/// <summary>What a real Milvus 2.3.5 answered on 200 vectors from a documented generator.</summary>
public sealed class MilvusGolden
{
    public const int Dimension = 8;

    private const int Rows = 200;

    private MilvusGolden(ItemBatch batch, IReadOnlyList<Search> searches) => (Batch, Searches) = (batch, searches);

    public ItemBatch Batch { get; }

    /// <summary>By cosine, exhaustive.</summary>
    public IReadOnlyList<Search> Searches { get; }

    public sealed record Search(float[] Query, string? Filter, int Count, string[] Items, double[] Scores);

    public static MilvusGolden Load()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Shared("golden", "milvus", "standalone.json")));
        ulong state = golden.RootElement.GetProperty("generator").GetProperty("seed").GetUInt64();
        float[][] drawn = [.. Enumerable.Range(0, Rows + 5).Select(_ => Unit([.. Enumerable.Range(0, Dimension).Select(_ => Draw(ref state))]))];
        Item[] items = [.. Enumerable.Range(0, Rows).Select(i => new Item($"g-{i:D4}")
        {
            Category = "xyzw"[i % 4].ToString(),
            Price = i * 37 % 100 + 0.5,
            InStock = i % 3 == 0,
            Attributes = new Dictionary<string, AttributeValue> { ["ts"] = 1700000000000d + i * 1000, ["k"] = i % 10, ["dyn_n"] = i % 11,
                ["nest.a"] = i % 5, ["arr"] = AttributeValue.OfList([i % 3, i % 4]) },
        })];
        List<Search> searches = [];
        foreach (JsonElement search in golden.RootElement.GetProperty("search").EnumerateArray())
        {
            // Fields of that collection that are attributes here; an object within one is attributes of longer names.
            string filter = search.GetProperty("filter").GetString()!
                .Replace("attrs[", "attributes[", StringComparison.Ordinal)
                .Replace("ts >=", "attributes[\"ts\"] >=", StringComparison.Ordinal)
                .Replace("dyn_n ==", "attributes[\"dyn_n\"] ==", StringComparison.Ordinal);
            if (search.GetProperty("metric").GetString() != "COSINE")
                continue;
            searches.Add(new Search(
                drawn[Rows + search.GetProperty("query").GetInt32()], filter.Length == 0 ? null : filter, search.GetProperty("limit").GetInt32(),
                [.. search.GetProperty("ids").EnumerateArray().Select(id => id.GetString()!)],
                [.. search.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble())]));
        }
        return new MilvusGolden(new ItemBatch(UnitVectors.Space(Dimension), items, drawn[..Rows].SelectMany(v => v).ToArray()), searches);
    }

    // The file's "generator" has the constants.
    private static float Draw(ref ulong state)
    {
        state = unchecked(state * 6364136223846793005 + 1442695040888963407);
        return ((long)(state >> 40) - 8388608) / 8388608f;
    }

    private static float[] Unit(float[] vector)
    {
        double norm = Math.Sqrt(vector.Sum(x => (double)x * x));
        return [.. vector.Select(x => (float)(x / norm))];
    }
}

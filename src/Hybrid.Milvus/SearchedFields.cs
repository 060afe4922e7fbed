using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Milvus.Client;

namespace Hybrid.Milvus;

/// <summary>What a search needs to know of a collection on the server.</summary>
/// <param name="Metric">"COSINE"; of collections that Hybrid did not make also "IP" or "L2".</param>
/// <param name="Items">The fields that items are made of; empty where there are none.</param>
internal sealed record SearchedFields(string Physical, FieldSchema Key, string Vector, string Metric, IReadOnlyList<string> Items)
{
    public static SearchedFields Of(string physical) =>
        new(physical, new FieldSchema(RowSchema.Key, FieldType.VarChar), RowSchema.Vector, "COSINE", RowSchema.ItemFields);

    private bool HasTextKey => Key.Type == FieldType.VarChar;

    /// <summary>The condition on rows in the server's words.</summary>
    public ServerFilter Say(Filter? filter, IReadOnlyCollection<ItemId> excluded)
    {
        ServerFilter said = Items.Count > 0 ? ServerFilter.Of(filter) : new("", filter is null);
        if (excluded.Count == 0)
            return said;
        // A number that is a key is written in one way only.
        string[] keys = HasTextKey ? [.. excluded.Select(item => FilterExpression.Quote(item.Value))]
            : [.. excluded.Select(item => item.Value).Where(id => long.TryParse(id, CultureInfo.InvariantCulture, out long n)
                && n.ToString(CultureInfo.InvariantCulture) == id)];
        string others = $"{Key.Name} not in [{string.Join(',', keys)}]";
        return said with { Text = said.Text.Length == 0 ? others : $"({said.Text} and {others})" };
    }

    public static IReadOnlyList<ItemId> KeysOf(Column keys) => keys switch
    {
        TextColumn texts => [.. texts.Values.Select(key => new ItemId(key))],
        Int64Column numbers => [.. numbers.Values.Select(key => new ItemId(key.ToString(CultureInfo.InvariantCulture)))],
        _ => throw new ArgumentException($"{keys.GetType().Name} holds no keys.", nameof(keys)),
    };

    /// <summary>The cosine of what the server calls a score; of unit vectors an inner product is it, and a squared distance is 2 − 2 cos.</summary>
    public float CosineOf(float score) => Math.Clamp(Metric == "L2" ? 1 - score / 2 : score, -1, 1);
}

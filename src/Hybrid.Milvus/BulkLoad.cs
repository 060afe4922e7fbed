using System.Text.Json;
using System.Text.Json.Serialization;
using Hybrid.Catalog;
using Hybrid.Milvus.Client;

namespace Hybrid.Milvus;

/// <summary>How far a load of a collection has come, kept in the collection's properties.</summary>
/// <param name="After">All rows up to this id are in; "" at the beginning.</param>
/// <param name="Through">Of the rows behind them, up to this id, some may be in.</param>
/// <param name="Rows">How many the former are.</param>
internal sealed record BulkLoad(string After, string Through, long Rows)
{
    public const string Property = "hybrid.load";

    public static BulkLoad None { get; } = new("", "", 0);

    [JsonIgnore]
    public ItemId AfterItem => After.Length == 0 ? default : new ItemId(After);

    /// <summary>Null where none has begun, or all have ended.</summary>
    /// <exception cref="JsonException">The property is not what was written.</exception>
    public static BulkLoad? Of(CollectionDescription collection) =>
        collection.Properties.TryGetValue(Property, out string? json) && json.Length > 0 ? JsonSerializer.Deserialize(json, RowJson.Default.BulkLoad) : null;

    /// <summary>What to set for this load; null: for none.</summary>
    public static Dictionary<string, string> ToProperties(BulkLoad? load) =>
        new() { [Property] = load is null ? "" : JsonSerializer.Serialize(load, RowJson.Default.BulkLoad) };
}

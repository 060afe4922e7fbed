using System.Text.Json;
using Hybrid.Catalog.Exports;

namespace Hybrid.Catalog.Files;

/// <summary>Makes rows of an object with several things in it: an analytics event on three items is three rows, and one on none is no row.</summary>
internal static class NestedRows
{
    /// <summary>What Google Analytics writes for an id that it does not know.</summary>
    private const string NotSet = "(not set)";

    /// <param name="line">One JSON object in UTF-8.</param>
    /// <param name="fields">Its own fields, which each row gets.</param>
    public static IEnumerable<List<DataField>> Of(byte[] line, List<DataField> fields, KnownExport export)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        List<DataField> parameters = [.. ParametersOf(document.RootElement, export.Parameters)];
        // ! : the caller has asked for it
        if (!document.RootElement.TryGetProperty(export.Things!, out JsonElement things) || things.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (JsonElement thing in things.EnumerateArray().Where(thing => thing.ValueKind == JsonValueKind.Object))
        {
            IEnumerable<DataField?> found = thing.EnumerateObject().Select(member => FieldOf($"{export.Things}.{member.Name}", member.Value));
            List<DataField> members = [.. found.OfType<DataField>()];
            if (members.Exists(member => member.Value is { Length: > 0 } and not NotSet))
                yield return [.. fields, .. parameters, .. members];
        }
    }

    /// <summary>A list of {"key": …, "value": {"int_value": …}} as fields.</summary>
    private static IEnumerable<DataField> ParametersOf(JsonElement row, string? list)
    {
        if (list is null || !row.TryGetProperty(list, out JsonElement pairs) || pairs.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (JsonElement pair in pairs.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Object || !pair.TryGetProperty("key", out JsonElement key) || key.ValueKind != JsonValueKind.String
                || !pair.TryGetProperty("value", out JsonElement value) || value.ValueKind != JsonValueKind.Object)
            {
                continue;
            }
            foreach (JsonProperty typed in value.EnumerateObject())
            {
                if (FieldOf($"{list}.{key.GetString()}", typed.Value) is { } field)
                {
                    yield return field;
                    break;
                }
            }
        }
    }

    private static DataField? FieldOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new DataField(name, 1, value.GetString() == NotSet ? null : value.GetString(), AttributeKind.Text),
        JsonValueKind.Number => new DataField(name, 1, value.GetRawText(), AttributeKind.Number),
        _ => null,
    };
}

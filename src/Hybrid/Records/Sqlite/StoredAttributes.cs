using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hybrid.Catalog;

namespace Hybrid.Records.Sqlite;

/// <summary>An item's attributes as one JSON object, {"color":"red","watt":15,"bluetooth":true,"tags":["a","b"]}; null for none.</summary>
/// <remarks>Names come in ordinal order, so that equal attributes are equal text.</remarks>
internal static class StoredAttributes
{
    // The text stays inside the database: what is only dangerous in HTML need not be escaped, and 降噪 stays readable.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string? Write(IReadOnlyDictionary<string, AttributeValue> attributes)
    {
        if (attributes.Count == 0)
            return null;
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Plain);
        writer.WriteStartObject();
        foreach ((string name, AttributeValue value) in attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value);
        }
        writer.WriteEndObject();
        writer.Flush();
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <param name="json">What <see cref="Write"/> made, in UTF-8.</param>
    /// <param name="names">Gives each name back as one shared string.</param>
    public static Dictionary<string, AttributeValue> Read(ReadOnlySpan<byte> json, Func<string, string> names)
    {
        var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        string name = "";
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
                name = names(reader.GetString() ?? "");
            else if (reader.TokenType == JsonTokenType.StartArray)
                attributes[name] = ReadList(ref reader);
            else if (ReadScalar(ref reader) is { } value)
                attributes[name] = value;
        }
        return attributes;
    }

    /// <summary>As catalogues write them: 12.50 stays 12.50.</summary>
    public static void WriteValue(Utf8JsonWriter writer, AttributeValue value)
    {
        switch (value.Kind)
        {
            case AttributeKind.Number:
                writer.WriteRawValue(value.AsWritten);   // 12.50 stays 12.50
                break;
            case AttributeKind.Boolean:
                writer.WriteBooleanValue(value.IsTrue);
                break;
            case AttributeKind.List:
                writer.WriteStartArray();
                foreach (AttributeValue element in value.Elements)
                    WriteValue(writer, element);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(value.Text);
                break;
        }
    }

    private static AttributeValue ReadList(ref Utf8JsonReader reader)
    {
        var elements = new List<AttributeValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (ReadScalar(ref reader) is { } element)
                elements.Add(element);
        }
        return AttributeValue.OfList(elements);
    }

    /// <returns>Null where the object or a list begins or ends.</returns>
    private static AttributeValue? ReadScalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString() ?? "",
        JsonTokenType.Number => AttributeValue.OfJsonNumber(System.Text.Encoding.UTF8.GetString(reader.ValueSpan)),
        JsonTokenType.True or JsonTokenType.False => (AttributeValue)reader.GetBoolean(),
        _ => (AttributeValue?)null,
    };
}

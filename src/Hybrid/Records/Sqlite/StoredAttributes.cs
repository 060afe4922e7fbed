using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hybrid.Catalog;

namespace Hybrid.Records.Sqlite;

/// <summary>An item's attributes as one JSON object, {"color":"red","watt":15,"bluetooth":true}; null for none.</summary>
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
            if (value.Kind == AttributeKind.Number)
                writer.WriteRawValue(value.AsWritten);   // 12.50 stays 12.50
            else if (value.Kind == AttributeKind.Boolean)
                writer.WriteBooleanValue(value.IsTrue);
            else
                writer.WriteStringValue(value.Text);
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
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = names(reader.GetString() ?? "");
                    break;
                case JsonTokenType.String:
                    attributes[name] = reader.GetString() ?? "";
                    break;
                case JsonTokenType.Number:
                    attributes[name] = AttributeValue.OfJsonNumber(System.Text.Encoding.UTF8.GetString(reader.ValueSpan));
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    attributes[name] = reader.GetBoolean();
                    break;
            }
        }
        return attributes;
    }
}

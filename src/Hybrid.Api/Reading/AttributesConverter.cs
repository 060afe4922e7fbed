using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hybrid.Catalog;
using Hybrid.Records.Sqlite;

namespace Hybrid.Api.Reading;

/// <summary>The attributes of an item: an object of texts, numbers, truths and lists of those; objects in it are flattened, "details.brand", as by
/// import.</summary>
internal sealed class AttributesConverter : JsonConverter<IReadOnlyDictionary<string, AttributeValue>>
{
    public override IReadOnlyDictionary<string, AttributeValue> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException();   // the serializer says where
        var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        ReadMembers(ref reader, "", attributes);
        return attributes;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, AttributeValue> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach ((string name, AttributeValue attribute) in value)
        {
            writer.WritePropertyName(name);
            StoredAttributes.WriteValue(writer, attribute);
        }
        writer.WriteEndObject();
    }

    private static void ReadMembers(ref Utf8JsonReader reader, string prefix, Dictionary<string, AttributeValue> attributes)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = prefix + reader.GetString();
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
                ReadMembers(ref reader, name + ".", attributes);
            else if (reader.TokenType == JsonTokenType.StartArray)
                attributes[name] = ReadList(ref reader);
            else if (reader.TokenType != JsonTokenType.Null)
                attributes[name] = ReadValue(ref reader);
        }
    }

    private static AttributeValue ReadList(ref Utf8JsonReader reader)
    {
        var elements = new List<AttributeValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Null)
                elements.Add(ReadValue(ref reader));
        }
        return AttributeValue.OfList(elements);
    }

    private static AttributeValue ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,   // ! : the token is a string
        JsonTokenType.Number => AttributeValue.OfJsonNumber(
            System.Text.Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan)),
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw new JsonException(),
    };
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hybrid.Api.Reading;

/// <summary>A list of ids: a JSON array of strings and numbers, or ids with commas between, "a,b,c".</summary>
internal sealed class IdListConverter : JsonConverter<IReadOnlyList<string>>
{
    /// <summary>"a,b,c" as its parts, without the spaces around them; empty ones are left out.</summary>
    public static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return Split(reader.GetString()!);   // ! : the token is a string
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException();   // the serializer says where
        var ids = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            ids.Add(IdConverter.ReadId(ref reader));
        return ids;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (string id in value)
            writer.WriteStringValue(id);
        writer.WriteEndArray();
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hybrid.Cli.Queries;

/// <summary>A list of ids as a JSON array of strings and numbers, or as the command line has it: "a,b,c".</summary>
internal sealed class CommaListConverter : JsonConverter<IReadOnlyList<string>>
{
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

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options);
}

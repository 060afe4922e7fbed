using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hybrid.Cli.Queries;

/// <summary>A list of ids as a JSON array of strings, or as the command line has it: "a,b,c".</summary>
internal sealed class CommaListConverter : JsonConverter<IReadOnlyList<string>>
{
    public static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? Split(reader.GetString()!)   // ! : the token is a string
            : JsonSerializer.Deserialize<string[]>(ref reader, options) ?? [];

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options);
}

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hybrid.Api.Reading;

/// <summary>An id as JSON has it: a string, or a number, which is the id that its digits are, as import reads it.</summary>
internal sealed class IdConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ReadId(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <exception cref="JsonException">It is neither.</exception>
    public static string ReadId(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,   // ! : the token is a string
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan),
        _ => throw new JsonException(),   // the serializer says where
    };
}

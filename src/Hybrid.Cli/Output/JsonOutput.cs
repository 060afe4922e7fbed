using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hybrid.Cli.Output;

/// <summary>How the command writes and reads JSON: snake_case, null fields left out, text as it is.</summary>
/// <remarks>
/// Control characters are escaped, those of C1 too, so that no escape sequence in a title reaches a terminal. Marks that turn the direction of writing are not:
/// a program has to get the text as the catalogue has it, and they do no more than disguise it.
/// </remarks>
internal static class JsonOutput
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        // Chinese stays readable; this is a stream of JSON, not a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Line<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static void WriteLine<T>(T value) => Console.Out.WriteLine(Line(value));
}

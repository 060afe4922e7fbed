using System.Text.Json;

namespace Hybrid.Tests.Encoding;

/// <summary>What the reference of a model makes of texts, one a line.</summary>
internal static class GoldenFile
{
    public static T[] Read<T>(string model)
    {
        string path = RepositoryFiles.Shared("models", "golden", $"{model}.jsonl");
        return [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web)!)];   // ! : no line is null
    }
}

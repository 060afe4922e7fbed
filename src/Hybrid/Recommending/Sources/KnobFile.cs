using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Recommending.Sources;

/// <summary>How sources are fitted, as a file says it: <see cref="SourceKnobs"/> as JSON in snake_case. What it does not name is as it is by default.</summary>
public static class KnobFile
{
    /// <summary>The name of the file in a data folder that training goes by.</summary>
    public const string Name = "knobs.json";

    internal static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Indented = new(Json) { WriteIndented = true };

    /// <exception cref="DataFileException">It cannot be read, names a knob that there is not, or a value is out of range.</exception>
    public static SourceKnobs Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SourceKnobs>(File.ReadAllText(path), Json) ?? throw new DataFileException(path, "is empty");
        }
        catch (JsonException bad)
        {
            throw new DataFileException(path, $"is not a file of knobs: {bad.Message}", bad.LineNumber + 1, cause: bad);
        }
        catch (ArgumentException outOfRange)
        {
            throw new DataFileException(path, outOfRange.Message.Split(" (Parameter", 2)[0], cause: outOfRange);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"cannot be read: {e.Message}", cause: e);
        }
    }

    /// <summary>Writes a file that <see cref="Read"/> reads, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, SourceKnobs knobs)
    {
        ArgumentNullException.ThrowIfNull(knobs);
        WholeFile.Write(path, file => file.Write(System.Text.Encoding.UTF8.GetBytes(JsonSerializer.Serialize(knobs, Indented) + "\n")));
    }
}

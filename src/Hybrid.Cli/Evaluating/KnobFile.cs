using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Cli.Output;
using Hybrid.Recommending.Sources;

namespace Hybrid.Cli.Evaluating;

/// <summary>How sources are fitted, as a file says it: <see cref="SourceKnobs"/> in snake_case.</summary>
internal static class KnobFile
{
    /// <exception cref="DataFileException">It cannot be read, names a knob that there is not, or a value is out of range.</exception>
    public static SourceKnobs Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SourceKnobs>(File.ReadAllText(path), JsonOutput.Options) ?? throw new DataFileException(path, "is empty");
        }
        catch (JsonException bad)
        {
            throw new DataFileException(path, $"is not a file of knobs: {bad.Message}", bad.LineNumber + 1, cause: bad);
        }
        catch (ArgumentException outOfRange)
        {
            throw new DataFileException(path, Failures.ReasonOf(outOfRange), cause: outOfRange);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"cannot be read: {e.Message}", cause: e);
        }
    }
}

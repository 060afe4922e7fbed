using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hybrid.Encoding;

/// <summary>The fields of one object of a model's JSON file, read by name; what is missing or wrong is refused with file and field.</summary>
internal sealed partial class ManifestFields(string path, string prefix, JsonElement element)
{
    public ModelException Bad(string field, string what) =>
        new(path, $"field '{prefix}{field}' {what}. Correct it, or copy the model folder again.");

    public ManifestFields Object(string field) =>
        new(path, $"{prefix}{field}.", Value(field, JsonValueKind.Object, "an object"));

    public string Text(string field, bool mayBeEmpty = false)
    {
        string text = Value(field, JsonValueKind.String, "a text").GetString() ?? "";
        return text.Length > 0 || mayBeEmpty ? text : throw Bad(field, "is empty");
    }

    public string OneOf(string field, params ReadOnlySpan<string> values)
    {
        string text = Text(field);
        return values.Contains(text) ? text : throw Bad(field, $"is '{text}', which is none of {string.Join(", ", values)}");
    }

    public bool Truth(string field, bool? whenMissing = null)
    {
        if (whenMissing is { } missing && element.ValueKind == JsonValueKind.Object && !element.TryGetProperty(field, out _))
            return missing;
        JsonElement value = Value(field, null, "true or false");
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Bad(field, $"is {value}, not true or false");
    }

    public int Integer(string field, int least, int most)
    {
        JsonElement value = Value(field, JsonValueKind.Number, "a number");
        return value.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw Bad(field, $"is {value}, not a whole number from {least} to {most}");
    }

    public double Number(string field, double least, double most)
    {
        double number = Value(field, JsonValueKind.Number, "a number").GetDouble();
        return number >= least && number <= most ? number : throw Bad(field, FormattableString.Invariant($"is {number}, not from {least} to {most}"));
    }

    public JsonElement.ArrayEnumerator List(string field) => Value(field, JsonValueKind.Array, "a list").EnumerateArray();

    /// <exception cref="ModelException">The field is another value; the message has what this version runs.</exception>
    public void Require(string field, JsonElement only)
    {
        JsonElement value = Value(field, null, "");
        if (!JsonElement.DeepEquals(value, only))
            throw new ModelException(path, $"field '{prefix}{field}' is {Beginning(value)}; this version runs only {only.GetRawText()}. Give another model.");
    }

    public string[] Texts(string field)
    {
        string[] texts = [.. List(field).Select(e =>
            e.ValueKind == JsonValueKind.String ? e.GetString() ?? "" : throw Bad(field, $"holds {e}, which is not a text"))];
        return texts.Length > 0 ? texts : throw Bad(field, "is empty");
    }

    public float[] Floats(string field) =>
        [.. List(field).Select(e =>
            e.ValueKind == JsonValueKind.Number && e.TryGetSingle(out float number) && float.IsFinite(number)
                ? number
                : throw Bad(field, $"holds {e}, which is not a number"))];

    /// <summary>This object's own fields, each a plain file name and its hash.</summary>
    public Dictionary<string, string> Hashes()
    {
        Dictionary<string, string> hashes = new(StringComparer.Ordinal);
        foreach (JsonProperty file in element.EnumerateObject())
        {
            // A manifest comes with a model from elsewhere: it may name files beside it, not open others.
            if (file.Name is "" or "." or ".." || file.Name.AsSpan().ContainsAny(['/', '\\', ':', '\0']))
                throw Bad(file.Name, "is not the plain name of a file in the model folder");
            string hash = Text(file.Name);
            hashes[file.Name] = Hash().IsMatch(hash) ? hash : throw Bad(file.Name, $"is '{hash}', not 64 lower-case hex digits");
        }
        return hashes;
    }

    private JsonElement Value(string field, JsonValueKind? kind, string kindName)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(field, out JsonElement value))
            throw Bad(field, "is missing");
        return kind is null || value.ValueKind == kind ? value : throw Bad(field, $"is {Shown(value)}, not {kindName}");
    }

    private static string Shown(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => $"'{value.GetString()}'",
            _ => value.GetRawText(),
        };

    private static string Beginning(JsonElement value) => value.GetRawText() is { Length: > 200 } text ? $"{text[..200]}…" : value.GetRawText();

    [GeneratedRegex("^[0-9a-f]{64}\\z")]
    private static partial Regex Hash();
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hybrid.Encoding;

/// <summary>The fields of one object of a model's JSON file, read by name; what is missing or wrong is refused with file and field.</summary>
internal sealed partial class ManifestFields(string path, string prefix, JsonElement element)
{
    /// <param name="path">Named in errors.</param>
    /// <exception cref="ModelException">The file is not JSON.</exception>
    public static ManifestFields Of(string path, ReadOnlySpan<byte> json)
    {
        try
        {
            return new(path, "", JsonElement.Parse(json));
        }
        catch (JsonException e)
        {
            throw new ModelException(path, $"it is not JSON: {e.Message} Copy the model folder again.", e);
        }
    }

    /// <summary>The elements of a file that is a list.</summary>
    public IEnumerable<ManifestFields> Objects() => element.ValueKind == JsonValueKind.Array
        ? element.EnumerateArray().Select((one, i) => new ManifestFields(path, $"{prefix}[{i}].", one))
        : throw new ModelException(path, "it is not a list. Copy the model folder again.");

    public ModelException Bad(string field, string what) =>
        new(path, $"field '{prefix}{field}' {what}. Correct it, or copy the model folder again.");

    /// <summary>Whether the field is there, and not null.</summary>
    public bool Has(string field) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

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

    /// <summary>The elements of a field that is a list.</summary>
    public IEnumerable<ManifestFields> ObjectsOf(string field) => List(field).Select((one, i) => new ManifestFields(path, $"{prefix}{field}[{i}].", one));

    /// <summary>Whether the field is the text of no characters.</summary>
    public bool IsEmptyText(string field) => Value(field, null, "") is { ValueKind: JsonValueKind.String } value && value.GetString() is "";

    public int[] IntegersOf(string field) =>
        [.. List(field).Select(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int number) && number >= 0
            ? number
            : throw Bad(field, $"holds {e}, which is no id"))];

    /// <summary>The id of a [token, id].</summary>
    public int PairId(string field) =>
        Value(field, JsonValueKind.Array, "a list") is var pair && pair.GetArrayLength() == 2 && pair[1].ValueKind == JsonValueKind.Number
            && pair[1].TryGetInt32(out int id) && id >= 0 ? id : throw Bad(field, "is not a token and its id");

    /// <summary>The pieces of a vocabulary with their ids.</summary>
    public Dictionary<string, int> IntegersByName(string field, int most)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        foreach (JsonProperty one in Value(field, JsonValueKind.Object, "an object").EnumerateObject())
        {
            numbers[one.Name] = one.Value.ValueKind == JsonValueKind.Number && one.Value.TryGetInt32(out int number) && number >= 0 && number <= most
                ? number
                : throw Bad(field, $"has for '{one.Name}' {one.Value}, not a whole number from 0 to {most}");
        }
        return numbers.Count > 0 ? numbers : throw Bad(field, "is empty");
    }

    /// <summary>The elements of a list, each "a b" or ["a", "b"], in the first form.</summary>
    public IEnumerable<string> Pairs(string field) => List(field).Select((e, i) => e switch
    {
        { ValueKind: JsonValueKind.String } when e.GetString() is { } pair && pair.Count(c => c == ' ') == 1 => pair,
        { ValueKind: JsonValueKind.Array } when e.GetArrayLength() == 2 && e.EnumerateArray().All(half => half.ValueKind == JsonValueKind.String) =>
            $"{e[0].GetString()} {e[1].GetString()}",
        _ => throw Bad(field, $"holds no pair at {i}"),
    });

    /// <summary>What stands before and behind the text in a list of [special token, sequence, special token].</summary>
    /// <exception cref="ModelException">The list is another one; the message has an example.</exception>
    public string[] TemplateEnds(string field, JsonElement example)
    {
        JsonElement[] parts = [.. List(field)];
        if (parts is [var first, var text, var last] && Part(first, "SpecialToken") is { } start && Part(text, "Sequence") is "A"
            && Part(last, "SpecialToken") is { } end)
        {
            return [start, end];
        }
        Require(field, example);
        throw Bad(field, "is another list");

        // Types of tokens other than 0 are for pairs of texts.
        static string? Part(JsonElement part, string kind) =>
            part.ValueKind == JsonValueKind.Object && part.TryGetProperty(kind, out JsonElement one) && one.ValueKind == JsonValueKind.Object
            && one.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String
            && (!one.TryGetProperty("type_id", out JsonElement type) || type.ValueKind == JsonValueKind.Number && type.TryGetInt32(out int number)
            && number == 0)
                ? id.GetString()
                : null;
    }

    /// <summary>Whether the field is just this value.</summary>
    public bool Is(string field, JsonElement value) => Has(field) && JsonElement.DeepEquals(Value(field, null, ""), value);

    public string[] Texts(string field, bool mayBeEmpty = false)
    {
        string[] texts = [.. List(field).Select(e =>
            e.ValueKind == JsonValueKind.String ? e.GetString() ?? "" : throw Bad(field, $"holds {e}, which is not a text"))];
        return texts.Length > 0 || mayBeEmpty ? texts : throw Bad(field, "is empty");
    }

    public float[] Floats(string field) =>
        [.. List(field).Select(e =>
            e.ValueKind == JsonValueKind.Number && e.TryGetSingle(out float number) && float.IsFinite(number)
                ? number
                : throw Bad(field, $"holds {e}, which is not a number"))];

    /// <summary>This object's own fields, each the path of a file in the model folder and its hash.</summary>
    public Dictionary<string, string> Hashes()
    {
        Dictionary<string, string> hashes = new(StringComparer.Ordinal);
        foreach (JsonProperty file in element.EnumerateObject())
        {
            // A manifest comes with a model from elsewhere: it may name files beside it, not open others.
            if (file.Name.Split('/').Any(part => part is "" or "." or "..") || file.Name.AsSpan().ContainsAny(['\\', ':', '\0']))
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

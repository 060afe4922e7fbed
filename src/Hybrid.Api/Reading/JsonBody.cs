using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hybrid.Api.Answers;
using Hybrid.Catalog;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Reading;

/// <summary>Reads objects from JSON and from query strings alike; what cannot be meant is refused with the field, its value and what would be right.</summary>
internal static class JsonBody
{
    // No message of the API is deeper; attributes may be, a little.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <exception cref="RefusedException">It is not JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        // Read as JSON it would pass, and fail whoever makes a text of it.
        if (!System.Text.Unicode.Utf8.IsValid(utf8.Span))
            throw ProblemKind.BadJson.Refuse("The body is not valid UTF-8.", "Send one JSON value in UTF-8.");
        if (utf8.Span.Trim(" \t\r\n"u8).IsEmpty)
            throw ProblemKind.BadJson.Refuse("The body is empty.", "Send one JSON value in UTF-8.");
        try
        {
            return JsonDocument.Parse(utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8, Strict);
        }
        catch (JsonException bad)
        {
            string reason = bad.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
            throw ProblemKind.BadJson.Refuse(string.Create(CultureInfo.InvariantCulture,
                $"Line {bad.LineNumber + 1}, byte {bad.BytePositionInLine + 1}: {reason}"), "Send one JSON value in UTF-8.");
        }
        catch (InvalidOperationException)
        {
            throw NotUnicode();
        }
    }

    /// <exception cref="RefusedException">It is not JSON, or not an object of this type.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> utf8)
        where T : class
    {
        using JsonDocument document = Parse(utf8);
        return Read<T>(document.RootElement);
    }

    /// <exception cref="RefusedException">It is not an object of this type.</exception>
    public static T Read<T>(JsonElement element)
        where T : class
    {
        IList<JsonPropertyInfo> fields = Json.Options.GetTypeInfo(typeof(T)).Properties;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw ProblemKind.BadJson.Refuse($"A JSON object is expected here, and this is {NameOf(element.ValueKind)}.",
                $"Send an object with some of the fields {NamesOf(fields)}.", value: TextOf(element));
        }
        try
        {
            foreach (JsonProperty property in element.EnumerateObject())
            {
                if (!fields.Any(field => field.Name == property.Name))
                    throw Unknown(property.Name, fields, "field", TextOf(property.Value));
            }
            return element.Deserialize<T>(Json.Options)!;   // ! : an object is never null
        }
        catch (JsonException bad)
        {
            JsonPropertyInfo? field = fields.FirstOrDefault(field => field.Name == FieldOf(bad.Path));
            string? value = field is not null && element.TryGetProperty(field.Name, out JsonElement given) ? TextOf(given) : null;
            throw field is null
                ? ProblemKind.BadJson.Refuse("The object cannot be read.", $"Send an object with some of the fields {NamesOf(fields)}.")
                : WrongKind(field, value);
        }
        catch (InvalidOperationException)
        {
            throw NotUnicode();
        }
    }

    /// <summary>The same from the parameters of a query string, which are named like the fields.</summary>
    /// <exception cref="RefusedException">There is no such parameter, or its value is none.</exception>
    public static T Read<T>(IQueryCollection query)
        where T : class
    {
        IList<JsonPropertyInfo> fields = Json.Options.GetTypeInfo(typeof(T)).Properties;
        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written))
        {
            writer.WriteStartObject();
            foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in query)
            {
                JsonPropertyInfo field = fields.FirstOrDefault(field => field.Name == name) ?? throw Unknown(name, fields, "parameter", values.ToString());
                if (values.Count != 1)
                    throw ProblemKind.BadValue.Refuse($"The parameter {name} comes {values.Count} times.", "Give it once.", name);
                Write(writer, field, values.ToString());
            }
            writer.WriteEndObject();
        }
        return Read<T>(written.ToArray());
    }

    public static string TextOf(JsonElement element) => element.ValueKind == JsonValueKind.String ? SafeText(element) : element.GetRawText();

    // A name or a text with half of a surrogate pair is JSON and no Unicode.
    private static RefusedException NotUnicode() =>
        ProblemKind.BadJson.Refuse("A name or a text in it is not valid Unicode: it has half of a surrogate pair.", "Send whole characters.");

    private static string SafeText(JsonElement element)
    {
        try
        {
            return element.GetString()!;   // ! : it is a string
        }
        catch (InvalidOperationException)
        {
            return element.GetRawText();
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonPropertyInfo field, string value)
    {
        Type type = Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType;
        writer.WritePropertyName(field.Name);
        if (type == typeof(int) && int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole))
            writer.WriteNumberValue(whole);
        else if ((type == typeof(float) || type == typeof(double)) && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double real)
            && double.IsFinite(real))
            writer.WriteNumberValue(real);
        else if (type == typeof(bool) && value is "true" or "false" or "")   // ?explain alone says yes
            writer.WriteBooleanValue(value != "false");
        else if (type == typeof(int) || type == typeof(float) || type == typeof(double) || type == typeof(bool))
            throw WrongKind(field, value);
        else
            writer.WriteStringValue(value);
    }

    private static RefusedException Unknown(string name, IEnumerable<JsonPropertyInfo> fields, string what, string value)
    {
        string? nearest = NearestName.Find(name, fields.Select(field => field.Name));
        return ProblemKind.UnknownField.Refuse($"There is no {what} '{Catalog.PlainText.Brief(name)}' here.",
            nearest is null ? $"Leave it out, or use one of {NamesOf(fields)}." : $"Did you mean '{nearest}'? There are {NamesOf(fields)}.",
            Catalog.PlainText.Brief(name), value);
    }

    private static RefusedException WrongKind(JsonPropertyInfo field, string? value) =>
        ProblemKind.BadValue.Refuse($"{field.Name} takes {KindOf(field)}.", "Send such a value, or leave the field out.", field.Name, value);

    private static string KindOf(JsonPropertyInfo field)
    {
        Type type = Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType;
        bool isId = field.AttributeProvider?.IsDefined(typeof(System.Text.Json.Serialization.JsonConverterAttribute), inherit: false) == true;
        return type == typeof(int) ? "a whole number"
            : type == typeof(float) || type == typeof(double) ? "a finite number"
            : type == typeof(bool) ? "true or false"
            : type == typeof(string) ? isId ? "a text or a number" : "a text"
            : type.IsEnum ? string.Join(" or ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))
            : type == typeof(IReadOnlyList<string>) ? "a list of texts"
            : "an object of texts, numbers, true or false, and lists of those";
    }

    /// <summary>The first field of a path, "count" of "$.count" and "history" of "$.history[3]".</summary>
    private static string FieldOf(string? path) => path?.Split('.', '[') is ["$", { Length: > 0 } name, ..] ? name : "";

    private static string NamesOf(IEnumerable<JsonPropertyInfo> fields) => string.Join(", ", fields.Select(field => field.Name));

    private static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}

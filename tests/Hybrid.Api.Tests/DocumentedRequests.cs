using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hybrid.Api.Tests;

/// <summary>Makes requests from the OpenAPI document: as it says, nearly so, and quite otherwise.</summary>
/// <remarks>The same seed makes the same requests. For one thread at a time.</remarks>
internal sealed class DocumentedRequests(JsonElement document, int seed)
{
    private const int DeepestBody = 5, LongestText = 10_000;

    private static readonly string[] Texts =
    [
        "", " ", "H1", "K2", "U1", "headphones", "降噪耳机", "a/b", "..", "%", "%2F", "a b", "\0", "\u0001", "\ud800", "🎧", "'", "\"", "\\", "null", "-1", "0",
        "1e999", "NaN", "99999999999999999999", "2026-01-31T12:00:00Z", "category == \"audio\"", "price < ", "attributes[\"color\"] in [1, \"a\"]",
        "((((", "old", "<script>", "${x}", "🏳️‍🌈", "\u202e", "i\u0307",
    ];

    private static readonly JsonElement AnyText = JsonDocument.Parse("""{"type":"string"}""").RootElement;

    /// <summary>Put before a quotation mark of a body.</summary>
    private static readonly string[] Spoilers =
    [
        "\\ud800", "\\udc00\\ud83d", "\\u0000", "\\", "\"", ",", "1e999", "-0", "NaN", "/**/", "{\"a\":1,\"a\":2}", "\"text\":\"a\",", "\ufeff", "\n", "\0",
    ];

    private static readonly string[] Methods = ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "get", "X"];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("Range", "bytes=0-3"), ("Accept", "text/html"), ("Accept-Encoding", "gzip;q=x"), ("If-None-Match", "\"x\""), ("If-Modified-Since", "yesterday"),
        ("Expect", "100-continue"), ("X-HTTP-Method-Override", "DELETE"), ("traceparent", "00-zz"), ("Authorization", "Bearer x"), ("Cookie", "=;="),
    ];

    private static readonly string[] Types = ["application/json", "application/x-ndjson", "text/plain", "application/json; charset=utf-16", "", "a"];

    private readonly Random _random = new(seed);
    private readonly Operation[] _operations = [.. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject(),
        (path, method) => new Operation(path.Name, method.Name, method.Value))];

    /// <summary>The next request.</summary>
    /// <returns>With the statuses that the document has for it; null where its address may be that of another route, or of none.</returns>
    public (HttpRequestMessage Request, string[]? Statuses) Next()
    {
        Operation operation = Pick(_operations);
        while (operation.Path is "/v1/admin/train" or "/v1/admin/index" && _random.Next(100) != 0)   // they are followed by work
            operation = Pick(_operations);
        string path = operation.Path;
        bool isSure = true;
        var query = new List<string>();
        var headers = new List<(string, string)>();
        foreach (JsonElement parameter in operation.Parameters)
        {
            string name = parameter.GetProperty("name").GetString() ?? "", place = parameter.GetProperty("in").GetString() ?? "";
            string value = _random.Next(2) == 0 ? Text() : TextOf(parameter.GetProperty("schema"));
            if (place == "path")
            {
                string escaped = Escaped(value);
                isSure &= escaped.Length > 0 && !value.Contains('.', StringComparison.Ordinal);
                path = path.Replace($"{{{name}}}", escaped, StringComparison.Ordinal);
            }
            else if (place == "query" && _random.Next(3) == 0)
                query.Add($"{name}={Escaped(value)}");
            else if (place == "header" && _random.Next(3) == 0)
                headers.Add((name, value));
        }
        if (_random.Next(30) == 0)
            query.Add($"{Escaped(Text())}={Escaped(Text())}");
        var request = new HttpRequestMessage(new HttpMethod(operation.Method.ToUpperInvariant()),
            path + (query.Count == 0 ? "" : $"?{string.Join('&', query)}"));
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, string.Concat(value.Where(char.IsAsciiLetterOrDigit)));
        if (_random.Next(10) == 0 && Pick(Headers) is var header)
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        if (operation.Body is { } body)
        {
            request.Content = ContentOf(body);
            request.Headers.TransferEncodingChunked = _random.Next(4) == 0;
        }
        if (_random.Next(50) == 0)
        {
            request.Method = new HttpMethod(Pick(Methods));
            isSure = false;
        }
        return (request, isSure ? operation.Statuses : null);
    }

    private ByteArrayContent ContentOf(JsonElement body)
    {
        JsonProperty content = Pick([.. body.GetProperty("content").EnumerateObject()]);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(Value(content.Value.GetProperty("schema"), 0)?.ToJsonString() ?? "null");
        switch (_random.Next(14))
        {
            case 0 when bytes.Length > 0:
                bytes = bytes[.._random.Next(bytes.Length)];
                break;
            case 1 when bytes.Length > 0:
                for (int i = 0; i < 1 + _random.Next(4); i++)
                    bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
                break;
            case 2:
                bytes = [.. bytes, .. "\n"u8, .. bytes];
                break;
            case 3:
                bytes = System.Text.Encoding.UTF8.GetBytes(new string('[', _random.Next(2_000)));
                break;
            case 4:
                bytes = [.. "\uFEFF"u8, .. bytes];
                break;
            case 5 when bytes.Contains((byte)'"'):
                int[] marks = [.. Enumerable.Range(0, bytes.Length).Where(i => bytes[i] == '"')];
                int at = Pick(marks);
                bytes = [.. bytes[..at], .. System.Text.Encoding.UTF8.GetBytes(Pick(Spoilers)), .. bytes[at..]];
                break;
        }
        var made = new ByteArrayContent(bytes);
        if (_random.Next(50) == 0)
            made.Headers.TryAddWithoutValidation("Content-Encoding", Pick((string[])["gzip", "identity", "br, gzip", "x"]));
        made.Headers.TryAddWithoutValidation("Content-Type", _random.Next(10) == 0 ? Pick(Types) : content.Name);
        return made;
    }

    /// <summary>A value of a schema, or now and then another one.</summary>
    private JsonNode? Value(JsonElement schema, int depth)
    {
        if (_random.Next(25) == 0)
            return Odd(depth);
        if (schema.TryGetProperty("$ref", out JsonElement reference))
            return Value(document.GetProperty("components").GetProperty("schemas").GetProperty((reference.GetString() ?? "").Split('/')[^1]), depth);
        foreach (string either in (string[])["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(either, out JsonElement choices) && choices.GetArrayLength() > 0)
                return Value(Pick([.. choices.EnumerateArray()]), depth);
        }
        if (schema.TryGetProperty("enum", out JsonElement words) && words.GetArrayLength() > 0)
            return JsonNode.Parse(Pick([.. words.EnumerateArray()]).GetRawText());
        switch (TypeOf(schema))
        {
            case "object":
                var made = new JsonObject();
                if (schema.TryGetProperty("properties", out JsonElement fields) && depth < DeepestBody)
                {
                    foreach (JsonProperty field in fields.EnumerateObject().Where(_ => _random.Next(2) == 0))
                        made[field.Name] = Value(field.Value, depth + 1);
                }
                if (_random.Next(20) == 0)
                    made[Written(Text())] = Odd(depth + 1);
                return made;
            case "array":
                return new JsonArray([.. Enumerable.Range(0, depth > DeepestBody ? 0 : _random.Next(5)).Select(_ =>
                    Value(schema.TryGetProperty("items", out JsonElement items) ? items : AnyText, depth + 1))]);
            case "integer":
                return _random.Next(4) == 0 ? (JsonNode)(_random.NextInt64(long.MinValue, long.MaxValue)) : _random.Next(-2, 30);
            case "number":
                return _random.NextDouble() * 100;
            case "boolean":
                return _random.Next(2) == 0;
            default:
                return Written(Text());
        }
    }

    private JsonNode? Odd(int depth) => _random.Next(6) switch
    {
        0 => null,
        1 => -1,
        2 => 1e300,
        3 => new JsonArray(),
        4 when depth < DeepestBody => new JsonObject { [Written(Text())] = Odd(depth + 1) },
        _ => Written(Text()),
    };

    private string TextOf(JsonElement schema) => TypeOf(schema) switch
    {
        "integer" => _random.Next(-2, 2_000).ToString(CultureInfo.InvariantCulture),
        "number" => _random.NextDouble().ToString(CultureInfo.InvariantCulture),
        "boolean" => _random.Next(2) == 0 ? "true" : "false",
        _ => Text(),
    };

    private string TypeOf(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out JsonElement type))
            return schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out _) ? "object" : "string";
        string[] types = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString() ?? "")] : [type.GetString() ?? ""];
        return Pick(types);
    }

    private string Text() => _random.Next(40) switch
    {
        0 => new string('x', _random.Next(LongestText)),
        < 4 => string.Concat(Enumerable.Range(0, _random.Next(8)).Select(_ => (char)_random.Next(1, 0xd7ff))),
        _ => Pick(Texts),
    };

    // A writer of JSON refuses half of a pair; damaged bytes have it.
    private static string Written(string text) => text.Replace('\ud800', '?');

    private string Escaped(string text) => _random.Next(10) == 0
        ? string.Concat(text.Where(c => char.IsAsciiLetterOrDigit(c) || c == '%'))
        : Uri.EscapeDataString(text.Replace('\ud800', '?'));

    private T Pick<T>(T[] choices) => choices[_random.Next(choices.Length)];

    private sealed record Operation(string Path, string Method, JsonElement Described)
    {
        public JsonElement[] Parameters { get; } = Described.TryGetProperty("parameters", out JsonElement parameters) ? [.. parameters.EnumerateArray()] : [];

        public JsonElement? Body { get; } = Described.TryGetProperty("requestBody", out JsonElement body) ? body : null;

        public string[] Statuses { get; } = [.. Described.GetProperty("responses").EnumerateObject().Select(response => response.Name)];
    }
}

using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Evaluation;

/// <summary>What a system answered, by user: a file of lines {"user": "U1", "items": ["best", "second", …]}.</summary>
public static class PredictionFile
{
    private sealed record Line(string User, IReadOnlyList<string> Items);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // ids stay readable; no web page has them
    };

    /// <summary>Reads a file, from whatever system; what is odd about the lists is counted when they are judged.</summary>
    /// <exception cref="DataFileException">It cannot be read, a line is no such object, or a user has two; with file and line.</exception>
    public static IReadOnlyDictionary<UserId, IReadOnlyList<string>> Read(string path)
    {
        var answers = new Dictionary<UserId, IReadOnlyList<string>>();
        var lines = new Dictionary<UserId, long>();
        long number = 0;
        try
        {
            foreach (string text in File.ReadLines(path))
            {
                number++;
                if (string.IsNullOrWhiteSpace(text))
                    continue;
                Line line = Parse(text, path, number);
                if (!UserId.TryParse(line.User, null, out UserId user))
                    throw new DataFileException(path, $"\"user\" is '{PlainText.Brief(line.User)}', which is no user id", number);
                if (!answers.TryAdd(user, line.Items))
                {
                    throw new DataFileException(path, $"user '{user}' was answered on line {lines[user].ToString(CultureInfo.InvariantCulture)} already: "
                        + "keep one of them", number);
                }
                lines.Add(user, number);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"cannot be read: {e.Message}", cause: e);
        }
        return answers;
    }

    /// <summary>Writes one line a query, in their order.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<TestQuery> queries, IReadOnlyDictionary<UserId, IReadOnlyList<string>> answers)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(answers);
        using var file = new StreamWriter(path);
        foreach (TestQuery query in queries)
            file.Write(JsonSerializer.Serialize(new Line(query.User.Value, answers.GetValueOrDefault(query.User) ?? []), Json) + "\n");
    }

    private static Line Parse(string text, string path, long number)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } line
                && line.TryGetProperty("user", out JsonElement user) && TextOf(user) is { } name
                && line.TryGetProperty("items", out JsonElement items) && items.ValueKind == JsonValueKind.Array
                && items.EnumerateArray().Select(TextOf).ToArray() is var ids && Array.TrueForAll(ids, id => id is not null))
            {
                return new Line(name, ids!);   // ! : none is null
            }
        }
        catch (JsonException)
        {
            // Said below, like every other line that is none.
        }
        throw new DataFileException(path, """is not a line like {"user": "U1", "items": ["best", "second"]}""", number);
    }

    // Other systems write ids that are digits as numbers.
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}

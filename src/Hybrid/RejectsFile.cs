using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid;

/// <summary>The list of the rows that an import could not use: a JSON object a line. Made with its first row.</summary>
/// <param name="recordsPath">The records that the import is for, which errors name.</param>
internal sealed class RejectsFile(string path, string recordsPath) : IDisposable
{
    /// <summary>Its name in a data folder.</summary>
    public const string Name = "rejects.jsonl";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new IdConverter() },
    };

    private StreamWriter? _writer;

    public string Path => path;

    public void Add(RejectedRow row) => Try(() =>
    {
        _writer ??= new StreamWriter(path);
        _writer.WriteLine(JsonSerializer.Serialize(row, Json));
    });

    /// <summary>Puts all of it on the disk; an older import's list goes where this one has nothing to list.</summary>
    public void Complete() => Try(() =>
    {
        if (_writer is null)
            File.Delete(path);
        else
            _writer.Flush();
    });

    public void Dispose() => _writer?.Dispose();

    /// <summary>Takes the rows out of a list that name an id, as a word of its own, in what they show of the file.</summary>
    /// <returns>How many there were; 0 where there is no list.</returns>
    public static long Erase(string path, string recordsPath, string id)
    {
        try
        {
            if (!File.Exists(path))
                return 0;
            string[] rows = File.ReadAllLines(path);
            string[] kept = [.. rows.Where(row => !Names(row, id))];
            if (kept.Length < rows.Length)
                File.WriteAllLines(path, kept);
            return rows.Length - kept.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordsException($"records {recordsPath}", "erase a user",
                $"the events are gone, but not the rows of the list of rejects ({e.Message}). Check {path} and whether an import runs, and repeat.",
                isTransient: true, e);
        }
    }

    private static bool Names(string row, string id)
    {
        using JsonDocument document = JsonDocument.Parse(row);
        return document.RootElement.EnumerateObject().Any(field =>
            field.Value.ValueKind == JsonValueKind.String && IdText.IsNamedIn(field.Value.GetString(), id));
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordsException($"records {recordsPath}", "import",
                $"the rows that cannot be used cannot be listed ({e.Message}). Nothing was imported; check {path} and whether another import runs.",
                isTransient: false, e);
        }
    }

    /// <summary>An id as its text.</summary>
    private sealed class IdConverter : JsonConverter<ItemId>
    {
        public override ItemId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, ItemId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}

using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Upkeep.Migration;

/// <summary>Rows that are JSON objects, one a line or a list of them, with a field of the id and one of the vector.</summary>
internal static class LegacyJson
{
    public static IEnumerable<KeyedVector> Read(
        Stream content, ReadOnlyMemory<byte> start, string path, LegacyReading reading, CancellationToken cancellationToken)
    {
        string[] ids = reading.IdColumn is { } id ? [id] : LegacyTable.IdColumns;
        string[] vectors = reading.VectorColumn is { } vector ? [vector] : LegacyTable.VectorColumns;
        IEnumerable<DataLine> objects = JsonObjects.ShapeOf(start.Span) == JsonShape.Objects
            ? new JsonObjects(content, path, new LineDecoder(path), cancellationToken).Read()
            : new LineReader(content, path, cancellationToken).ReadAll();
        foreach (DataLine line in objects)
        {
            if (line.Fault is not null)
                throw new DataFileException(path, line.Fault, line.Number, line.FaultColumn);
            if (!string.IsNullOrWhiteSpace(line.Text))
                yield return Row(line, path, ids, vectors);
        }
    }

    private static KeyedVector Row(DataLine line, string path, string[] ids, string[] vectors)
    {
        byte[] given = System.Text.Encoding.UTF8.GetBytes(line.Text);
        byte[]? changed = JsonNumbers.WithoutNaN(given);
        var reader = new Utf8JsonReader(changed ?? given);
        string? key = null;
        float[]? vector = null;
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;   // ! : the token is a name
                reader.Read();
                if (key is null && Array.Exists(ids, one => one.Equals(name, StringComparison.OrdinalIgnoreCase)))
                    key = KeyOf(ref reader);
                else if (vector is null && Array.Exists(vectors, one => one.Equals(name, StringComparison.OrdinalIgnoreCase)))
                    vector = VectorOf(ref reader, changed is null ? null : given);
                else
                    reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DataFileException(path, $"this is no object with a list of numbers: {e.Message}", line.Number, cause: e);
        }
        if (key is null || vector is null)
        {
            throw new DataFileException(path,
                $"there is no field {string.Join(" or ", key is null ? ids : vectors)}; name the fields of the id and of the vector", line.Number);
        }
        return new(key, vector);
    }

    private static string KeyOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,   // ! : the token is a text
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),   // as it stands: no digit of a long number is lost
        _ => "",
    };

    /// <param name="given">Null: the text has no NaN.</param>
    private static float[] VectorOf(ref Utf8JsonReader reader, byte[]? given)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return [];
        if (reader.TokenType == JsonTokenType.String)
            return LegacyVectors.ParseNumbers(reader.GetString());
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("the vector is no list");
        var numbers = new List<float>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number)
                numbers.Add(float.NaN);
            else if (given is null)
                numbers.Add(reader.GetSingle());
            else   // NaN was put out of the reader's way, and stands in what was given
                numbers.Add(LegacyVectors.Number(JsonNumbers.TextAt(given, (int)reader.TokenStartIndex, reader.ValueSpan.Length)));
        }
        return [.. numbers];
    }
}

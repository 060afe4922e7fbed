using System.Text.Json;

namespace Hybrid.Catalog.Files;

/// <summary>Reads lines that are one JSON object each.</summary>
internal static class JsonRows
{
    private const string Attributes = "attributes";

    /// <summary>What export writes beside an item's fields; it is made anew from the text.</summary>
    private const string Vector = "vector";

    public static IEnumerable<DataRow> Read(LineReader lines, DataSchema schema, ColumnMap map, Action<DataLine, RowException> reject)
    {
        while (lines.Read() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line.Text))
                continue;
            DataRow row;
            try
            {
                if (line.Fault is not null)
                    throw new RowException(line.FaultColumn, line.Fault);
                List<DataField> fields = ReadObject(line.Text);
                row = new DataRow(line, fields, schema.FindRoles([.. fields.Select(f => f.Name)], map));
            }
            catch (RowException bad)
            {
                reject(line, bad);
                continue;
            }
            catch (JsonException bad)
            {
                reject(line, new RowException((int)(bad.BytePositionInLine ?? 0) + 1, "the line is not a JSON object; write one object a line, {\"id\": \"P1\", \"title\": \"…\"}"));
                continue;
            }
            yield return row;
        }
    }

    private static List<DataField> ReadObject(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes);
        var fields = new List<DataField>();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new RowException(1, "the line is JSON but not an object; write one object a line");
        ReadFields(ref reader, bytes, fields, flatten: true);
        return reader.Read() ? throw new RowException(ColumnOf(reader, bytes), "there is more after the object; write one object a line") : fields;
    }

    private static void ReadFields(ref Utf8JsonReader reader, byte[] bytes, List<DataField> fields, bool flatten)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;   // ! : a property's name is never null
            reader.Read();
            int column = ColumnOf(reader, bytes);
            if (flatten && name == Vector)
            {
                reader.Skip();
                continue;
            }
            if (flatten && name == Attributes && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadFields(ref reader, bytes, fields, flatten: false);
                continue;
            }
            if (fields.Any(f => f.Name == name))
                throw new RowException(column, $"the field '{name}' comes twice", name);
            fields.Add(reader.TokenType switch
            {
                JsonTokenType.StartArray => new DataField(name, column, ReadArray(ref reader, name, column), AttributeKind.Text),
                JsonTokenType.StartObject => throw new RowException(column, $"the field '{name}' holds an object; only \"attributes\" may", name),
                _ => new DataField(name, column, Scalar(reader), KindOf(reader.TokenType)),
            });
        }
    }

    /// <summary>A list of scalars as one text, "a|b".</summary>
    private static string ReadArray(ref Utf8JsonReader reader, string name, int column)
    {
        var values = new List<string?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                throw new RowException(column, $"the field '{name}' holds a list of lists or objects; a list of texts or numbers is fine", name);
            values.Add(Scalar(reader));
        }
        return string.Join('|', values.Where(v => v is not null));
    }

    private static string? Scalar(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
        _ => reader.GetString(),
    };

    private static AttributeKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.Number => AttributeKind.Number,
        JsonTokenType.True or JsonTokenType.False => AttributeKind.Boolean,
        _ => AttributeKind.Text,
    };

    private static int ColumnOf(in Utf8JsonReader reader, byte[] bytes) =>
        System.Text.Encoding.UTF8.GetCharCount(bytes, 0, (int)reader.TokenStartIndex) + 1;
}

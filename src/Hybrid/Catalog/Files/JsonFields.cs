using System.Text.Json;

namespace Hybrid.Catalog.Files;

/// <summary>Reads the fields of a line that is one JSON object, in time linear in its length.</summary>
internal ref struct JsonFields
{
    private const string Attributes = "attributes";

    /// <summary>What an export has beside an item's fields; it is made anew from the text.</summary>
    private const string Vector = "vector";

    private readonly ReadOnlySpan<byte> _line;
    private readonly CancellationToken _cancellationToken;
    private readonly List<DataField> _fields = [];
    private Utf8JsonReader _reader;

    // The columns asked for only grow: each is counted on from the one before.
    private int _countedBytes, _countedCharacters;

    private JsonFields(ReadOnlySpan<byte> line, CancellationToken cancellationToken)
    {
        _line = line;
        _cancellationToken = cancellationToken;
        _reader = new Utf8JsonReader(line);
    }

    /// <param name="line">In UTF-8.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="RowException">It is, and not of the shape that a row has.</exception>
    public static List<DataField> Read(ReadOnlySpan<byte> line, CancellationToken cancellationToken) => new JsonFields(line, cancellationToken).ReadRow();

    private List<DataField> ReadRow()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw new RowException(1, "the line is JSON but not an object; write one object a line");
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (NextName() is { } name)
        {
            int column = Column();
            if (!names.Add(name))
                throw Bad(name, column, "comes twice");
            if (name == Vector)
                _reader.Skip();
            else if (name == Attributes && _reader.TokenType == JsonTokenType.StartObject)
                ReadAttributes();
            else
                _fields.Add(Field(name, column));
        }
        return _reader.Read() ? throw new RowException(Column(), "there is more after the object; write one object a line") : _fields;
    }

    private void ReadAttributes()
    {
        while (NextName() is { } name)
            _fields.Add(Field(name, Column()) with { IsAttribute = true });
    }

    /// <summary>The name of the object's next field, with the reader at its value; null at the object's end.</summary>
    private string? NextName()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.PropertyName)
            return null;
        string name = Text();
        _reader.Read();
        return name;
    }

    private DataField Field(string name, int column) => _reader.TokenType switch
    {
        JsonTokenType.StartArray => List(name, column),
        JsonTokenType.StartObject => throw Bad(name, column, "holds an object; only \"attributes\" may"),
        JsonTokenType.Number => new DataField(name, column, Scalar(), AttributeKind.Number),
        JsonTokenType.True or JsonTokenType.False => new DataField(name, column, Scalar(), AttributeKind.Boolean),
        _ => new DataField(name, column, Scalar(), AttributeKind.Text),
    };

    /// <summary>A list of scalars, also as one text, "a|b"; a null in it is left out.</summary>
    private DataField List(string name, int column)
    {
        var elements = new List<AttributeValue>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (_reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                throw Bad(name, column, "holds a list of lists or objects; a list of texts or numbers is fine");
            if (Scalar() is not { } text)
                continue;
            elements.Add(_reader.TokenType switch
            {
                JsonTokenType.Number => AttributeValue.OfJsonNumber(text),
                JsonTokenType.True or JsonTokenType.False => text == "true",
                _ => text,
            });
        }
        return new DataField(name, column, string.Join('|', elements.Select(e => e.AsWritten)), AttributeKind.List, elements);
    }

    private string? Scalar() => _reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(_reader.ValueSpan),
        _ => Text(),
    };

    private string Text()
    {
        try
        {
            return _reader.GetString()!;   // ! : the token is a name or a string, never null
        }
        catch (InvalidOperationException)
        {
            // The line is UTF-8, so this can only be an escape, \ud83d without its other half.
            const string half = "the text that begins here has half of a surrogate pair as an escape";
            throw new RowException(Column(), $"{half}; write both halves, \\ud83d\\ude00, or the character itself");
        }
    }

    private static RowException Bad(string name, int column, string what) => new(column, $"the field '{PlainText.Brief(name)}' {what}", name);

    /// <summary>Where the current token begins, in characters from 1.</summary>
    private int Column()
    {
        int start = (int)_reader.TokenStartIndex;
        _countedCharacters += System.Text.Encoding.UTF8.GetCharCount(_line[_countedBytes..start]);
        _countedBytes = start;
        return _countedCharacters + 1;
    }
}

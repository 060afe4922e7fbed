using System.Text.Json;

namespace Hybrid.Catalog.Files;

/// <summary>Reads the fields of one JSON object, in time linear in its length.</summary>
/// <remarks>Objects within it are flattened, "details.Brand"; lists of objects or of lists are left out.</remarks>
internal ref struct JsonFields
{
    private const string Attributes = "attributes";

    /// <summary>What an export has beside an item's fields; it is made anew from the text.</summary>
    private const string Vector = "vector";

    private readonly ReadOnlySpan<byte> _text;
    private readonly Action<string>? _onLeftOut;
    private readonly CancellationToken _cancellationToken;
    private readonly List<DataField> _fields = [];
    private Utf8JsonReader _reader;

    // The columns asked for only grow: each is counted on from the one before.
    private int _countedBytes, _countedCharacters;

    private JsonFields(ReadOnlySpan<byte> text, ReadOnlySpan<byte> json, int column, Action<string>? onLeftOut, CancellationToken cancellationToken)
    {
        _text = text;
        _onLeftOut = onLeftOut;
        _cancellationToken = cancellationToken;
        _reader = new Utf8JsonReader(json);
        _countedCharacters = column - 1;
    }

    /// <param name="text">In UTF-8.</param>
    /// <param name="column">The character of its line at which the text begins, from 1.</param>
    /// <param name="onLeftOut">Told the name of each field that is left out.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="RowException">It is, and not of the shape that a row has.</exception>
    public static List<DataField> Read(ReadOnlySpan<byte> text, CancellationToken cancellationToken, int column = 1, Action<string>? onLeftOut = null)
    {
        ReadOnlySpan<byte> json = JsonNumbers.WithoutNaN(text) is { } changed ? changed : text;
        return new JsonFields(text, json, column, onLeftOut, cancellationToken).ReadRow();
    }

    private List<DataField> ReadRow()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw new RowException(Column(), "this is JSON but not an object; write one object a line, or a list of objects");
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (NextName() is { } name)
        {
            int column = Column();
            if (!names.Add(name))
                throw Bad(name, column, "comes twice");
            if (name == Vector)
                _reader.Skip();
            else if (name == Attributes && _reader.TokenType == JsonTokenType.StartObject)
                ReadMembers("", isAttribute: true);
            else
                ReadField(name, column, isAttribute: false);
        }
        return _reader.Read() ? throw new RowException(Column(), "there is more after the object; write one object a line") : _fields;
    }

    private void ReadMembers(string prefix, bool isAttribute)
    {
        while (NextName() is { } name)
            ReadField(prefix + name, Column(), isAttribute);
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

    private void ReadField(string name, int column, bool isAttribute)
    {
        if (_reader.TokenType == JsonTokenType.StartObject)
            ReadMembers(name + ".", isAttribute);
        else if (_reader.TokenType != JsonTokenType.StartArray)
            _fields.Add(new DataField(name, column, Scalar(), Kind(), IsList: false, isAttribute));
        else if (ReadList() is { } elements)
            _fields.Add(new DataField(name, column, string.Join('|', elements.Select(e => e.Value)), AttributeKind.Text, IsList: true, isAttribute, elements));
        else
            _onLeftOut?.Invoke(name);
    }

    /// <summary>A list of scalars, with the reader at its end; null when something else is among them.</summary>
    private List<DataElement>? ReadList()
    {
        var elements = new List<DataElement>();
        bool isPlain = true;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (_reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                isPlain = false;
                _reader.Skip();
            }
            else if (isPlain && Scalar() is { } value)
            {
                elements.Add(new DataElement(value, Kind()));
            }
        }
        return isPlain ? elements : null;
    }

    private readonly AttributeKind Kind() => _reader.TokenType switch
    {
        JsonTokenType.Number => AttributeKind.Number,
        JsonTokenType.True or JsonTokenType.False => AttributeKind.Boolean,
        _ => AttributeKind.Text,
    };

    private string? Scalar() => _reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Number => JsonNumbers.TextAt(_text, (int)_reader.TokenStartIndex, _reader.ValueSpan.Length),
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
            // The text is UTF-8, so this can only be an escape, \ud83d without its other half.
            const string half = "the text that begins here has half of a surrogate pair as an escape";
            throw new RowException(Column(), $"{half}; write both halves, \\ud83d\\ude00, or the character itself");
        }
    }

    private static RowException Bad(string name, int column, string what) => new(column, $"the field '{PlainText.Brief(name)}' {what}", name);

    /// <summary>Where the current token begins, in characters of its line from 1.</summary>
    private int Column()
    {
        int start = (int)_reader.TokenStartIndex;
        ReadOnlySpan<byte> passed = _text[_countedBytes..start];
        if (passed.LastIndexOf((byte)'\n') is >= 0 and int end)
        {
            passed = passed[(end + 1)..];
            _countedCharacters = 0;
        }
        _countedCharacters += System.Text.Encoding.UTF8.GetCharCount(passed);
        _countedBytes = start;
        return _countedCharacters + 1;
    }
}

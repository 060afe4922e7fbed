namespace Hybrid.Catalog.Files;

/// <summary>Cuts a list of JSON objects, or objects that follow one another, into its objects, in bounded memory.</summary>
/// <remarks>
/// It knows strings and brackets only; what an object holds is <see cref="JsonFields"/>'s to judge. An object that is not closed ends where another begins in a
/// place where none may, a string at the end of its line, so that what is wrong in an object costs it alone.
/// </remarks>
internal sealed class JsonObjects(Stream stream, string name, LineDecoder decoder, CancellationToken cancellationToken)
{
    // More than any reader follows; it bounds what brackets without end take.
    private const int MostOpen = 1 << 16;

    private byte[] _object = new byte[1 << 12];
    private readonly Stack<byte> _open = new();
    private readonly Queue<DataLine> _found = new();
    private readonly byte[] _buffer = new byte[1 << 16];
    private long _line = 1, _objectLine, _lists;
    private int _column, _objectColumn, _length, _returns;
    private bool _isTooLong, _isInString, _isEscaped, _isInLitter;
    private byte _last;

    /// <summary>The shape of a text by its beginning.</summary>
    public static JsonShape ShapeOf(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> text = TrimStart(start);
        if (text.IsEmpty || text[0] is not ((byte)'{' or (byte)'['))
            return JsonShape.None;
        if (text[0] == '[')
            return TrimStart(text[1..]) is [] or [(byte)'{' or (byte)']' or (byte)'[', ..] ? JsonShape.Objects : JsonShape.None;
        int end = text.IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0)
            return JsonShape.Lines;
        // A line that leaves its object open is a broken one, unless the next goes on with it.
        return IsOpen(text[..end]) && TrimStart(text[end..]) is not ([] or [(byte)'{', ..]) ? JsonShape.Objects : JsonShape.Lines;
    }

    /// <summary>The objects, and in the place of what is none a fault.</summary>
    /// <exception cref="DataFileException">The stream cannot be read, or is not UTF-8 as a whole.</exception>
    public IEnumerable<DataLine> Read()
    {
        while (Fill() is > 0 and int count)
        {
            for (int i = 0; i < count; i++)
            {
                Take(_buffer[i]);
                while (_found.TryDequeue(out DataLine? found))
                    yield return found;
            }
        }
        if (_open.Count > 0)
            End();
        if (_lists > 0)
            Fault("the list of objects is not closed, so the file may be cut short; copy it again, or close the list with ]");
        while (_found.TryDequeue(out DataLine? found))
            yield return found;
        decoder.End();
    }

    private void Take(byte b)
    {
        if (b is (byte)'\r' or (byte)'\n')
        {
            // As LineReader counts: CR, LF, CR LF and CR CR LF are one end each.
            _line += b == '\r' || _returns == 0 ? 1 : _returns == 1 ? 0 : -1;
            _returns = b == '\r' ? _returns + 1 : 0;
            _column = 0;
            _isInLitter = false;
        }
        else
        {
            _returns = 0;
            if ((b & 0xC0) != 0x80)
                _column += b >= 0xF0 ? 2 : 1;   // in UTF-16, as everywhere
        }
        if (_open.Count == 0)
            TakeBetween(b);
        else
            TakeWithin(b);
    }

    private void TakeBetween(byte b)
    {
        switch (b)
        {
            case (byte)'{':
                Begin();
                break;
            case (byte)'[':
                _lists++;
                break;
            case (byte)']' when _lists > 0:
                _lists--;
                break;
            case (byte)',':
                _isInLitter = false;
                break;
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF or 0xBB or 0xBF:   // a mark at the beginning, too
                break;
            default:
                if (!_isInLitter)
                    Fault(b == '}' ? "a brace closes here that none has opened" : "this is not a JSON object; a list of objects has objects and commas");
                _isInLitter = true;
                break;
        }
    }

    private void TakeWithin(byte b)
    {
        if (_isInString)
        {
            Keep(b);
            if (_isEscaped)
                _isEscaped = false;
            else if (b == '\\')
                _isEscaped = true;
            else if (b is (byte)'"' or (byte)'\n' or (byte)'\r')
                _isInString = false;
            return;
        }
        if (b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            Keep(b);
            return;
        }
        if (b == '{' && _open.Peek() == '{' && _last != ':')
        {
            // Of braces in a row the last is the object's; the others cost one row together, with those that close them.
            bool isSurplus = _last == '{' && _open.Count == 1;
            if (!isSurplus)
                End();
            else if (!_isInLitter)
                Fault("a brace opens here, and another at once");
            Begin();
            _isInLitter = isSurplus;
            return;
        }
        if (b == ']' && !_open.Contains((byte)'['))
        {
            End();
            TakeBetween(b);
            return;
        }
        Keep(b);
        // What follows a string without a sign was within one: the quote that seemed to close it opened it.
        if (b == '"' || _last == '"' && b is not ((byte)',' or (byte)':' or (byte)'}' or (byte)']'))
            _isInString = true;
        else if ((b is (byte)'{' or (byte)'[') && _open.Count < MostOpen)
            _open.Push(b);
        else if (b is (byte)'}' or (byte)']')
            Close(b == '}' ? (byte)'{' : (byte)'[');
        _last = b;
        if (_open.Count == 0)
            End();
    }

    /// <summary>Closes the innermost bracket of a kind, and with it those in it that were not.</summary>
    private void Close(byte kind)
    {
        while (_open.TryPop(out byte open) && open != kind)
        {
        }
    }

    private void Begin()
    {
        _length = 0;
        _open.Clear();
        (_isTooLong, _isInString, _isEscaped, _isInLitter) = (false, false, false, false);
        (_objectLine, _objectColumn) = (_line, _column);
        _open.Push((byte)'{');
        _last = (byte)'{';
        Keep((byte)'{');
    }

    private void End()
    {
        _open.Clear();
        _found.Enqueue(decoder.Decode(_objectLine, _object.AsSpan(0, _length), _isTooLong, "object", _objectColumn));
    }

    private void Fault(string reason) => _found.Enqueue(new DataLine(_line, "", Math.Max(1, _column), reason, Math.Max(1, _column)));

    private void Keep(byte b)
    {
        if (_length == LineReader.MaxLineBytes)
        {
            _isTooLong = true;
            return;
        }
        if (_length == _object.Length)
            Array.Resize(ref _object, 2 * _length);
        _object[_length++] = b;
    }

    private int Fill()
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return stream.Read(_buffer);
        }
        catch (InvalidDataException e)
        {
            throw new DataFileException(name, $"{e.Message}; copy the file again", _line, cause: e);
        }
        catch (IOException e)
        {
            throw new DataFileException(name, $"it could not be read to its end: {e.Message}", _line, cause: e);
        }
    }

    private static bool IsOpen(ReadOnlySpan<byte> line)
    {
        int depth = 0;
        bool inString = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (inString && line[i] == '\\')
                i++;
            else if (line[i] == '"')
                inString = !inString;
            else if (!inString)
                depth += line[i] switch { (byte)'{' or (byte)'[' => 1, (byte)'}' or (byte)']' => -1, _ => 0 };
        }
        return depth > 0;
    }

    private static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text) =>
        (text.StartsWith("\uFEFF"u8) ? text[3..] : text).TrimStart(" \t\r\n"u8);
}

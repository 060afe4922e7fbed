using System.Buffers;

namespace Hybrid.Catalog.Files;

/// <summary>Reads lines of UTF-8, strictly and in bounded memory, and takes lines back that were read ahead.</summary>
/// <remarks>
/// <para>A line ends with LF, CR LF, CR (old Mac) or CR CR LF (a CR LF that was written as text), also in one file; nothing else ends one.</para>
/// <para>Cancellation is heard before each line, and within one after each piece of it that the buffer holds.</para>
/// </remarks>
/// <param name="decoder">Null: lines are judged one by one, and nothing is guessed of the file as a whole.</param>
internal sealed class LineReader(Stream stream, string name, CancellationToken cancellationToken, LineDecoder? decoder = null)
{
    /// <summary>The most bytes of a line; the rest of a longer one is skipped.</summary>
    public const int MaxLineBytes = 1 << 20;

    private readonly LineDecoder _decoder = decoder ?? new LineDecoder(name);
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly ArrayBufferWriter<byte> _begun = new();
    private readonly Stack<DataLine> _returned = new();
    private int _start, _end;
    private long _lines;

    // The line before ended with CR; what else belongs to that end is looked at when the next line is asked for, as it may not be there yet.
    private bool _isAfterReturn;

    /// <summary>The next line, or null at the end.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="DataFileException">The stream cannot be read, or is not UTF-8 as a whole.</exception>
    public DataLine? Read()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_returned.TryPop(out DataLine? line))
            return line;
        if (_isAfterReturn)
            SkipRestOfEnd();
        _begun.ResetWrittenCount();
        bool tooLong = false;
        while (true)
        {
            if (_start == _end && !Fill())
            {
                if (_begun.WrittenCount > 0 || tooLong)
                    return Finish(_begun.WrittenSpan, tooLong);
                _decoder.End();
                return null;
            }
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
            int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            ReadOnlySpan<byte> part = end < 0 ? rest : rest[..end];
            _start += end < 0 ? part.Length : end + 1;
            _isAfterReturn = end >= 0 && rest[end] == '\r';
            if (end >= 0 && _begun.WrittenCount == 0 && !tooLong && part.Length <= MaxLineBytes)
                return Finish(part, tooLong: false);
            if (_begun.WrittenCount + part.Length > MaxLineBytes)
                tooLong = true;
            else if (!tooLong)
                _begun.Write(part);
            if (end >= 0)
                return Finish(_begun.WrittenSpan, tooLong);
        }
    }

    /// <summary>The lines to the end, as they are asked for.</summary>
    public IEnumerable<DataLine> ReadAll()
    {
        while (Read() is { } line)
            yield return line;
    }

    /// <summary>Lines that come next again, in this order.</summary>
    public void Return(IReadOnlyList<DataLine> lines)
    {
        for (int i = lines.Count - 1; i >= 0; i--)
            _returned.Push(lines[i]);
    }

    private DataLine Finish(ReadOnlySpan<byte> bytes, bool tooLong)
    {
        _lines++;
        if (_lines == 1 && bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        return _decoder.Decode(_lines, bytes, tooLong);
    }

    private void SkipRestOfEnd()
    {
        _isAfterReturn = false;
        if (Next(0) == '\n')
            _start++;
        else if (Next(0) == '\r' && Next(1) == '\n')
            _start += 2;
    }

    /// <summary>A byte further on, which stays to be read; −1 when the stream ends before it.</summary>
    private int Next(int ahead)
    {
        while (_end - _start <= ahead)
        {
            if (!Fill())
                return -1;
        }
        return _buffer[_start + ahead];
    }

    /// <summary>Reads more behind what is left, which is a byte at most.</summary>
    private bool Fill()
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            int left = _end - _start;
            _buffer.AsSpan(_start, left).CopyTo(_buffer);
            _start = 0;
            _end = left;
            _end += stream.Read(_buffer.AsSpan(left));
            return _end > left;
        }
        catch (InvalidDataException e)
        {
            throw new DataFileException(name, $"{e.Message}; copy the file again", _lines + 1, cause: e);
        }
        catch (IOException e)
        {
            throw new DataFileException(name, $"it could not be read to its end: {e.Message}", _lines + 1, cause: e);
        }
    }
}

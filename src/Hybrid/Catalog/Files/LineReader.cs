using System.Buffers;
using System.Text.Unicode;

namespace Hybrid.Catalog.Files;

/// <summary>Reads lines of UTF-8, strictly and in bounded memory, and takes lines back that were read ahead.</summary>
/// <remarks>Cancellation is heard before each line, and within one after each piece of it that the buffer holds.</remarks>
internal sealed class LineReader(Stream stream, string name, CancellationToken cancellationToken)
{
    /// <summary>The most bytes of a line; the rest of a longer one is skipped.</summary>
    public const int MaxLineBytes = 1 << 20;

    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly ArrayBufferWriter<byte> _begun = new();
    private readonly Stack<DataLine> _returned = new();
    private int _start, _end;
    private long _lines;

    /// <summary>The next line, or null at the end.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="DataFileException">The stream cannot be read.</exception>
    public DataLine? Read()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_returned.TryPop(out DataLine? line))
            return line;
        _begun.ResetWrittenCount();
        bool tooLong = false;
        while (true)
        {
            if (_start == _end && !Fill())
            {
                if (_begun.WrittenCount == 0 && !tooLong)
                    return null;
                return Finish(_begun.WrittenSpan, tooLong);
            }
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
            int newline = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = newline < 0 ? rest : rest[..newline];
            _start += newline < 0 ? part.Length : newline + 1;
            if (newline >= 0 && _begun.WrittenCount == 0 && !tooLong && part.Length <= MaxLineBytes)
                return Finish(part, tooLong: false);
            if (_begun.WrittenCount + part.Length > MaxLineBytes)
                tooLong = true;
            else if (!tooLong)
                _begun.Write(part);
            if (newline >= 0)
                return Finish(_begun.WrittenSpan, tooLong);
        }
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
        if (bytes.EndsWith("\r"u8))
            bytes = bytes[..^1];
        if (tooLong)
        {
            string beginning = System.Text.Encoding.UTF8.GetString(bytes[..Math.Min(200, bytes.Length)]);
            return new DataLine(_lines, beginning, 1, $"the line is longer than {MaxLineBytes:N0} bytes; shorten it");
        }
        if (Utf8.IsValid(bytes))
            return new DataLine(_lines, System.Text.Encoding.UTF8.GetString(bytes));
        Utf8.ToUtf16(bytes, new char[bytes.Length], out int valid, out int characters, replaceInvalidSequences: false);
        return new DataLine(_lines, System.Text.Encoding.UTF8.GetString(bytes), characters + 1,
            $"the byte 0x{bytes[valid]:X2} is not UTF-8; save the file as UTF-8");
    }

    private bool Fill()
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            _start = 0;
            _end = stream.Read(_buffer);
            return _end > 0;
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

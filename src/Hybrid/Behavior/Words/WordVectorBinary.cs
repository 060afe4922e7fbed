using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Hybrid.Catalog;

namespace Hybrid.Behavior.Words;

/// <summary>word2vec's binary file: a line "rows dimension", then key, space, little-endian float32 a row; word2vec.c ends a row with a line feed, gensim with
/// nothing.</summary>
internal sealed class WordVectorBinary(Stream content, WordVectorRows rows, CancellationToken cancellationToken)
{
    private const int MostKeyBytes = 1 << 16;

    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly ArrayBufferWriter<byte> _begun = new();
    private int _start, _end;

    /// <exception cref="DataFileException">A row is not what was expected.</exception>
    public void Read()
    {
        rows.Begin(ReadTo((byte)'\n', "the first line"));
        while (!rows.IsFull && !rows.IsComplete)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> bytes = ReadTo((byte)' ', $"the key of row {rows.Count + 1:N0}").TrimStart((byte)'\n');
            if (!Utf8.IsValid(bytes))
            {
                string shown = PlainText.Brief(System.Text.Encoding.UTF8.GetString(bytes));
                throw rows.Broken($"row {rows.Count + 1:N0}: the key '{shown}' is not UTF-8; is a row before it too short or too long?");
            }
            string key = System.Text.Encoding.UTF8.GetString(bytes);
            Span<float> vector = rows.Add(key, null);
            ReadExactly(MemoryMarshal.AsBytes(vector), key);
            if (IndexOfNotFinite(vector) is var bad and >= 0)
                throw rows.NotFinite(bad, vector[bad].ToString(CultureInfo.InvariantCulture), null);
        }
        if (rows.IsComplete && !rows.IsFull)
            RefuseMore();
    }

    public static void Write(WordVectors vectors, Stream file, CancellationToken cancellationToken)
    {
        file.Write(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{vectors.Keys.Count} {vectors.Dimension}\n")));
        for (int row = 0; row < vectors.Keys.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            file.Write(System.Text.Encoding.UTF8.GetBytes(vectors.Keys[row] + " "));
            file.Write(MemoryMarshal.AsBytes(vectors.Row(row)));
        }
    }

    private static int IndexOfNotFinite(ReadOnlySpan<float> vector)
    {
        for (int i = 0; i < vector.Length; i++)
        {
            if (!float.IsFinite(vector[i]))
                return i;
        }
        return -1;
    }

    /// <summary>The bytes before a mark, which is taken too; they stay as they are until the next call.</summary>
    private ReadOnlySpan<byte> ReadTo(byte mark, string what)
    {
        _begun.ResetWrittenCount();
        while (true)
        {
            if (_start == _end && !Fill())
                throw rows.Broken($"it ends within {what}{Promise}");
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
            int at = rest.IndexOf(mark);
            _begun.Write(at < 0 ? rest : rest[..at]);
            _start += at < 0 ? rest.Length : at + 1;
            if (at >= 0)
                return _begun.WrittenSpan;
            if (_begun.WrittenCount > MostKeyBytes)
                throw rows.Broken($"{what} does not end within {MostKeyBytes:N0} bytes; is it a binary word2vec file?");
        }
    }

    private void ReadExactly(Span<byte> bytes, string key)
    {
        int length = bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_start == _end && !Fill())
            {
                throw rows.Broken($"it ends within row {rows.Count:N0}, '{PlainText.Brief(key)}': {length - bytes.Length:N0} of the {length:N0} bytes of its "
                    + $"{rows.Dimension} numbers are there{Promise}");
            }
            int part = Math.Min(bytes.Length, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(bytes);
            _start += part;
            bytes = bytes[part..];
        }
    }

    private string Promise => rows.Declared < 0 ? "" : $"; its first line says that it has {rows.Declared:N0} rows";

    private void RefuseMore()
    {
        while (_start < _end || Fill())
        {
            if (_buffer.AsSpan(_start, _end - _start).ContainsAnyExcept((byte)'\n'))
                throw rows.Broken($"its first line says that it has {rows.Declared:N0} rows of {rows.Dimension} numbers, and it goes on behind them");
            _start = _end;
        }
    }

    private bool Fill()
    {
        try
        {
            _start = 0;
            _end = content.Read(_buffer);
            return _end > 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new DataFileException(rows.Path, $"it could not be read to its end: {e.Message}; copy the file again", cause: e);
        }
    }
}

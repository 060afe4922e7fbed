using System.Text;

namespace Hybrid.Catalog.Files;

/// <summary>A text of another encoding as UTF-8; the stream itself stays the caller's.</summary>
/// <remarks>What cannot be decoded becomes bytes that are no UTF-8 either (0xFF), so that it costs its line and is never a wrong character.</remarks>
internal sealed class TranscodedStream : ForwardStream
{
    // A character that no text has, in the place of what cannot be decoded.
    private const char Broken = '\uFFFF';

    private readonly Stream _stream;
    private readonly Decoder _decoder;
    private readonly Encoder _encoder = System.Text.Encoding.UTF8.GetEncoder();
    private readonly byte[] _read = new byte[1 << 15];
    private readonly char[] _characters = new char[1 << 15];
    private readonly byte[] _written = new byte[3 * (1 << 15) + 4];
    private int _start, _end;
    private bool _isAtEnd;

    public TranscodedStream(Stream stream, System.Text.Encoding encoding)
    {
        _stream = stream;
        var strict = (System.Text.Encoding)encoding.Clone();
        strict.DecoderFallback = new DecoderReplacementFallback(Broken.ToString());
        _decoder = strict.GetDecoder();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_start == _end)
        {
            if (_isAtEnd)
                return 0;
            Fill();
        }
        int count = Math.Min(buffer.Length, _end - _start);
        _written.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private void Fill()
    {
        // A byte is one character at most in every encoding but UTF-7, which .NET no longer has; and what is left of one costs one more.
        int read = _stream.Read(_read.AsSpan(0, _read.Length - 8));
        _isAtEnd = read == 0;
        int characters = _decoder.GetChars(_read.AsSpan(0, read), _characters, flush: _isAtEnd);
        _start = 0;
        _end = _encoder.GetBytes(_characters.AsSpan(0, characters), _written, flush: _isAtEnd);
        Span<byte> written = _written.AsSpan(0, _end);
        for (int at; (at = written.IndexOf("\uFFFF"u8)) >= 0; written = written[(at + 3)..])
            written.Slice(at, 3).Fill(0xFF);
    }
}

namespace Hybrid.Catalog.Files;

/// <summary>A stream whose beginning can be looked at before it is read; the stream itself stays the caller's.</summary>
internal sealed class PeekedStream : ForwardStream
{
    private readonly Stream _stream;
    private readonly byte[] _start;
    private readonly int _known;
    private int _given;

    /// <param name="bytes">How much of the beginning is looked at.</param>
    /// <param name="name">What errors call the stream.</param>
    /// <exception cref="DataFileException">The stream cannot be read.</exception>
    public PeekedStream(Stream stream, int bytes, string name)
    {
        _stream = stream;
        _start = new byte[bytes];
        try
        {
            _known = stream.ReadAtLeast(_start, bytes, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw new DataFileException(name, $"{e.Message}; copy the file again", cause: e);
        }
        catch (IOException e)
        {
            throw new DataFileException(name, $"it cannot be read: {e.Message}", cause: e);
        }
        Start = _start.AsMemory(0, _known);
    }

    /// <summary>The beginning; shorter than was asked for when it is the whole stream.</summary>
    public ReadOnlyMemory<byte> Start { get; }

    public override int Read(Span<byte> buffer)
    {
        if (_given == _known)
            return _stream.Read(buffer);
        int count = Math.Min(buffer.Length, _known - _given);
        _start.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }
}

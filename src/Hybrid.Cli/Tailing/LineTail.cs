using System.Buffers;
using System.Threading.Channels;
using Hybrid.Records;

namespace Hybrid.Cli.Tailing;

/// <summary>Cuts a stream into lines as it grows, ahead of who takes them.</summary>
/// <remarks>Memory: so many lines wait; then the stream is read no further.</remarks>
internal sealed class LineTail
{
    /// <summary>Of a longer line only the beginning is kept.</summary>
    public const int MostBytes = 1 << 20;

    private const int MostWaiting = 20_000, Piece = 64 << 10;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Channel<TailedLine> _lines = Channel.CreateBounded<TailedLine>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly ArrayBufferWriter<byte> _begun = new();
    private long _number, _end;
    private bool _isCut;

    public ChannelReader<TailedLine> Lines => _lines.Reader;

    /// <summary>Reads to the end, and where the stream may grow waits for more until it is cancelled; the lines end with the task.</summary>
    /// <param name="position">Where in the stream it is.</param>
    /// <param name="grows">Whether its end is only for now: then a line counts when its end has come.</param>
    public async Task ReadAsync(Stream stream, StreamPosition position, bool grows, CancellationToken cancellationToken)
    {
        (_end, _number) = (position.Offset, position.Lines);
        byte[] piece = new byte[Piece];
        try
        {
            while (true)
            {
                int read = await stream.ReadAsync(piece, cancellationToken);
                if (read > 0)
                    await AddAsync(piece.AsMemory(0, read), cancellationToken);
                else if (!grows)
                    break;
                else if (stream.Length < stream.Position)
                    throw new IOException("it has become shorter. Start again to read it from its beginning.");
                else
                    await Task.Delay(Interval, TimeProvider.System, cancellationToken);
            }
            if (_begun.WrittenCount > 0)
                await EndLineAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What has been read is there.
        }
        catch (Exception e)
        {
            _lines.Writer.Complete(e);
            return;
        }
        _lines.Writer.Complete();
    }

    private async ValueTask AddAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        while (!piece.IsEmpty)
        {
            int end = piece.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> part = end < 0 ? piece : piece[..end];
            piece = end < 0 ? default : piece[(end + 1)..];
            int room = MostBytes - _begun.WrittenCount;
            _isCut |= part.Length > room;
            _begun.Write(part.Span[..Math.Min(part.Length, room)]);
            _end += part.Length;
            if (end < 0)
                return;
            _end++;
            await EndLineAsync(cancellationToken);
        }
    }

    private async ValueTask EndLineAsync(CancellationToken cancellationToken)
    {
        var line = new TailedLine(_begun.WrittenSpan.ToArray(), new(_end, ++_number), _isCut);
        _begun.ResetWrittenCount();
        _isCut = false;
        await _lines.Writer.WriteAsync(line, cancellationToken);
    }
}

namespace Hybrid.Catalog.Files;

/// <summary>Standard input that stops waiting when it is cancelled: the system's own read goes on until somebody types or closes the pipe.</summary>
internal sealed class StandardInput(CancellationToken cancellationToken) : ForwardStream
{
    /// <summary>The path that stands for it.</summary>
    public const string Path = "-";

    /// <summary>What errors call it.</summary>
    public const string Name = "standard input";

    private readonly Stream _input = Console.OpenStandardInput();

    // Not the caller's: a read that is given up may still write here.
    private readonly byte[] _buffer = new byte[1 << 16];

    /// <exception cref="OperationCanceledException">Cancelled before there was anything to read.</exception>
    /// <exception cref="IOException">It cannot be read: it is a folder, `hybrid embed &lt; /tmp`.</exception>
    public override int Read(Span<byte> buffer)
    {
        int most = Math.Min(buffer.Length, _buffer.Length);
        Task<int> reading = Task.Run(() => _input.Read(_buffer, 0, most), cancellationToken);
        Task.WaitAny([reading], cancellationToken);   // unlike Wait it leaves a failure of the read as it is
        int count = reading.GetAwaiter().GetResult();
        _buffer.AsSpan(0, count).CopyTo(buffer);
        return count;
    }
}

using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.GZip;

namespace Hybrid.Catalog.Files;

/// <summary>The content of a gzip stream, which stays the caller's.</summary>
/// <remarks>Not .NET's own: it takes a file that is cut short for a whole one (runtime 10.0.12).</remarks>
internal sealed class GzipStream(Stream packed) : ForwardStream
{
    private readonly GZipInputStream _content = new(packed) { IsStreamOwner = false };

    /// <exception cref="InvalidDataException">The data is damaged or cut short.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _content.Read(buffer);
        }
        // The last is what SharpZipLib 1.4.2 does with code lengths that no Huffman tree has.
        catch (Exception e) when (e is SharpZipBaseException or EndOfStreamException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"its gzip data is damaged or cut short ({e.Message})", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }
}

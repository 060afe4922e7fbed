using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.Checksum;
using ICSharpCode.SharpZipLib.Zip;

namespace Hybrid.Catalog.Files;

/// <summary>The content of the one file in a zip archive, which stays the caller's.</summary>
internal sealed class ZipMember : ForwardStream
{
    private const int MostNamesShown = 5;

    private readonly ZipFile _archive;
    private readonly ZipEntry _entry;
    private readonly Stream _content;
    private readonly Crc32 _sum = new();
    private readonly byte[] _buffer = new byte[1 << 16];
    private long _length;

    private ZipMember(ZipFile archive, ZipEntry entry)
    {
        _archive = archive;
        _entry = entry;
        _content = archive.GetInputStream(entry);
    }

    /// <param name="packed">Can seek: what an archive holds stands at its end.</param>
    /// <exception cref="DataFileException">The archive is damaged, or does not hold one file that can be read.</exception>
    public static ZipMember Open(Stream packed, string name)
    {
        ZipFile? archive = null;
        try
        {
            archive = new ZipFile(packed, leaveOpen: true);
            ZipEntry entry = OnlyEntry(archive, name);
            if (entry.IsCrypted)
                throw new DataFileException(name, "it is a zip archive with a password; unpack it and give the file in it");
            return new ZipMember(archive, entry);
        }
        catch (Exception e)
        {
            archive?.Close();
            if (IsDamage(e))
                throw new DataFileException(name, $"its zip data is damaged or cut short ({e.Message}); copy the file again", cause: e);
            throw;
        }
    }

    /// <exception cref="InvalidDataException">The data is damaged or cut short.</exception>
    public override int Read(Span<byte> buffer)
    {
        int count;
        try
        {
            count = _content.Read(_buffer, 0, Math.Min(buffer.Length, _buffer.Length));
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Damaged(e.Message, e);
        }
        _sum.Update(new ArraySegment<byte>(_buffer, 0, count));
        _length += count;
        if (count == 0 && buffer.Length > 0 && (_length != _entry.Size || _sum.Value != _entry.Crc))
            throw Damaged("its content is not what was packed");
        _buffer.AsSpan(0, count).CopyTo(buffer);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
            _archive.Close();
        }
        base.Dispose(disposing);
    }

    private static ZipEntry OnlyEntry(ZipFile archive, string name)
    {
        ZipEntry[] all = [.. archive.Cast<ZipEntry>().Where(entry => entry.IsFile)];
        if (all.Any(entry => entry.Name == "xl/workbook.xml"))
            throw new DataFileException(name, "it is an Excel workbook; save it as CSV UTF-8");
        if (all.Any(entry => entry.Name is "word/document.xml" or "ppt/presentation.xml"))
            throw new DataFileException(name, "it is an Office document; give the data as CSV");
        if (all.Any(entry => entry.Name is "content.xml") && all.Any(entry => entry.Name is "mimetype"))
            throw new DataFileException(name, "it is an OpenDocument file; save it as CSV UTF-8");
        // What macOS puts beside the files is none of them.
        ZipEntry[] files =
            [.. all.Where(entry => !entry.Name.StartsWith("__MACOSX/", StringComparison.Ordinal) && !entry.Name.EndsWith(".DS_Store",
                StringComparison.Ordinal))];
        string names = string.Join(", ", files.Take(MostNamesShown).Select(entry => PlainText.Brief(entry.Name)));
        return files switch
        {
            [var only] => only,
            [] => throw new DataFileException(name, "it is a zip archive without a file in it"),
            _ => throw new DataFileException(name, $"it is a zip archive of {files.Length:N0} files ({names}{(files.Length > MostNamesShown ? ", …" : "")}); "
                + "unpack it and give those that are meant"),
        };
    }

    private static InvalidDataException Damaged(string how, Exception? cause = null) => new($"its zip data is damaged or cut short ({how})", cause);

    // What SharpZipLib 1.4.2 throws at archives with a byte changed.
    private static bool IsDamage(Exception e) =>
        e is SharpZipBaseException or EndOfStreamException or IndexOutOfRangeException or ArgumentException or NotSupportedException or OverflowException;
}

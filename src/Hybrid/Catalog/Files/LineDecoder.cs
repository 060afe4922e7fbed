using System.Text;
using System.Text.Unicode;
using UtfUnknown;

namespace Hybrid.Catalog.Files;

/// <summary>Makes text of a line's bytes, strictly; what is not UTF-8 is a fault of its line, with a guess at what the file is instead.</summary>
internal sealed class LineDecoder(string name, string? encoding = null, ReadOnlyMemory<byte> sample = default)
{
    /// <summary>Lines with more than ASCII that are judged; how many bad ones are no more than a few; how many letters say little.</summary>
    private const int MostJudged = 100, Few = 3, FewLetters = 20;

    // What a detector can make of a few bytes is worth little more than a coin.
    private const float LeastConfidence = 0.4f;

    private string? _guess;
    private bool _isGuessed;
    private long _judged, _bad;

    /// <summary>A line, or whatever else of a text is read at once.</summary>
    /// <param name="what">What errors call it.</param>
    /// <exception cref="DataFileException">So much of the file is not UTF-8 that it is in another encoding as a whole.</exception>
    public DataLine Decode(long number, ReadOnlySpan<byte> bytes, bool tooLong, string what = "line", int column = 1)
    {
        if (tooLong)
        {
            string beginning = System.Text.Encoding.UTF8.GetString(bytes[..Math.Min(200, bytes.Length)]);
            return new DataLine(number, beginning, column, $"the {what} is longer than {LineReader.MaxLineBytes:N0} bytes; shorten it", column);
        }
        bool isValid = Utf8.IsValid(bytes);
        if (_judged < MostJudged && !sample.IsEmpty && !(isValid && Ascii.IsValid(bytes)))
            Judge(number, isValid);
        if (isValid)
            return new DataLine(number, System.Text.Encoding.UTF8.GetString(bytes), Column: column);
        Utf8.ToUtf16(bytes, new char[bytes.Length], out int valid, out int characters, replaceInvalidSequences: false);
        return new DataLine(number, System.Text.Encoding.UTF8.GetString(bytes), column + characters, Fault(bytes, valid), column);
    }

    /// <summary>Judges a file that ended before there were enough lines to.</summary>
    /// <exception cref="DataFileException">It is in another encoding as a whole.</exception>
    public void End()
    {
        if (_judged < MostJudged)
            Refuse(null);
    }

    private void Judge(long number, bool isValid)
    {
        _judged++;
        _bad += isValid ? 0 : 1;
        if (_judged == MostJudged)
            Refuse(number);
    }

    private void Refuse(long? line)
    {
        if (_bad <= Few || _bad * 2 <= _judged)
            return;
        string what = encoding is null ? "it is not UTF-8" : $"it is not {encoding}";
        throw new DataFileException(name, $"{what}: {_bad:N0} of the first {_judged:N0} lines with other than plain letters are not; {Remedy(default)}", line);
    }

    private string Fault(ReadOnlySpan<byte> bytes, int at) => encoding is null
        ? $"the byte 0x{bytes[at]:X2} is not UTF-8; {Remedy(bytes)}"
        : $"what stands here is not {encoding}; save the file as UTF-8, or name the encoding that it has";

    private string Remedy(ReadOnlySpan<byte> bytes) =>
        Guess(bytes) is { } guess ? $"it looks like {guess}: --encoding {guess}, or save the file as UTF-8" : "save the file as UTF-8";

    /// <summary>From the beginning of the file where that has such bytes; else from the line.</summary>
    private string? Guess(ReadOnlySpan<byte> bytes)
    {
        if (encoding is not null || sample.IsEmpty)
            return null;
        if (!_isGuessed)
        {
            _isGuessed = true;
            // A character that the sample's end cuts is no fault.
            _guess = Utf8.IsValid(sample.Span[..Math.Max(0, sample.Length - 3)]) ? null : Detect(sample.Span);
        }
        return _guess ?? (_bad <= Few ? Detect(bytes) : null);
    }

    private static string? Detect(ReadOnlySpan<byte> bytes)
    {
        DetectionDetail? best = CharsetDetector.DetectFromBytes(bytes.ToArray()).Detected;
        if (best is not { Encoding: not null } || best.Confidence < LeastConfidence)
            return null;
        string guess = best.EncodingName.ToLowerInvariant();
        // Of Latin encodings a few letters cannot tell one from the next, and Windows-1252 is what nearly all such files are; it holds ISO 8859-1 too.
        int letters = 0;
        foreach (byte b in bytes)
            letters += b >> 7;
        bool isFew = letters < FewLetters;
        return guess == "iso-8859-1" || isFew && best.Encoding.IsSingleByte && IsLatin(guess) ? "windows-1252" : guess;
    }

    private static bool IsLatin(string encoding) => encoding is "windows-1250" or "windows-1254" or "windows-1257" or "iso-8859-2" or "iso-8859-3"
        or "iso-8859-4" or "iso-8859-9" or "iso-8859-10" or "iso-8859-13" or "iso-8859-15" or "iso-8859-16";
}

using System.Globalization;
using System.Text;

namespace Hybrid.Catalog.Files;

/// <summary>Encodings by their names, and by what a text that has none of these begins with.</summary>
internal static class TextEncodings
{
    /// <exception cref="ArgumentException">There is no encoding of this name.</exception>
    public static System.Text.Encoding Find(string name)
    {
        string digits = name.StartsWith("cp", StringComparison.OrdinalIgnoreCase) ? name[2..] : name;
        try
        {
            if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int page) && page is > 0 and < 65_536)
                return CodePagesEncodingProvider.Instance.GetEncoding(page) ?? System.Text.Encoding.GetEncoding(page);
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? System.Text.Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ArgumentException(
                $"There is no encoding '{PlainText.Brief(name)}': give a name like utf-8, utf-16, windows-1252, gbk or shift_jis.", nameof(name));
        }
    }

    /// <summary>The encoding that the text itself shows, by a mark or by the zeros of UTF-16; null when it shows none, as UTF-8 without a mark.</summary>
    public static System.Text.Encoding? Shown(ReadOnlySpan<byte> start)
    {
        switch (start)
        {
            case [0xEF, 0xBB, 0xBF, ..]:
                return System.Text.Encoding.UTF8;
            case [0xFF, 0xFE, 0, 0, ..]:
                return System.Text.Encoding.UTF32;
            case [0xFF, 0xFE, ..]:
                return System.Text.Encoding.Unicode;
            case [0xFE, 0xFF, ..]:
                return System.Text.Encoding.BigEndianUnicode;
        }
        // Latin letters, digits and separators have a zero in the same half of each pair, and the other half has next to none.
        int pairs = start.Length / 2, even = 0, odd = 0;
        for (int i = 0; i < pairs; i++)
        {
            even += start[2 * i] == 0 ? 1 : 0;
            odd += start[2 * i + 1] == 0 ? 1 : 0;
        }
        return odd > pairs / 8 && even <= odd / 16 ? System.Text.Encoding.Unicode
            : even > pairs / 8 && odd <= even / 16 ? System.Text.Encoding.BigEndianUnicode
            : null;
    }
}

namespace Hybrid.Catalog.Files;

/// <summary>Numbers that Python and others write and JSON does not have: NaN, Infinity, -Infinity.</summary>
internal static class JsonNumbers
{
    private static ReadOnlySpan<byte> NaN => "NaN"u8;

    private static ReadOnlySpan<byte> Infinity => "Infinity"u8;

    /// <summary>The text with a zero and spaces in the place of each of them, so that it is as long as it was; null when it has none.</summary>
    public static byte[]? WithoutNaN(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf(NaN) < 0 && text.IndexOf(Infinity) < 0)
            return null;
        byte[]? json = null;
        bool inString = false;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'\\' when inString:
                    i++;
                    break;
                case (byte)'"':
                    inString = !inString;
                    break;
                case (byte)'N' or (byte)'I' when !inString && BeginsValue(text, i) && LengthAt(text[i..]) is > 0 and int length:
                    json ??= text.ToArray();
                    json.AsSpan(i, length).Fill((byte)' ');
                    json[i] = (byte)'0';
                    i += length - 1;
                    break;
            }
        }
        return json;
    }

    /// <summary>A number of the text as it stands there, with what <see cref="WithoutNaN"/> wrote over.</summary>
    public static string TextAt(ReadOnlySpan<byte> text, int start, int length)
    {
        int sign = text[start] == '-' ? 1 : 0;
        int literal = start + sign < text.Length ? LengthAt(text[(start + sign)..]) : 0;
        return System.Text.Encoding.ASCII.GetString(text.Slice(start, literal > 0 ? sign + literal : length));
    }

    /// <summary>Whether a value may begin here, behind a minus too: 1Infinity is no number of anybody's.</summary>
    private static bool BeginsValue(ReadOnlySpan<byte> text, int at)
    {
        if (at > 0 && text[at - 1] == '-')
            at--;
        return at > 0 && ":,[ \t\r\n"u8.Contains(text[at - 1]);
    }

    private static int LengthAt(ReadOnlySpan<byte> text) => text.StartsWith(NaN) ? NaN.Length : text.StartsWith(Infinity) ? Infinity.Length : 0;
}

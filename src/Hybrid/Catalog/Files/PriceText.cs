using System.Globalization;
using System.Text.RegularExpressions;

namespace Hybrid.Catalog.Files;

/// <summary>One price as it stands in a file: "12.99", "€ 12,99", "1.249,00 EUR".</summary>
/// <param name="Value">It, read with <see cref="Other"/> left aside.</param>
/// <param name="Decimal">What it shows to stand before the cents: '.' or ','; null where it shows nothing.</param>
/// <param name="Other">What it would be if the other sign stood before the cents; null where that cannot be.</param>
internal readonly partial record struct PriceText(double Value, char? Decimal, double? Other)
{
    /// <summary>Reads a price; null when the text is none.</summary>
    /// <param name="text">Without space around it. Around the number one currency may stand, a sign or a word of up to four letters.</param>
    public static PriceText? Parse(string text)
    {
        // What nearly all are: no currency, no thousands. Three digits after the point may be cents of a kind or thousands: below.
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
            out double plain) && double.IsFinite(plain) && !MayBeThousands(text))
        {
            return new(plain, text.Contains('.') ? '.' : null, null);
        }
        Match match = Shape().Match(text);
        if (!match.Success)
            return null;
        string digits = match.Groups["number"].Value;
        foreach (char space in " \u00A0\u202F\u2009'’")
            digits = digits.Replace(space, '_');
        if (digits.Contains('_') && !Grouped('_').IsMatch(digits.Split('.', ',')[0]))
            return null;
        digits = digits.Replace("_", "");
        return Read(digits) is not { } price ? null
            : match.Groups["minus"].Success ? new(-price.Value, price.Decimal, -price.Other)
            : price;
    }

    private static PriceText? Read(string digits)
    {
        int point = digits.LastIndexOf('.'), comma = digits.LastIndexOf(',');
        if (point < 0 && comma < 0)
            return Number(digits) is { } whole ? new(whole, null, null) : null;
        if (point >= 0 && comma >= 0)
        {
            char cents = point > comma ? '.' : ',', thousands = point > comma ? ',' : '.';
            string[] parts = digits.Split(cents);
            return parts.Length == 2 && Grouped(thousands).IsMatch(parts[0]) && Number($"{parts[0].Replace($"{thousands}", "")}.{parts[1]}") is { } both
                ? new(both, cents, null)
                : null;
        }
        char sign = point >= 0 ? '.' : ',', other = point >= 0 ? ',' : '.';
        bool canBeThousands = Grouped(sign).IsMatch(digits);
        double? asThousands = canBeThousands ? Number(digits.Replace($"{sign}", "")) : null;
        if (digits.IndexOf(sign) != digits.LastIndexOf(sign))
            return asThousands is { } grouped ? new(grouped, other, null) : null;
        if (Number(digits.Replace(',', '.')) is not { } asCents)
            return null;
        if (asThousands is not { } large)
            return new(asCents, sign, null);
        // 1.249 is a number as programs write it, and 1,249 is not: left alone, that is what they are.
        return sign == '.' ? new(asCents, null, large) : new(large, null, asCents);
    }

    private static double? Number(string digits) =>
        double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private static bool MayBeThousands(string text) => text.Length >= 5 && text[^4] == '.' && Grouped('.').IsMatch(text.TrimStart('-', '+'));

    private static Regex Grouped(char sign) => sign switch
    {
        '.' => GroupedByPoint(),
        ',' => GroupedByComma(),
        _ => GroupedBySpace(),
    };

    [GeneratedRegex("""
        \A(?<minus>-)?\s*
        (?:\p{Sc}|\p{L}{1,4}\.?\p{Sc}?)?\s*
        (?<minus>-)?
        (?<number>[0-9][0-9.,'’\u0020\u00A0\u202F\u2009]*[0-9]|[0-9])(?:[.,]-{1,2}|[.,])?\s*
        (?:\p{Sc}|\p{L}{1,4}\.?)?\z
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Shape();

    // The last group has three digits; those before it two or three, as India writes 1,00,000.
    [GeneratedRegex(@"\A[1-9][0-9]{0,2}(\.[0-9]{2,3})*\.[0-9]{3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex GroupedByPoint();

    [GeneratedRegex(@"\A[1-9][0-9]{0,2}(,[0-9]{2,3})*,[0-9]{3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex GroupedByComma();

    [GeneratedRegex(@"\A[1-9][0-9]{0,2}(_[0-9]{3})+\z", RegexOptions.CultureInvariant)]
    private static partial Regex GroupedBySpace();
}

namespace Hybrid.Catalog.Files;

/// <summary>How people of a country write numbers and dates.</summary>
/// <param name="Name">As it was asked for, "de-DE".</param>
/// <param name="Decimal">What stands before the cents: ',' or '.'.</param>
/// <param name="Date">The order of the parts of 31/01/2026.</param>
/// <remarks>A table, because the command and many servers run without ICU, where the system knows no culture but the invariant one. From CLDR 44's
/// <c>decimal</c> symbols and short date patterns.</remarks>
internal sealed record NumberStyle(string Name, char Decimal, DateOrder Date)
{
    // Languages that write 12,99.
    private static readonly string[] CommaLanguages =
    [
        "af", "az", "be", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "fo", "fr", "gl", "hr", "hu", "hy", "id", "is", "it", "ka", "kk",
        "ky", "lt", "lv", "mk", "mn", "nb", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "uz", "vi",
    ];

    // Countries where a language of those above writes 12.99.
    private static readonly string[] PointCountries =
        ["de-CH", "de-LI", "it-CH", "es-MX", "es-US", "es-PR", "es-DO", "es-GT", "es-HN", "es-NI", "es-PA", "es-PE", "es-SV"];

    private static readonly string[] OtherLanguages = ["ar", "bn", "en", "fa", "ga", "he", "hi", "ja", "ko", "ms", "mt", "ta", "te", "th", "ur", "zh"];

    private static readonly string[] YearFirst = ["zh", "ja", "ko", "hu", "lt", "mn", "sv", "eu", "fr-CA"];
    private static readonly string[] MonthFirst = ["en", "en-US", "en-PH", "es-US", "es-PR", "es-PA"];

    /// <param name="name">A language, "de", or a language and a country, "de-CH"; case does not count.</param>
    /// <exception cref="FormatException">The language is not known.</exception>
    public static NumberStyle Of(string name)
    {
        string full = name.Trim().Replace('_', '-'), language = full.Split('-')[0];
        bool isComma = IsAmong(CommaLanguages, language);
        if (!isComma && !IsAmong(OtherLanguages, language))
            throw new FormatException($"There is no culture '{PlainText.Brief(name)}' here: give a language and a country, like de-DE or en-US.");
        DateOrder date = IsAmong(YearFirst, full) || IsAmong(YearFirst, language) ? DateOrder.YearFirst
            : IsAmong(MonthFirst, full) ? DateOrder.MonthFirst
            : DateOrder.DayFirst;
        return new NumberStyle(name, isComma && !IsAmong(PointCountries, full) ? ',' : '.', date);
    }

    private static bool IsAmong(string[] names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}

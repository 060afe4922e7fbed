using System.Globalization;
using System.Text.RegularExpressions;

namespace Hybrid.Behavior;

/// <summary>Reads the times of a log: seconds or milliseconds since 1970, or ISO 8601.</summary>
/// <remarks>
/// A bare number may be many things: a year, a date without dashes, a spreadsheet's count of days, microseconds. It is taken for a time of the years 1990 to
/// 2100 or for none: among those no number is both seconds and milliseconds, or one of them and a date too.
/// </remarks>
internal static partial class EventTime
{
    private const string Right = "write seconds or milliseconds since 1970, or 2026-01-31T12:00:00Z";

    private static readonly DateTimeOffset First = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero), End = new(2101, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyyMMdd'T'HHmmK", "yyyyMMdd'T'HHmmssK", "yyyyMMdd'T'HHmmss.FFFFFFFK", "yyyyMMddHHmmssK", "yyyyMMddHHmmss.FFFFFFFK",
    ];

    // Not with the hour alone: ten digits are seconds.
    private static readonly string[] DigitFormats = ["yyyyMMdd", "yyyyMMddHHmm", "yyyyMMddHHmmss", "yyyyMMddHHmmss.FFFFFFF"];

    /// <summary>The time in UTC, to the tick; null when the text is none.</summary>
    /// <param name="fault">Why it is none and what would be right.</param>
    public static DateTimeOffset? Parse(string text, out string fault)
    {
        fault = "";
        if (BareNumber().IsMatch(text) && decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number))
            return OfNumber(text, number, out fault);
        if (Parse(text, Formats) is { } time)
            return time;
        // 1.76986E+09 is what a spreadsheet leaves of 1769860800.
        fault = Scientific().IsMatch(text) ? $"is in scientific notation, which leaves out digits; {Right}" : $"is not a time; {Right}";
        return null;
    }

    private static DateTimeOffset? OfNumber(string text, decimal number, out string fault)
    {
        fault = "";
        foreach (decimal seconds in (ReadOnlySpan<decimal>)[number, number / 1000])
        {
            if (seconds >= First.ToUnixTimeSeconds() && seconds < End.ToUnixTimeSeconds())
                return Since1970(seconds);
        }
        if (Parse(text, DigitFormats) is { } date && date >= First && date < End)
            return date;
        bool isLarge = Math.Abs(number) >= 100_000_000_000;
        decimal taken = isLarge ? number / 1000 : number;
        string when = taken >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && taken <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? Since1970(taken).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : "in no year from 1 to 9999";
        fault = $"is no date of the years 1990 to 2100, and as {(isLarge ? "milliseconds" : "seconds")} since 1970 it would be {when}; {Right}";
        return null;
    }

    private static DateTimeOffset Since1970(decimal seconds) => DateTimeOffset.UnixEpoch.AddTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    private static DateTimeOffset? Parse(string text, string[] formats)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, utc, out DateTimeOffset time) ? time : null;
    }

    [GeneratedRegex(@"\A-?[0-9]+(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex BareNumber();

    [GeneratedRegex(@"\A-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Scientific();
}

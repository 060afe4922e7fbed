using System.Globalization;
using System.Text.RegularExpressions;
using Hybrid.Catalog.Files;

namespace Hybrid.Behavior;

/// <summary>Reads the times of a log: counts since 1970, dates with or without a clock and a zone, a spreadsheet's count of days.</summary>
/// <remarks>
/// A bare number may be many things. It is taken for a time of the years 1990 to 2100 or for none: among those no number is two of seconds, milliseconds,
/// microseconds, nanoseconds and a date without separators. A spreadsheet's count of days is one too, but so is a price: it is read only where the column says
/// so.
/// </remarks>
internal static partial class EventTime
{
    private const string Right = "write seconds or milliseconds since 1970, or 2026-01-31T12:00:00Z";

    private static readonly DateTimeOffset First = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero), End = new(2101, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly long FirstSecond = First.ToUnixTimeSeconds(), EndSecond = End.ToUnixTimeSeconds();

    /// <summary>Day 0 of a spreadsheet: it counts 29 February 1900, which never was, so that its days are right from March 1900 on.</summary>
    private static readonly DateTimeOffset SpreadsheetDay = new(1899, 12, 30, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] DigitFormats =
        ["yyyyMMdd", "yyyyMMddHHmm", "yyyyMMddHHmmss", "yyyyMMddHHmmssfff", "yyyyMMddHHmmss.FFFFFFF"];   // not with the hour alone: ten digits are seconds

    /// <summary>The time in UTC, to the tick; null when the text is none.</summary>
    /// <param name="column">What the file calls it: one named for Excel holds its days.</param>
    /// <param name="style">How the file's country writes 31/01/2026; null: it is not read.</param>
    /// <param name="fault">Why it is none and what would be right.</param>
    public static DateTimeOffset? Parse(string text, string column, NumberStyle? style, out string fault)
    {
        fault = "";
        // What most logs have. No spreadsheet's day is that large.
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long whole) && whole >= FirstSecond && whole < EndSecond)
            return DateTimeOffset.FromUnixTimeSeconds(whole);
        if (BareNumber().IsMatch(text) && decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number))
            return SpreadsheetColumn().IsMatch(column) ? OfDays(number, out fault) : OfNumber(text, number, out fault);
        Match match = Written().Match(text);
        if (match.Success)
            return OfParts(match, text, style, out fault);
        // 1.76986E+09 is what a spreadsheet leaves of 1769860800.
        fault = Scientific().IsMatch(text) ? $"is in scientific notation, which leaves out digits; {Right}" : $"is not a time; {Right}";
        return null;
    }

    private static DateTimeOffset? OfNumber(string text, decimal number, out string fault)
    {
        fault = "";
        foreach (decimal unit in (ReadOnlySpan<decimal>)[1, 1_000, 1_000_000, 1_000_000_000])
        {
            decimal seconds = number / unit;
            if (IsWithin(seconds))
                return Since1970(seconds);
        }
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(text, DigitFormats, CultureInfo.InvariantCulture, utc, out DateTimeOffset date) && date >= First && date < End)
            return date;
        bool isLarge = Math.Abs(number) >= 100_000_000_000;
        decimal taken = isLarge ? number / 1000 : number;
        string when = taken >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && taken <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? Since1970(taken).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : "in no year from 1 to 9999";
        fault = $"is no date of the years 1990 to 2100, and as {(isLarge ? "milliseconds" : "seconds")} since 1970 it would be {when}; {Right}";
        return null;
    }

    private static DateTimeOffset? OfDays(decimal days, out string fault)
    {
        fault = "";
        if (days >= (decimal)(First - SpreadsheetDay).TotalDays && days < (decimal)(End - SpreadsheetDay).TotalDays)
            return SpreadsheetDay.AddTicks((long)Math.Round(days * TimeSpan.TicksPerDay / TimeSpan.TicksPerMillisecond) * TimeSpan.TicksPerMillisecond);
        fault = $"is no spreadsheet's day of the years 1990 to 2100, as the column's name says it is; {Right}";
        return null;
    }

    private static DateTimeOffset? OfParts(Match match, string text, NumberStyle? style, out string fault)
    {
        fault = "";
        int Part(string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;
        (int year, int month, int day) = (Part("year"), Part("month"), Part("day"));
        if (match.Groups["one"].Success)
        {
            if (style is null or { Date: DateOrder.YearFirst })
            {
                fault = $"may have the day or the month first; say how it is written, --culture en-US or --culture en-GB, or {Right}";
                return null;
            }
            (month, day) = style.Date == DateOrder.MonthFirst ? (Part("one"), Part("two")) : (Part("two"), Part("one"));
        }
        int hour = Part("hour"), minute = Part("minute"), second = Part("second");
        if (match.Groups["half"] is { Success: true } half)
            hour = hour is >= 1 and <= 12 ? hour % 12 + (half.ValueSpan[0] is 'p' or 'P' ? 12 : 0) : 99;
        bool exists = year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            && hour <= 23 && minute <= 59 && second <= 59;
        if (!exists || OffsetOf(match.Groups["zone"].ValueSpan) is not { } offset)
        {
            fault = $"is a time that never was; {Right}";
            return null;
        }
        // Digits past the seventh are less than a tick.
        string fraction = match.Groups["fraction"].Value.PadRight(7, '0')[..7];
        long ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks
            + long.Parse(fraction, CultureInfo.InvariantCulture) - offset.Ticks;
        if (ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks)
            return new DateTimeOffset(ticks, TimeSpan.Zero);
        fault = $"'{text}' is in no year from 1 to 9999; {Right}";
        return null;
    }

    /// <summary>How far a zone is ahead of UTC; null when none is: +0000, -07, +05:30 go to ±14 hours.</summary>
    private static TimeSpan? OffsetOf(ReadOnlySpan<char> zone)
    {
        if (zone.IsEmpty || zone[0] is not ('+' or '-'))
            return TimeSpan.Zero;
        int hours = int.Parse(zone.Slice(1, 2), CultureInfo.InvariantCulture);
        int minutes = zone.Length > 3 ? int.Parse(zone[^2..], CultureInfo.InvariantCulture) : 0;
        var ahead = new TimeSpan(hours, minutes, 0);
        return hours > 14 || minutes > 59 || ahead > TimeSpan.FromHours(14) ? null : zone[0] == '-' ? -ahead : ahead;
    }

    private static bool IsWithin(decimal seconds) => seconds >= FirstSecond && seconds < EndSecond;

    private static DateTimeOffset Since1970(decimal seconds) => DateTimeOffset.UnixEpoch.AddTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    [GeneratedRegex(@"\A-?[0-9]+(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex BareNumber();

    [GeneratedRegex(@"\A-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Scientific();

    [GeneratedRegex(@"excel|spreadsheet|serial|oadate", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SpreadsheetColumn();

    [GeneratedRegex("""
        \A(?:(?<year>[0-9]{4})-(?<month>[0-9]{1,2})-(?<day>[0-9]{1,2})
           |(?<year>[0-9]{4})/(?<month>[0-9]{1,2})/(?<day>[0-9]{1,2})
           |(?<day>[0-9]{1,2})\.(?<month>[0-9]{1,2})\.(?<year>[0-9]{4})
           |(?<one>[0-9]{1,2})/(?<two>[0-9]{1,2})/(?<year>[0-9]{4})
           |(?<year>[0-9]{4})(?<month>[0-9]{2})(?<day>[0-9]{2}))
        (?:(?:[Tt]|,?[ ]+)
            (?:(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(?::(?<second>[0-9]{2})(?:[.,](?<fraction>[0-9]{1,18}))?)?
              |(?<hour>[0-9]{2})(?<minute>[0-9]{2})(?:(?<second>[0-9]{2})(?:[.,](?<fraction>[0-9]{1,18}))?)?)
            (?:[ ]*(?<half>[AaPp])\.?[Mm]\.?)?
            [ ]*(?<zone>[Zz]|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?
          |(?<=\A[0-9]{8})(?<hour>[0-9]{2})(?<minute>[0-9]{2})(?:(?<second>[0-9]{2})(?:\.(?<fraction>[0-9]{1,18}))?)?
            [ ]*(?<zone>[Zz]|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)
          |[ ]*(?<zone>[Zz]|UTC|GMT))?\z
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Written();
}

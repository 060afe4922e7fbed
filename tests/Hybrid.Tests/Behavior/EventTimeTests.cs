using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog.Files;

namespace Hybrid.Tests.Behavior;

public sealed class EventTimeTests
{
    [Theory]
    [InlineData("2019-10-01 00:00:07 UTC", "2019-10-01T00:00:07.0000000")]
    [InlineData("2022-10-19 12:01:00.184708 UTC", "2022-10-19T12:01:00.1847080")]
    [InlineData("2022-10-19T12:01:00.184708123Z", "2022-10-19T12:01:00.1847081")]
    [InlineData("2017-05-22 12:33:01-0730", "2017-05-22T20:03:01.0000000")]
    [InlineData("2021-06-30 08:33:37.000 -07:00", "2021-06-30T15:33:37.0000000")]
    [InlineData("2023-01-02 03:04:05+00", "2023-01-02T03:04:05.0000000")]
    [InlineData("2023-01-02T03:04+05:30", "2023-01-01T21:34:00.0000000")]
    [InlineData("20260131T120000.5Z", "2026-01-31T12:00:00.5000000")]
    [InlineData("20260131120000Z", "2026-01-31T12:00:00.0000000")]
    [InlineData("31.01.2026 10:00", "2026-01-31T10:00:00.0000000")]
    [InlineData("2026/1/5 9:30 PM", "2026-01-05T21:30:00.0000000")]
    [InlineData("1666180860184708", "2022-10-19T12:01:00.1847080")]
    [InlineData("1666180860184708123", "2022-10-19T12:01:00.1847081")]
    [InlineData("1666180860.5", "2022-10-19T12:01:00.5000000")]
    [InlineData("20260131", "2026-01-31T00:00:00.0000000")]
    [InlineData("20260131120000123", "2026-01-31T12:00:00.1230000")]
    public void A_time_is_read_as_exports_write_it(string written, string utc) => Assert.Equal(utc, Parse(written));

    [Theory]
    [InlineData("2026-02-30", "is a time that never was")]
    [InlineData("2026-01-31T25:00:00Z", "is a time that never was")]
    [InlineData("2026-01-31T13:00 PM", "is a time that never was")]
    [InlineData("2026-01-31 10:00:00+19:00", "is a time that never was")]
    [InlineData("0001-01-01T00:00:00+01:00", "is in no year from 1 to 9999")]
    [InlineData("03/04/2026", "may have the day or the month first")]
    [InlineData("2026-01-31 UTC+1", "is not a time")]
    [InlineData("2026-01-31x", "is not a time")]
    public void What_is_no_time_is_refused_with_the_reason(string written, string reason)
    {
        Assert.Null(EventTime.Parse(written, "time", style: null, out string fault));
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("03/04/2026", "en-US", "2026-03-04T00:00:00.0000000")]
    [InlineData("03/04/2026 08:26", "en-GB", "2026-04-03T08:26:00.0000000")]
    [InlineData("12/1/2010 8:26", "en-US", "2010-12-01T08:26:00.0000000")]
    [InlineData("03/04/2026", "de-DE", "2026-04-03T00:00:00.0000000")]
    public void A_culture_says_which_number_is_the_day(string written, string culture, string utc) => Assert.Equal(utc, Parse(written, culture: culture));

    [Theory]
    [InlineData("46053", "excel_date", "2026-01-31T00:00:00.0000000")]
    [InlineData("46053.4166666667", "Serial Date", "2026-01-31T10:00:00.0000000")]
    public void Days_of_a_spreadsheet_are_read_where_the_column_says_so(string written, string column, string utc)
    {
        Assert.Equal(utc, Parse(written, column));
        Assert.Null(EventTime.Parse(written, "time", style: null, out _));
    }

    private static string? Parse(string written, string column = "time", string? culture = null)
    {
        DateTimeOffset? time = EventTime.Parse(written, column, culture is null ? null : NumberStyle.Of(culture), out string fault);
        Assert.Equal("", fault);
        return time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture);
    }
}

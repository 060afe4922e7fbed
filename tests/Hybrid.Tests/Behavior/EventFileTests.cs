using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Tests.Behavior;

public sealed class EventFileTests
{
    [Theory]
    [InlineData("1291191960", "2010-12-01T08:26:00.000Z")]
    [InlineData("1291191960.5", "2010-12-01T08:26:00.500Z")]
    [InlineData("1291191960500", "2010-12-01T08:26:00.500Z")]
    [InlineData("2026-01-31", "2026-01-31T00:00:00.000Z")]
    [InlineData("2026-01-31T12:30:05Z", "2026-01-31T12:30:05.000Z")]
    [InlineData("2026-01-31 12:30:05.25", "2026-01-31T12:30:05.250Z")]
    [InlineData("2026-01-31T12:30:05+02:00", "2026-01-31T10:30:05.000Z")]
    [InlineData("20240131", "2024-01-31T00:00:00.000Z")]
    [InlineData("20240131123005", "2024-01-31T12:30:05.000Z")]
    [InlineData("202401311230", "2024-01-31T12:30:00.000Z")]
    [InlineData("20240131123005.25", "2024-01-31T12:30:05.250Z")]
    [InlineData("20240131123005Z", "2024-01-31T12:30:05.000Z")]
    [InlineData("20240131T123005", "2024-01-31T12:30:05.000Z")]
    [InlineData("20240131T123005Z", "2024-01-31T12:30:05.000Z")]
    [InlineData("20240131T1230+0200", "2024-01-31T10:30:00.000Z")]
    [InlineData("20240131T123005.5+02:00", "2024-01-31T10:30:05.500Z")]
    [InlineData("19900101", "1990-01-01T00:00:00.000Z")]
    [InlineData("631152000", "1990-01-01T00:00:00.000Z")]
    [InlineData("4133980799999", "2100-12-31T23:59:59.999Z")]
    [InlineData("1969-07-20T20:17:40Z", "1969-07-20T20:17:40.000Z")]   // an old date that says what it is
    public void A_time_is_seconds_milliseconds_or_ISO_8601(string written, string expected)
    {
        (List<Event> events, _) = Read($"user,item,time\nU1,P1,{written}\n");
        Assert.Equal(expected, events.Single().Time!.Value.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
    }

    [Theory]
    [InlineData("U1,P1,yesterday\n", 7, "time 'yesterday' is not a time; write seconds or milliseconds since 1970, or 2026-01-31T12:00:00Z")]
    [InlineData("U1,P1,2024\n", 7, "time '2024' is no date of the years 1990 to 2100, and as seconds since 1970 it would be 1970-01-01; write seconds or")]
    [InlineData("U1,P1,20240231\n", 7, "time '20240231' is no date of the years 1990 to 2100, and as seconds since 1970 it would be 1970-08-23")]
    [InlineData("U1,P1,19891231\n", 7, "is no date of the years 1990 to 2100")]
    [InlineData("U1,P1,20241301120000\n", 7, "is no date of the years 1990 to 2100, and as milliseconds since 1970 it would be 2611-")]
    [InlineData("U1,P1,631151999\n", 7, "as seconds since 1970 it would be 1989-12-31")]
    [InlineData("U1,P1,4133980800\n", 7, "as seconds since 1970 it would be 2101-01-01")]
    [InlineData("U1,P1,16661808601847081\n", 7, "as milliseconds since 1970 it would be in no year from 1 to 9999")]
    [InlineData("U1,P1,-1291191960\n", 7, "as seconds since 1970 it would be 1929-")]
    [InlineData("U1,P1,45322.5\n", 7, "as seconds since 1970 it would be 1970-01-01")]
    [InlineData("U1,P1,99999999999999999999999999999999\n", 7, "is not a time")]
    [InlineData("U1,P1,+1291191960\n", 7, "is not a time")]
    [InlineData("U1,P1,1 291 191 960\n", 7, "is not a time")]
    [InlineData("U1,P1,\u0661\u0662\u0669\u0661\u0661\u0669\u0661\u0669\u0666\u0660\n", 7, "is not a time")]
    [InlineData("U1,P1,1.29E+09\n", 7, "time '1.29E+09' is in scientific notation, which leaves out digits; write seconds or milliseconds since 1970")]
    [InlineData("U1,P1,NaN\n", 7, "time is missing: 'NaN'")]
    [InlineData("U1,P1,\n", 7, "time is missing")]
    [InlineData(",P1,3\n", 1, "user is missing")]
    [InlineData("U1,,3\n", 4, "item is missing")]
    public void A_bad_event_is_rejected_with_its_place_and_reason(string row, int column, string reason)
    {
        (List<Event> events, List<RejectedRow> rejected) = Read("user,item,time\nU0,P0,1291191960\n" + row);
        Assert.Single(events);
        Assert.Equal((3L, column), (rejected.Single().Line, rejected[0].Column));
        Assert.Contains(reason, rejected[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_with_sessions_needs_no_times()
    {
        (List<Event> events, List<RejectedRow> rejected) = Read("user_id,item_id,session_id,event\nU1,P1,s1,view\nU1,P2,s1,cart\n");
        Assert.Empty(rejected);
        Assert.Equal([new Event("U1", "P1", "view", null, "s1"), new Event("U1", "P2", "cart", null, "s1")], events);
    }

    [Fact]
    public void An_event_may_name_the_request_that_it_answers()
    {
        (List<Event> events, _) = Read("user,item,time,request_id\nU1,P1,1291191960,r1\nU1,P2,1291191961,\n");
        Assert.Equal(["r1", null], events.Select(e => e.Request));
        (events, _) = Read("{\"user\":7,\"item\":\"P1\",\"time\":1291191960,\"request\":\"r2\"}\n");
        Assert.Equal(("7", "r2"), (events.Single().User.Value, events[0].Request));
        (events, List<RejectedRow> rejected) = Read($"user,item,time,request\nU1,P1,1291191960,{new string('r', 101)}\n");
        Assert.Empty(events);
        Assert.Contains("is not an id: it has 101 UTF-8 bytes", rejected.Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_is_no_id()
    {
        (List<Event> events, List<RejectedRow> rejected) = Read("{\"user\":\"U1\",\"item\":[\"P1\",\"P2\"],\"time\":1291191960}\n");
        Assert.Empty(events);
        Assert.Contains("item 'P1|P2' is a list, and one id is meant", rejected.Single().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_without_times_or_sessions_is_refused()
    {
        var refusal = Assert.Throws<DataFileException>(() => Read("user,item\nU1,P1\n"));
        Assert.Equal("events.csv:1: no column holds time or session; the columns are user, item. Map one to it: time=column", refusal.Message);
    }

    [Theory]
    [InlineData("movielens-small", 100_836)]
    [InlineData("movietweetings-100k", 100_000)]
    [InlineData("online-retail", 517_254)]
    public void Real_logs_read_whole(string set, int count)
    {
        string path = RepositoryFiles.Shared("data", set, "events.csv.gz");
        var rejected = new List<RejectedRow>();
        Assert.Equal(count, EventFile.Read(path, new FileReadOptions { OnRejected = rejected.Add }, TestContext.Current.CancellationToken).Count());
        Assert.Empty(rejected);
    }

    private static (List<Event> Events, List<RejectedRow> Rejected) Read(string text)
    {
        var rejected = new List<RejectedRow>();
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        return ([.. EventFile.Read(stream, "events.csv", new FileReadOptions { OnRejected = rejected.Add }, TestContext.Current.CancellationToken)], rejected);
    }
}

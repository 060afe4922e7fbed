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
    public void A_time_is_seconds_milliseconds_or_ISO_8601(string written, string expected)
    {
        (List<Event> events, _) = Read($"user,item,time\nU1,P1,{written}\n");
        Assert.Equal(expected, events.Single().Time!.Value.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
    }

    [Theory]
    [InlineData("U1,P1,yesterday\n", 7, "time 'yesterday' is not a time; write seconds since 1970, or 2026-01-31T12:00:00Z")]
    [InlineData("U1,P1,NaN\n", 7, "time 'NaN' is not finite")]
    [InlineData("U1,P1,1e300\n", 7, "outside the years 1 to 9999")]
    [InlineData("U1,P1,\n", 7, "time is missing")]
    [InlineData(",P1,3\n", 1, "user is missing")]
    [InlineData("U1,,3\n", 4, "item is missing")]
    public void A_bad_event_is_rejected_with_its_place_and_reason(string row, int column, string reason)
    {
        (List<Event> events, List<RejectedRow> rejected) = Read("user,item,time\nU0,P0,1\n" + row);
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
    public void A_log_without_times_or_sessions_is_refused()
    {
        var refusal = Assert.Throws<DataFileException>(() => Read("user,item\nU1,P1\n"));
        Assert.Equal("events.csv:1: no column holds time or session; the columns are user, item. Name it with --map time=column", refusal.Message);
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

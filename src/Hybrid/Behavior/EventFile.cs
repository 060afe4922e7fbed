using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Behavior;

/// <summary>Reads events from CSV or JSONL, as <see cref="ItemFile"/> reads items.</summary>
/// <remarks>
/// <para>Fields: user (also user_id, userid), item (item_id, itemid, product_id), kind (event, event_type), time (timestamp), session (session_id); others are ignored.
/// Needed: user and item, and a time unless the file has sessions: then the order of the rows is the order of events.</para>
/// <para>time: seconds or milliseconds since 1970 (from 1e11 on they are milliseconds), or ISO 8601, UTC unless it says otherwise.</para>
/// </remarks>
public static class EventFile
{
    private const int User = 0, ItemRole = 1, Kind = 2, Time = 3, Session = 4;
    private const double LeastMilliseconds = 1e11;

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    private static readonly DataSchema Schema = new(
        [["user", "user_id", "userid"], ["item", "item_id", "itemid", "product_id"], ["kind", "event", "event_type"], ["time", "timestamp"], ["session", "session_id"]],
        [["user"], ["item"], ["time", "session"]]);

    /// <inheritdoc cref="ItemFile.Read(string, FileReadOptions?, CancellationToken)"/>
    public static IEnumerable<Event> Read(string path, FileReadOptions? options = null, CancellationToken cancellationToken = default) =>
        DataFile.Read(path, Schema, options, EventOf, cancellationToken);

    /// <inheritdoc cref="ItemFile.Read(Stream, string, FileReadOptions?, CancellationToken)"/>
    public static IEnumerable<Event> Read(Stream stream, string name, FileReadOptions? options = null, CancellationToken cancellationToken = default) =>
        DataFile.Read(stream, name, Schema, options, EventOf, cancellationToken);

    private static Event EventOf(DataRow row) => new(
        RowValues.Id(row, User, "user"),
        new ItemId(RowValues.Id(row, ItemRole, "item")),
        row.ValueOf(Kind) ?? "",
        TimeOf(row),
        row.ValueOf(Session) is null ? null : RowValues.Id(row, Session, "session"));

    private static DateTimeOffset? TimeOf(DataRow row)
    {
        if (row.ValueOf(Time) is not { } value)
            return row.ValueOf(Session) is not null ? null : throw RowValues.Bad(row, Time, "time", "");
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            double milliseconds = Math.Abs(number) >= LeastMilliseconds ? number : number * 1000;
            return milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()   // false for NaN
                ? DateTimeOffset.UnixEpoch.AddTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond))
                : throw RowValues.Bad(row, Time, "time", "is not finite or lies outside the years 1 to 9999");
        }
        return DateTimeOffset.TryParseExact(value, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
            ? time
            : throw RowValues.Bad(row, Time, "time", "is not a time; write seconds since 1970, or 2026-01-31T12:00:00Z");
    }
}

using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Behavior;

/// <summary>Reads events from CSV or JSONL, as <see cref="ItemFile"/> reads items.</summary>
/// <remarks>
/// <para>Fields: user (also user_id, userid), item (item_id, itemid, product_id), kind (event, event_type), time (timestamp), session (session_id), request
/// (request_id); others are ignored. Needed: user and item, and a time unless the file has sessions: then the order of the rows is the order of events.</para>
/// <para>time: ISO 8601, also without separators (20260131, 20260131T120000Z, 20260131120000), UTC unless it says otherwise; or seconds or milliseconds since
/// 1970. A number that is none of them within the years 1990 to 2100 is refused: it most likely means something else.</para>
/// </remarks>
public static class EventFile
{
    private const int User = 0, ItemRole = 1, Kind = 2, Time = 3, Session = 4, Request = 5;

    private static readonly DataSchema Schema = new(
        [
            ["user", "user_id", "userid"], ["item", "item_id", "itemid", "product_id"], ["kind", "event", "event_type"], ["time", "timestamp"],
            ["session", "session_id"], ["request", "request_id"],
        ],
        [["user"], ["item"], ["time", "session"]]);

    /// <inheritdoc cref="ItemFile.Read(string, FileReadOptions?, CancellationToken)"/>
    public static IEnumerable<Event> Read(string path, FileReadOptions? options = null, CancellationToken cancellationToken = default) =>
        DataFile.Read(path, Schema, options, EventOf, cancellationToken);

    /// <inheritdoc cref="ItemFile.Read(Stream, string, FileReadOptions?, CancellationToken)"/>
    public static IEnumerable<Event> Read(Stream stream, string name, FileReadOptions? options = null, CancellationToken cancellationToken = default) =>
        DataFile.Read(stream, name, Schema, options, EventOf, cancellationToken);

    private static Event EventOf(DataRow row) => new(
        new UserId(RowValues.Id(row, User, "user")),
        new ItemId(RowValues.Id(row, ItemRole, "item")),
        row.ValueOf(Kind) ?? "",
        TimeOf(row),
        row.ValueOf(Session) is null ? null : RowValues.Id(row, Session, "session"),
        row.ValueOf(Request) is null ? null : RowValues.Id(row, Request, "request"));

    private static DateTimeOffset? TimeOf(DataRow row)
    {
        if (row.ValueOf(Time) is not { } value)
            return row.ValueOf(Session) is not null ? null : throw RowValues.Bad(row, Time, "time", "");
        return EventTime.Parse(value, out string fault) ?? throw RowValues.Bad(row, Time, "time", fault);
    }
}

using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Catalog.Exports;
using Hybrid.Catalog.Files;

namespace Hybrid.Behavior;

/// <summary>Reads events from CSV, JSON or Parquet, as <see cref="ItemFile"/> reads items.</summary>
/// <remarks>
/// <para>Fields: user (also user_id, userid), item (item_id, itemid, product_id), kind (event, event_type), rating (stars), time (timestamp), session
/// (session_id), request (request_id); others are ignored. Needed: user and item, and a time unless the file has sessions: then the order of the rows is the
/// order of events. Known exports (MovieLens, REES46, Retailrocket, Amazon Reviews, GA4 …) need no map.</para>
/// <para>time: ISO 8601, also without separators (20260131, 20260131T120000Z, 20260131120000) or with a point (31.01.2026 10:00), UTC unless it says otherwise
/// (Z, UTC, +01, -0730, -07:00); or seconds, milliseconds, microseconds or nanoseconds since 1970; in a column named for Excel its days. A number that is
/// none of them within the years 1990 to 2100 is refused: it most likely means something else.</para>
/// <para>rating: a number; where no column holds a kind, it is the event's kind, "4.5", or "dislike" below <see cref="FileReadOptions.MinRating"/>.</para>
/// </remarks>
public static class EventFile
{
    /// <summary>The kind of an event whose rating is below <see cref="FileReadOptions.MinRating"/>.</summary>
    private const string Dislike = "dislike";

    private const int User = 0, ItemRole = 1, Kind = 2, Time = 3, Session = 4, Request = 5, Rating = 6;

    private static readonly DataSchema Schema = new(
        [
            ["user", "user_id", "userid"], ["item", "item_id", "itemid", "product_id"], ["kind", "event", "event_type"],
            ["time", "timestamp", "excel_time", "excel_date", "excel_serial", "serial_date"], ["session", "session_id"], ["request", "request_id"],
            ["rating", "stars"],
        ],
        [["user"], ["item"], ["time", "session"]], KnownExports.Events);

    /// <inheritdoc cref="ItemFile.Read(string, FileReadOptions?, CancellationToken)"/>
    public static IEnumerable<Event> Read(string path, FileReadOptions? options = null, CancellationToken cancellationToken = default) =>
        DataFile.Read(path, Schema, options, Reading(options), cancellationToken);

    /// <inheritdoc cref="ItemFile.Read(Stream, string, FileReadOptions?, CancellationToken)"/>
    public static IEnumerable<Event> Read(Stream stream, string name, FileReadOptions? options = null, CancellationToken cancellationToken = default) =>
        DataFile.Read(stream, name, Schema, options, Reading(options), cancellationToken);

    private static Func<DataRow, KnownExport?, Event> Reading(FileReadOptions? options)
    {
        options ??= new FileReadOptions();
        return (row, export) => new Event(
            new UserId(RowValues.Id(row, User, "user")),
            new ItemId(RowValues.Id(row, ItemRole, "item")),
            KindOf(row, export, options),
            TimeOf(row, options),
            row.ValueOf(Session, options.MissingWords) is null ? null : RowValues.Id(row, Session, "session"),
            row.ValueOf(Request, options.MissingWords) is null ? null : RowValues.Id(row, Request, "request"));
    }

    private static string KindOf(DataRow row, KnownExport? export, FileReadOptions options)
    {
        string? kind = row.ValueOf(Kind, options.MissingWords) ?? export?.Kind;
        if (kind is null && row.ValueOf(Rating, options.MissingWords) is { } rating)
        {
            if (!double.TryParse(rating, NumberStyles.Float, CultureInfo.InvariantCulture, out double stars) || !double.IsFinite(stars))
                throw RowValues.Bad(row, Rating, "rating", "is not a number; write it like 4.5");
            kind = stars < options.MinRating ? Dislike : rating;
        }
        return kind ?? "";
    }

    private static DateTimeOffset? TimeOf(DataRow row, FileReadOptions options)
    {
        if (row.ValueOf(Time, options.MissingWords) is not { } value)
            return row.ValueOf(Session, options.MissingWords) is not null ? null : throw RowValues.Missing(row, Time, "time");
        return EventTime.Parse(value, row.Fields[row.Roles[Time]].Name, options.Style, out string fault) ?? throw RowValues.Bad(row, Time, "time", fault);
    }
}

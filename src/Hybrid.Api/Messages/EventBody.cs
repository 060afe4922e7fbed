using System.Text.Json.Serialization;
using Hybrid.Api.Answers;
using Hybrid.Api.Reading;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Api.Messages;

/// <summary>Somebody did something with an item.</summary>
public sealed record EventBody
{
    /// <summary>Who.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? User { get; init; }

    /// <summary>With what.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? Item { get; init; }

    /// <summary>What: "view", "cart", "purchase", "dislike" …</summary>
    public string? Kind { get; init; }

    /// <summary>When: 2026-01-31T12:00:00Z, or seconds or milliseconds since 1970; by default now.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? Time { get; init; }

    /// <summary>The shop's own session id; by default sessions are cut by time.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? Session { get; init; }

    /// <summary>The request that this event answers.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? Request { get; init; }

    /// <summary>By which you know the event: sent again with the same id it is acknowledged and not counted twice. By default every event counts.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? Id { get; init; }

    internal static EventBody Of(Event happened) => new()
    {
        User = happened.User.Value,
        Item = happened.Item.Value,
        Kind = happened.Kind.Length > 0 ? happened.Kind : null,
        Time = happened.Time?.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture),
        Session = happened.Session,
        Request = happened.Request,
        Id = happened.Id,
    };

    /// <exception cref="RefusedException">It has no user or no item, or a value that cannot be used.</exception>
    internal Event Read(DateTimeOffset now)
    {
        if (User is null)
            throw ProblemKind.BadValue.Refuse("The event has no user.", "Say whose it is.", "user");
        if (Item is null)
            throw ProblemKind.BadValue.Refuse("The event has no item.", "Say what it is on.", "item");
        const int mostKind = 100;
        if (Kind?.Length > mostKind || Kind?.Any(char.IsControl) == true)
            throw ProblemKind.BadValue.Refuse($"A kind has at most {mostKind} characters, and no control characters.", "Send a short word.", "kind", Kind);
        DateTimeOffset time = now;
        if (Time is not null)
        {
            time = EventTime.Parse(Time, "time", style: null, out string fault)
                ?? throw ProblemKind.BadValue.Refuse($"time '{PlainText.Brief(Time)}' {fault}.", "Send such a time, or leave it out: then it is now.",
                    "time", Time);
        }
        return new Event(FieldValues.Id<UserId>("user", User), FieldValues.Id<ItemId>("item", Item), Kind ?? "", time,
            FieldValues.IdText("session", Session), FieldValues.IdText("request", Request))
        { Id = FieldValues.IdText("id", Id) };
    }
}

using Hybrid.Catalog;

namespace Hybrid.Behavior;

/// <summary>Somebody did something with an item.</summary>
/// <param name="User">Who.</param>
/// <param name="Item">With what; it need not be in the catalogue.</param>
/// <param name="Kind">What: "view", "purchase"; empty when the log does not say.</param>
/// <param name="Time">When; null only where the log has sessions and no times.</param>
/// <param name="Session">The log's own session id, or null when sessions are to be cut by time.</param>
/// <param name="Request">The request that the event answers, so that a click finds its recommendation; null when there is none. By the rules of ids.</param>
/// <exception cref="ArgumentException"><paramref name="Request"/> cannot be an id.</exception>
public readonly record struct Event(UserId User, ItemId Item, string Kind, DateTimeOffset? Time, string? Session = null, string? Request = null)
{
    public string? Request { get; init => field = RequireRequest(value); } = RequireRequest(Request);

    /// <summary>By which whoever sends the event knows it: one that is sent again is not counted twice. Null: every event counts. By the rules of
    /// ids.</summary>
    /// <exception cref="ArgumentException">It cannot be an id.</exception>
    public string? Id { get; init => field = value is null ? null : IdText.Require(value, "an event id"); }

    private static string? RequireRequest(string? request) => request is null ? null : IdText.Require(request, "a request id");
}

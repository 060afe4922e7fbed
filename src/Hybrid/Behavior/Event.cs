using Hybrid.Catalog;

namespace Hybrid.Behavior;

/// <summary>Somebody did something with an item.</summary>
/// <param name="User">Who: a user id, by the rules of <see cref="ItemId"/>.</param>
/// <param name="Item">With what; it need not be in the catalogue.</param>
/// <param name="Kind">What: "view", "purchase"; empty when the log does not say.</param>
/// <param name="Time">When; null only where the log has sessions and no times.</param>
/// <param name="Session">The log's own session id, or null when sessions are to be cut by time.</param>
public readonly record struct Event(string User, ItemId Item, string Kind, DateTimeOffset? Time, string? Session = null);

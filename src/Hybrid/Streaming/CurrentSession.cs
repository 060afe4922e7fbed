using Hybrid.Catalog;

namespace Hybrid.Streaming;

/// <summary>What a user is doing now: the events since the last pause that is longer than <see cref="Behavior.SessionOptions.Gap"/>, or those of the shop's own
/// session id.</summary>
/// <param name="Start">The earliest time of its events; of those beyond <see cref="FeatureOptions.HistoryLength"/> none counts.</param>
/// <param name="Last">The newest.</param>
/// <param name="Items">At least one, in order; an item that follows itself stands once.</param>
public sealed record CurrentSession(DateTimeOffset Start, DateTimeOffset Last, IReadOnlyList<ItemId> Items);

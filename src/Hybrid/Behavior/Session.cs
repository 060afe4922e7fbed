using Hybrid.Catalog;

namespace Hybrid.Behavior;

/// <summary>What a user did in one go.</summary>
/// <param name="User">Who.</param>
/// <param name="Start">The earliest time of its events; null when none has one.</param>
/// <param name="Items">At least one, in order; an item that follows itself stands once.</param>
public sealed record Session(UserId User, DateTimeOffset? Start, IReadOnlyList<ItemId> Items);

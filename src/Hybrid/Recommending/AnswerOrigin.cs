namespace Hybrid.Recommending;

/// <summary>Where an answer comes from: all of it, always, unless it is a list of both collections of a migration.</summary>
/// <param name="Snapshot">The number of the snapshot that answered: higher after each switch of collections, models or shares.</param>
/// <param name="Collection">The physical collection; null where nothing is indexed.</param>
/// <param name="Variant">While a migration divides the traffic, the one that answered; <see cref="Variant.Old"/> at all other times.</param>
public sealed record AnswerOrigin(long Snapshot, string? Collection, Variant Variant);

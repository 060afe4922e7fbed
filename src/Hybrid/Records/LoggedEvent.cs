using Hybrid.Behavior;

namespace Hybrid.Records;

/// <summary>An event with its place in the log.</summary>
/// <param name="DependsOnCatalog">Whether what it is on may change with the catalogue: 101.0 is 101 where that alone is known.</param>
internal readonly record struct LoggedEvent(long Sequence, Event Event, bool DependsOnCatalog = false);

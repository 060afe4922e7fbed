namespace Hybrid.Records;

/// <summary>What an import did to the events.</summary>
/// <param name="Added">Events that it wrote.</param>
/// <param name="Users">Users of those.</param>
/// <param name="OnUnknownItems">Those whose item the catalogue does not have; they are kept.</param>
/// <param name="AlreadyThere">Events left out, because a merge found them there.</param>
public sealed record ImportedEvents(long Added, long Users, long OnUnknownItems, long AlreadyThere);

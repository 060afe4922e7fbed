namespace Hybrid.Upkeep.Migration;

/// <summary>A migration cannot do what it was asked for as it stands; the message says what to do.</summary>
public sealed class MigrationException(string message) : Exception(message);

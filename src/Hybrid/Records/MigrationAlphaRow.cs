namespace Hybrid.Records;

/// <summary>An alpha of a migration's schedule that was begun.</summary>
/// <param name="Place">In the schedule, from 0.</param>
/// <param name="Collection">Made for it.</param>
/// <param name="Since">When it took the place of the one before; null while it is built aside. Of the first, when it was made.</param>
internal sealed record MigrationAlphaRow(int Place, string Collection, DateTimeOffset? Since);

namespace Hybrid.Upkeep.Migration;

/// <summary>One alpha of a schedule.</summary>
/// <param name="Alpha">How much the texts count, 0 … 1.</param>
/// <param name="Due">When it comes; null before the first one answers everything.</param>
/// <param name="Since">When it took its place; null before.</param>
/// <param name="Collection">Its collection, of which all but that of the newest are gone; null while none was made.</param>
public sealed record AlphaStep(double Alpha, DateTimeOffset? Due, DateTimeOffset? Since, string? Collection);

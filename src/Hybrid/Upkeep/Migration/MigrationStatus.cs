namespace Hybrid.Upkeep.Migration;

/// <summary>How a migration stands.</summary>
public sealed record MigrationStatus
{
    public required string Name { get; init; }

    public required MigrationStage Stage { get; init; }

    /// <summary>The share of the traffic that the new collection answers, 0 … 1.</summary>
    public required double Share { get; init; }

    public required bool IsPaused { get; init; }

    /// <summary>When it came to this stage or share.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The collection that it leads away from; null before the start.</summary>
    public string? Old { get; init; }

    /// <summary>The one that it leads to, likewise.</summary>
    public string? New { get; init; }

    /// <summary>The name of the store that the new one is in; null: that of the old one.</summary>
    public string? NewStore { get; init; }

    /// <summary>Items of the records.</summary>
    public required long Items { get; init; }

    /// <summary>How many changes the new collection has still to take: all items at first, later the lag.</summary>
    public required long Pending { get; init; }

    /// <summary>Likewise the old one.</summary>
    public required long OldPending { get; init; }

    /// <summary>Rows of the new collection that differed when all were compared last; null: they never were.</summary>
    public long? Divergence { get; init; }

    /// <summary>What this process has not noted of what was shown, and has not asked of the other side, because too much of it waited, since it opened the
    /// folder.</summary>
    public long Dropped { get; init; }

    /// <summary>What was shown since the share is what it is, of requests with an id; null while nobody is answered by the new one.</summary>
    public MigrationTraffic? Traffic { get; init; }

    /// <summary>How the traffic is divided beside the share.</summary>
    public TrafficRules Rules { get; init; } = new();

    /// <summary>What users chose from lists of both collections; null: none was shown.</summary>
    public InterleavedTraffic? Interleaved { get; init; }

    /// <summary>The alphas that follow each other; null: there is one.</summary>
    public IReadOnlyList<AlphaStep>? Alphas { get; init; }

    /// <summary>When holding has been long enough; null outside that stage, and while alphas are still to come.</summary>
    public DateTimeOffset? HoldsUntil { get; init; }

    /// <summary>What happened so far, the oldest first.</summary>
    public required IReadOnlyList<MigrationStep> Steps { get; init; }
}

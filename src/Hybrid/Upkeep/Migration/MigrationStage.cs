using System.Text.Json.Serialization;

namespace Hybrid.Upkeep.Migration;

/// <summary>Where a migration stands; each leads to the next, and every one before <see cref="Completed"/> back.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MigrationStage>))]
public enum MigrationStage
{
    /// <summary>Nothing is done yet.</summary>
    Planned,

    /// <summary>The new collection is there, and every change of the records is marked for it, too.</summary>
    DualWriting,

    /// <summary>It takes what there is.</summary>
    Backfilling,

    /// <summary>It has taken everything; row by row it is seen whether that is so.</summary>
    Verifying,

    /// <summary>It is right, and compared with the old one; the old one answers.</summary>
    Shadowing,

    /// <summary>It answers a share of the traffic.</summary>
    Ramping,

    /// <summary>It answers everything, and the old one is still written, for the way back.</summary>
    Holding,

    /// <summary>It has taken the old one's place for good.</summary>
    Completed,

    /// <summary>The old one answers everything again.</summary>
    RolledBack,
}

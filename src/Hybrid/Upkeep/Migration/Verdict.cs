using System.Text.Json.Serialization;

namespace Hybrid.Upkeep.Migration;

/// <summary>What a comparison says of a migration.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>The new one is not worse than is allowed, nor too slow.</summary>
    Promote,

    /// <summary>It is good enough and too slow.</summary>
    Hold,

    /// <summary>It is worse, by more than chance.</summary>
    Rollback,

    /// <summary>Too few queries to tell.</summary>
    Inconclusive,
}

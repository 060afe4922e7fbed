using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Recommending.Sources;

namespace Hybrid.Evaluation;

/// <summary>What a system is asked, and what would be right.</summary>
/// <param name="User">Whose history it is; of those asked once each.</param>
/// <param name="History">Oldest first, each item once; at least one.</param>
/// <param name="Targets">What came next, none of it in the history; at least one.</param>
/// <param name="Time">Of the newest event of the history; null where the log has no times.</param>
public sealed record TestQuery(UserId User, IReadOnlyList<ItemId> History, IReadOnlyList<ItemId> Targets, DateTimeOffset? Time)
{
    /// <summary>The only items that are ranked: what is new; null: all that are not in the history.</summary>
    public IReadOnlySet<ItemId>? Among { get; init; }

    /// <summary>What a source is asked.</summary>
    public SourceQuery Question => new() { History = History, User = User, Time = Time, Among = Among };
}

using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Recommending.Sources;

/// <summary>What a source goes by.</summary>
public sealed record SourceQuery
{
    /// <summary>The user's items, oldest first; those that the source does not know are passed over, and none returns.</summary>
    public IReadOnlyList<ItemId> History { get; init; } = [];

    /// <summary>Whose history it is, so that it is not compared with itself; null: nobody's of the log.</summary>
    public UserId? User { get; init; }

    /// <summary>The only items that may return; null: all.</summary>
    public IReadOnlySet<ItemId>? Among { get; init; }

    /// <summary>When: sources that forget count back from here. Null: nothing has aged.</summary>
    public DateTimeOffset? Time { get; init; }
}

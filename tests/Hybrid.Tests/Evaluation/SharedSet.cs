using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;

namespace Hybrid.Tests.Evaluation;

/// <summary>The development sets of ../shared, read once.</summary>
internal static class SharedSet
{
    private static readonly Dictionary<string, Lazy<TrainingLog>> Logs =
        new[] { "movielens-small", "movielens-small/zh", "movietweetings-100k", "online-retail" }
            .ToDictionary(set => set, set => new Lazy<TrainingLog>(() => Read(set)));

    public static string EventsOf(string set) => RepositoryFiles.Shared(["data", .. set.Split('/'), "events.csv.gz"]);

    public static string ItemsOf(string set) => RepositoryFiles.Shared(["data", .. set.Split('/'), "items.csv.gz"]);

    /// <param name="set">As golden/ranking/sources.json names it: "online-retail, session_time".</param>
    public static Split SplitOf(string set)
    {
        string[] parts = set.Split(", ");
        EventsOf(parts[0]);   // skips where it is not there
        return Split.Make(Logs[parts[0]].Value, new SplitOptions { Kind = parts is [_, "session_time"] ? SplitKind.LaterSessions : SplitKind.LeaveLast });
    }

    private static TrainingLog Read(string set) =>
        TrainingLog.From(EventFile.Read(EventsOf(set)), ItemFile.Read(ItemsOf(set)).Select(item => item.Id));
}

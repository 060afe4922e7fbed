using System.Text.Json.Serialization;
using Hybrid.Behavior;
using Hybrid.Evaluation;

namespace Hybrid.Cli.Evaluating;

/// <summary>One line of the table: a source, how good it is and what it costs.</summary>
/// <param name="FitSeconds">Behaviour vectors, where several sources share them, are in the first one's.</param>
/// <param name="MemoryMegabytes">What fitting left in memory.</param>
/// <param name="P50">Milliseconds for one answer, one caller.</param>
/// <param name="QueriesPerSecond">With a caller a processor.</param>
internal sealed record SourceReport(
    string Source, double FitSeconds, double MemoryMegabytes, double P50, double P99, double QueriesPerSecond, Judgement Judgement)
{
    /// <summary>What was answered.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<UserId, IReadOnlyList<string>> Answers { get; init; } = new Dictionary<UserId, IReadOnlyList<string>>();
}

using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Evaluation;

namespace Hybrid.Upkeep.Migration;

/// <summary>What is allowed to a new collection, beside the old one.</summary>
public sealed record VerdictThresholds
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>How much NDCG@10 may be lost: the lower end of the 95 % interval of the paired difference is not below minus this.</summary>
    /// <value>Default .01.</value>
    public double MaxLoss { get; init; } = 0.01;

    /// <summary>How much any stratum may lose: the upper end of its interval is not below minus this.</summary>
    /// <value>Default .02.</value>
    public double MaxStratumLoss { get; init; } = 0.02;

    /// <summary>How much longer the slowest 5 % of the answers may take.</summary>
    /// <value>Default 1.2 times.</value>
    public double MaxSlowdown { get; init; } = 1.2;

    /// <summary>Strata of fewer queries tell nothing.</summary>
    /// <value>Default 30.</value>
    public int LeastQueries { get; init; } = 30;

    /// <summary>Reads them from a file of JSON: {"max_loss": 0.01, "max_stratum_loss": 0.02, "max_slowdown": 1.2, "least_queries": 30}; what is not named is
    /// as
    /// it is by default.</summary>
    /// <exception cref="DataFileException">It cannot be read, or names something else.</exception>
    public static VerdictThresholds Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<VerdictThresholds>(File.ReadAllText(path), Json) ?? new();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"it holds no thresholds: {e.Message}", cause: e);
        }
    }

    /// <summary>What follows from the figures. How alike the lists are never decides.</summary>
    /// <param name="ahead">How far the new one is ahead by NDCG@10, with its 95 % interval.</param>
    /// <param name="strata">Likewise of each stratum, with its number of queries.</param>
    /// <param name="slowdown">95th percentile of the new one's times, by that of the old one's.</param>
    public Verdict Of(MetricValue ahead, IEnumerable<(MetricValue Ahead, int Queries)> strata, double slowdown)
    {
        ArgumentNullException.ThrowIfNull(strata);
        if (strata.Any(one => one.Queries >= LeastQueries && one.Ahead.High < -MaxStratumLoss))
            return Verdict.Rollback;
        if (ahead.Low >= -MaxLoss)
            return slowdown <= MaxSlowdown ? Verdict.Promote : Verdict.Hold;
        return ahead.High < 0 ? Verdict.Rollback : Verdict.Inconclusive;
    }

    /// <summary>How many queries bring the interval of equally good systems within <see cref="MaxLoss"/>.</summary>
    /// <param name="deviation">Of the differences query by query.</param>
    public long QueriesNeeded(double deviation) => MaxLoss > 0 ? (long)Math.Ceiling(Math.Pow(1.96 * deviation / MaxLoss, 2)) : long.MaxValue;
}

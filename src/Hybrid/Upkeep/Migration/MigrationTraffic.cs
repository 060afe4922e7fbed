using Hybrid.Evaluation;

namespace Hybrid.Upkeep.Migration;

/// <summary>What both variants have shown at one share of the traffic.</summary>
/// <param name="Share">Of the new one, as it is meant.</param>
public sealed record MigrationTraffic(double Share, VariantTraffic Old, VariantTraffic New)
{
    /// <summary>Below this the users are not divided as they are meant to be.</summary>
    private const double LeastP = 0.001;

    /// <summary>How far the new one's rate is ahead, with an interval that holds at this share whenever one looks (95 %).</summary>
    public MetricValue Ahead => ConfidenceSequence.Ahead((New.Answered, New.Requests), (Old.Answered, Old.Requests));

    public long Users => Old.Users + New.Users;

    /// <summary>How likely a division as uneven as this one is, if users fall as they are meant to; 1 where there is nothing to divide.</summary>
    public double RatioP => SampleRatio.PValue(Old.Users, New.Users, Share);

    /// <summary>Whether something else divides the users: one variant loses them, or somebody is counted on both sides. Rates then say nothing.</summary>
    public bool IsSkewed => RatioP < LeastP;
}

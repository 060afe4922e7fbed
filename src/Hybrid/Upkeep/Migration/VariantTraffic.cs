namespace Hybrid.Upkeep.Migration;

/// <summary>What one variant has shown.</summary>
/// <param name="Users">Different ones.</param>
/// <param name="Requests">Answers that were shown.</param>
/// <param name="Answered">Of these, those that an event carries the id of: somebody clicked, or bought.</param>
public sealed record VariantTraffic(long Users, long Requests, long Answered)
{
    /// <summary>Share of the answers that led to an event; 0 of none.</summary>
    public double Rate => Requests == 0 ? 0 : (double)Answered / Requests;
}

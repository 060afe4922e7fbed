namespace Hybrid.Records;

/// <summary>What the impressions of one variant came to.</summary>
/// <param name="Answered">Requests that an event carries.</param>
internal sealed record TrafficRow(string Variant, long Users, long Requests, long Answered);

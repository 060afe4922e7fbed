using Hybrid.Vectors;

namespace Hybrid;

/// <summary>What a bridge is to be fitted on.</summary>
/// <param name="Model">The new encoder: as <see cref="HybridOptions.ModelPath"/>.</param>
public sealed record BridgeQuery(string Model)
{
    /// <summary>Texts beside those of the items, where these are too few; both encoders encode them.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>When it is good enough.</summary>
    public BridgeOptions Options { get; init; } = new();
}

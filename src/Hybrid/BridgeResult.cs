using Hybrid.Vectors;

namespace Hybrid;

/// <summary>A bridge that was made.</summary>
/// <param name="Bridge">Its name, "bridge-1".</param>
/// <param name="File">Its file in the data folder.</param>
/// <param name="Space">The space of bridged queries, which names both parents.</param>
/// <param name="Report">How well it does.</param>
/// <param name="Sessions">The same by what happens in the shop: null where there are too few sessions to tell.</param>
public sealed record BridgeResult(string Bridge, string File, VectorSpace Space, BridgeReport Report, BridgedSessions? Sessions);

using Hybrid.Evaluation;

namespace Hybrid;

/// <summary>What items of sessions find of the others of their session (<see cref="SessionReport"/>), by three ways of asking.</summary>
/// <param name="Judged">Sessions.</param>
/// <param name="Old">The old encoder alone.</param>
/// <param name="New">The new encoder alone, as if everything were encoded anew.</param>
/// <param name="Bridged">The new encoder's queries, led over, on the old encoder's vectors.</param>
/// <param name="Difference">Bridged less new, session by session.</param>
public sealed record BridgedSessions(int Judged, SessionReport Old, SessionReport New, SessionReport Bridged, SessionReport Difference);

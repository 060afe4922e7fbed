using Hybrid.Behavior;

namespace Hybrid.Records;

/// <summary>What a stream has brought.</summary>
/// <param name="Source">The stream, as <see cref="DeadLetter.Source"/> names it.</param>
/// <param name="Position">How far it has been read with these; null: it cannot be read from a place.</param>
internal sealed record StreamBatch(string Source, StreamPosition? Position, IReadOnlyList<Event> Events, IReadOnlyList<DeadLetter> DeadLetters);

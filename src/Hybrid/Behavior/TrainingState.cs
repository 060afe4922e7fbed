namespace Hybrid.Behavior;

/// <summary>What a training leaves that another can go on from; nothing that answers need.</summary>
/// <param name="Contexts">[n × d], row-major: the output vectors of word2vec, as wide as the items' own.</param>
/// <param name="LastEvent">The number of the last event in the records that was learned from; 0 where the sessions came from elsewhere.</param>
internal sealed record TrainingState(ReadOnlyMemory<float> Contexts, long LastEvent);

namespace Hybrid.Upkeep.Migration;

/// <summary>What a migration will take, before it is begun.</summary>
public sealed record MigrationEstimate
{
    public required string Name { get; init; }

    /// <summary>The collection in use.</summary>
    public required string Old { get; init; }

    /// <summary>Items that the new one will hold.</summary>
    public required long Items { get; init; }

    /// <summary>Of these, items whose text has to be encoded; the others' vectors are taken over.</summary>
    public required long ToEncode { get; init; }

    /// <summary>Items that were encoded to measure how long it takes.</summary>
    public required int Sampled { get; init; }

    /// <summary>Tokens of the texts that have to be encoded, as many as the model reads of each, by that sample.</summary>
    public required long Tokens { get; init; }

    /// <summary>How long encoding takes here, with the pauses in which others are let in: the ends of a 90 % interval by that sample.</summary>
    /// <remarks>Of the rest as one more draw among the batches of the sample, which it has seven of: Student's t on their logarithms, with what they differ by
    /// as a whole and not as a mean of many. What the machine has to do besides is that of the moment of the plan.</remarks>
    public required TimeSpan LeastTime { get; init; }

    public required TimeSpan MostTime { get; init; }

    /// <summary>What the vectors of the new collection take, in bytes, beside those of the old one, which stay until the end.</summary>
    public required long VectorBytes { get; init; }

    /// <summary>What will be done, in order.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>What can go otherwise than one hopes.</summary>
    public required IReadOnlyList<string> Risks { get; init; }
}

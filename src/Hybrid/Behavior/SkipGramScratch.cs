namespace Hybrid.Behavior;

/// <summary>What a thread that trains writes for itself, so that nothing is allocated within a sequence.</summary>
internal sealed class SkipGramScratch
{
    /// <param name="longest">Items of the longest sequence.</param>
    /// <param name="targets">The centre and its negatives.</param>
    public SkipGramScratch(int longest, int targets, int dimension, NoiseDistribution noise)
    {
        Noise = noise;
        Kept = new int[longest];
        Targets = new SkipGramTargets(targets);
        NextTargets = new SkipGramTargets(targets);
        Draws = new ulong[targets - 1];
        Labels = new float[targets];
        Labels[0] = 1;
        Updated = new float[dimension];
        Copies = new float[(1 + targets) * dimension];
        Before = new float[Copies.Length];
        CopiedTargets = [.. Enumerable.Range(0, targets)];
    }

    public int Dimension => Updated.Length;

    /// <summary>What negatives are drawn from.</summary>
    public NoiseDistribution Noise { get; set; }

    /// <summary>The items of a sequence that thinning left.</summary>
    public int[] Kept { get; }

    /// <summary>Those of the centre at work.</summary>
    public SkipGramTargets Targets { get; private set; }

    /// <summary>Those of the centre after it, whose rows memory may bring already.</summary>
    public SkipGramTargets NextTargets { get; private set; }

    /// <summary>The random bits of the negatives to come.</summary>
    public ulong[] Draws { get; }

    /// <summary>1 for the centre, 0 for a negative.</summary>
    public float[] Labels { get; }

    /// <summary>[d]: an input that is being changed while its targets still need it as it was.</summary>
    public float[] Updated { get; }

    /// <summary>[(1 + targets) × d]: copies of an input and of its targets' rows, to be changed in their place.</summary>
    public float[] Copies { get; }

    /// <summary>[(1 + targets) × d]: the same before the change.</summary>
    public float[] Before { get; }

    /// <summary>The targets as rows of their copies: 0, 1, 2 and so on.</summary>
    public int[] CopiedTargets { get; }

    public void TakeNextTargets() => (Targets, NextTargets) = (NextTargets, Targets);
}

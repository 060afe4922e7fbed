namespace Hybrid.Behavior;

/// <summary>What a thread that trains writes for itself, so that nothing is allocated within a sequence.</summary>
internal sealed class SkipGramScratch
{
    /// <param name="longest">Items of the longest sequence.</param>
    /// <param name="targets">The centre and its negatives.</param>
    public SkipGramScratch(int longest, int targets, int dimension)
    {
        Kept = new int[longest];
        Targets = new int[targets];
        Counts = new float[targets];
        Counts[0] = 1;
        Labels = new float[targets];
        Labels[0] = 1;
        Updated = new float[dimension];
    }

    public int Dimension => Updated.Length;

    /// <summary>The items of a sequence that thinning left.</summary>
    public int[] Kept { get; }

    /// <summary>The centre, then its negatives.</summary>
    public int[] Targets { get; }

    /// <summary>1 for a target that is learned from, 0 for one that is not.</summary>
    public float[] Counts { get; }

    /// <summary>1 for the centre, 0 for a negative.</summary>
    public float[] Labels { get; }

    /// <summary>[d]: an input that is being changed while its targets still need it as it was.</summary>
    public float[] Updated { get; }
}

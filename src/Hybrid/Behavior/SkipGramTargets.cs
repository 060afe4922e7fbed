namespace Hybrid.Behavior;

/// <summary>What the neighbours of a centre are trained against: the centre, then its negatives.</summary>
internal sealed class SkipGramTargets
{
    public SkipGramTargets(int count)
    {
        Rows = new int[count];
        Counts = new float[count];
        Counts[0] = 1;
    }

    /// <summary>The centre's, then its negatives'.</summary>
    public int[] Rows { get; }

    /// <summary>1 for a target that is learned from, 0 for one that is not.</summary>
    public float[] Counts { get; }
}

namespace Hybrid.Upkeep.Migration;

/// <summary>Whether users prefer one of two rankings, told while they come: one may look after each of them, and stop when it is clear.</summary>
/// <remarks>
/// <para>The unit is the user, who counts once: for whom more of the user's clicks fell to. Where nobody is preferred, a user falls to either side alike, and
/// the evidence is a bet that cannot be expected to win: a martingale, the mean over several stakes of Π(1 + stake · side), of both signs. By Ville's
/// inequality
/// it reaches 1/α with a probability of at most α, however often one looks.</para>
/// <para>A. Ramdas, P. Grünwald, V. Vovk, G. Shafer, "Game-theoretic statistics and safe anytime-valid inference", Statistical Science 38(4), 2023.</para>
/// <para>Threads: for one at a time.</para>
/// </remarks>
public sealed class PreferenceTest
{
    private static readonly double[] Stakes = [0.05, 0.1, 0.2, 0.4];

    // Of each stake for either side: logarithms, as products of thousands run over.
    private readonly double[] _forNew = new double[Stakes.Length], _forOld = new double[Stakes.Length];

    /// <summary>Users who preferred one.</summary>
    public int Users { get; private set; }

    /// <summary>How much evidence there is that one is preferred: 20 is enough for α = .05, 1 is none.</summary>
    public double Evidence
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < Stakes.Length; i++)
                sum += Math.Exp(_forNew[i]) + Math.Exp(_forOld[i]);
            return sum / (2 * Stakes.Length);
        }
    }

    /// <summary>Takes the next user; one whose clicks fall to both alike says nothing.</summary>
    /// <param name="clicksOnNew">Clicks on items that the new ranking put in.</param>
    public void Add(int clicksOnOld, int clicksOnNew)
    {
        int side = Math.Sign(clicksOnNew - clicksOnOld);
        if (side == 0)
            return;
        Users++;
        for (int i = 0; i < Stakes.Length; i++)
        {
            _forNew[i] += Math.Log(1 + Stakes[i] * side);
            _forOld[i] += Math.Log(1 - Stakes[i] * side);
        }
    }
}

namespace Hybrid.Upkeep.Migration;

/// <summary>What users chose from lists of both collections.</summary>
/// <param name="Requests">Lists that were shown.</param>
/// <param name="PreferOld">Users whose first event on such a list was on an item that the old one has put in.</param>
/// <param name="PreferNew">Likewise the new one.</param>
/// <param name="Evidence">As <see cref="PreferenceTest.Evidence"/> has it, whenever one looks: 20 is enough to say that one is preferred (95 %).</param>
public sealed record InterleavedTraffic(long Requests, long PreferOld, long PreferNew, double Evidence)
{
    private const double Enough = 20;

    /// <summary>Whether it is clear which one users prefer.</summary>
    public bool IsClear => Evidence >= Enough;

    /// <param name="firsts">Of each user who chose, in order, whether it was the new one's item.</param>
    internal static InterleavedTraffic Of(long requests, IReadOnlyCollection<bool> firsts)
    {
        var test = new PreferenceTest();
        // A user's first choice stands whatever comes later: what was evidence once stays so, as it must where one looks again and again.
        foreach (bool isNew in firsts)
            test.Add(isNew ? 0 : 1, isNew ? 1 : 0);
        return new(requests, firsts.Count(isNew => !isNew), firsts.Count(isNew => isNew), test.Evidence);
    }
}

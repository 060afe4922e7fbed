using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Recommending;

namespace Hybrid.Upkeep.Migration;

/// <summary>One list of two rankings: in turn each puts in its best item that is not there yet, and who begins is drawn anew each time.</summary>
/// <remarks>F. Radlinski, M. Kurup, T. Joachims, "How does clickthrough data reflect retrieval quality?", CIKM 2008. A click counts for who put the item in;
/// which ranking a user prefers shows after far fewer users than a divided traffic needs, as each sees both.</remarks>
public static class TeamDraft
{
    /// <param name="seed">Of the draws: another one for each request, the same for the same list again.</param>
    /// <param name="count">How many items; fewer return where both have fewer.</param>
    /// <returns>The list, and for each of its items who put it in.</returns>
    public static (IReadOnlyList<ItemId> Items, IReadOnlyList<Variant> Teams) Interleave(
        IReadOnlyList<ItemId> old, IReadOnlyList<ItemId> @new, int count, long seed)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(@new);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var random = new SplitMix64((ulong)seed);
        var items = new List<ItemId>(count);
        var teams = new List<Variant>(count);
        var taken = new HashSet<ItemId>();
        int nextOld = 0, nextNew = 0;
        while (items.Count < count && (HasNext(old, ref nextOld) | HasNext(@new, ref nextNew)))
        {
            Variant first = random.Below(2) == 0 ? Variant.Old : Variant.New;
            Pick(first);
            Pick(first == Variant.Old ? Variant.New : Variant.Old);
        }
        return (items, teams);

        bool HasNext(IReadOnlyList<ItemId> list, ref int next)
        {
            while (next < list.Count && taken.Contains(list[next]))
                next++;
            return next < list.Count;
        }

        void Pick(Variant team)
        {
            IReadOnlyList<ItemId> list = team == Variant.Old ? old : @new;
            ref int next = ref team == Variant.Old ? ref nextOld : ref nextNew;
            if (items.Count == count || !HasNext(list, ref next))
                return;
            taken.Add(list[next]);
            items.Add(list[next]);
            teams.Add(team);
        }
    }
}

using Hybrid.Catalog;

namespace Hybrid.Recommending.Sources;

/// <summary>The items that may be recommended, numbered in the order of their ids, so that equal scores come in the order of ids.</summary>
/// <remarks>Threads: immutable.</remarks>
internal sealed class ItemCodes
{
    private readonly ItemId[] _items;
    private readonly Dictionary<ItemId, int> _codes;

    /// <param name="items">Each once, in any order.</param>
    public ItemCodes(IEnumerable<ItemId> items)
    {
        _items = [.. items.Order()];
        _codes = new Dictionary<ItemId, int>(_items.Length);
        for (int code = 0; code < _items.Length; code++)
            _codes.Add(_items[code], code);
    }

    public IReadOnlyList<ItemId> Items => _items;

    public int Count => _items.Length;

    public ItemId this[int code] => _items[code];

    /// <returns>The item's number, or −1 where it is none of these.</returns>
    public int Find(ItemId item) => _codes.GetValueOrDefault(item, -1);

    /// <summary>The numbers of a history's items, in its order; an item stands where it came last, and those that are unknown are left out.</summary>
    public int[] FindHistory(IReadOnlyList<ItemId> history)
    {
        var seen = new HashSet<int>(history.Count);
        var newestFirst = new List<int>(history.Count);
        for (int i = history.Count - 1; i >= 0; i--)
        {
            if (Find(history[i]) is >= 0 and int code && seen.Add(code))
                newestFirst.Add(code);
        }
        newestFirst.Reverse();
        return [.. newestFirst];
    }
}

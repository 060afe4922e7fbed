using Hybrid.Catalog;

namespace Hybrid.Records;

/// <summary>Items by how many users have them, those of most users first, ties by id; what nobody has is not among them.</summary>
/// <remarks>Threads: it never changes; what changes makes a new one.</remarks>
internal sealed class ItemRanking
{
    private readonly List<Entry> _entries;
    private Dictionary<ItemId, long>? _users;

    /// <param name="users">How many users have each item.</param>
    public ItemRanking(IReadOnlyDictionary<string, long> users) : this(
        [.. users.Where(item => item.Value > 0).Select(item => new Entry(new ItemId(item.Key), item.Value)).Order()])
    {
    }

    private ItemRanking(List<Entry> entries)
    {
        _entries = entries;
        Items = [.. entries.Select(entry => entry.Id)];
    }

    public IReadOnlyList<ItemId> Items { get; }

    /// <summary>How many users have an item.</summary>
    /// <remarks>Cost: the first time one pass over the items.</remarks>
    public long UsersOf(ItemId item) => (_users ??= _entries.ToDictionary(entry => entry.Id, entry => entry.Users)).GetValueOrDefault(item);

    /// <summary>The ranking after some counts have changed.</summary>
    /// <remarks>Cost: one pass over the items, and sorting those that changed.</remarks>
    /// <param name="changes">By how much, of each item that changed.</param>
    public ItemRanking With(IReadOnlyDictionary<string, long> changes)
    {
        if (changes.Count == 0)
            return this;
        var kept = new List<Entry>(_entries.Count + changes.Count);
        Dictionary<string, long> moved = new(changes, StringComparer.Ordinal);
        foreach (Entry entry in _entries)
        {
            if (changes.TryGetValue(entry.Id.Value, out long change))
                moved[entry.Id.Value] = entry.Users + change;
            else
                kept.Add(entry);
        }
        List<Entry> changed = [.. moved.Where(item => item.Value > 0).Select(item => new Entry(new ItemId(item.Key), item.Value)).Order()];
        var merged = new List<Entry>(kept.Count + changed.Count);
        int next = 0;
        foreach (Entry entry in changed)
        {
            while (next < kept.Count && kept[next].CompareTo(entry) < 0)
                merged.Add(kept[next++]);
            merged.Add(entry);
        }
        merged.AddRange(kept.Skip(next));
        return new(merged);
    }

    private readonly record struct Entry(ItemId Id, long Users) : IComparable<Entry>
    {
        public int CompareTo(Entry other) => Users != other.Users ? other.Users.CompareTo(Users) : Id.CompareTo(other.Id);
    }
}

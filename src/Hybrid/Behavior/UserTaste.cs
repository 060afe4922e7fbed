using System.Runtime.InteropServices;
using Hybrid.Catalog;

namespace Hybrid.Behavior;

/// <summary>What all events of one user say of each item that they touched.</summary>
internal sealed class UserTaste
{
    private readonly Dictionary<ItemId, Standing> _items = [];
    private int _places;

    /// <summary>Of no events yet.</summary>
    public UserTaste()
    {
    }

    /// <param name="events">One user's, oldest first; enumerated once.</param>
    public UserTaste(IEnumerable<Event> events, EventKinds kinds)
    {
        foreach (Event happened in events)
        {
            (float weight, Opinion opinion) = kinds.MeaningOf(happened.Kind);
            Add(new(happened.Item, weight, opinion));
        }
    }

    /// <summary>Every item, liked or not.</summary>
    public IReadOnlyCollection<ItemId> Items => _items.Keys;

    public IEnumerable<ItemId> Disliked => _items.Where(item => item.Value.Opinion == Opinion.Disliked).Select(item => item.Key);

    public bool Dislikes(ItemId item) => _items[item].Opinion == Opinion.Disliked;

    /// <summary>The weight of the heaviest kind among the item's events.</summary>
    public float WeightOf(ItemId item) => _items[item].Weight;

    /// <summary>The last different items that are not disliked, oldest first, each where its last event stands.</summary>
    public IReadOnlyList<ItemId> LastLiked(int count) => Last(count, isDisliked: false);

    /// <summary>Likewise of those that are.</summary>
    public IReadOnlyList<ItemId> LastDisliked(int count) => Last(count, isDisliked: true);

    /// <summary>Takes in what comes after all that was said before: an event, or what some of them say together.</summary>
    public void Add(ItemStanding later)
    {
        ref Standing standing = ref CollectionsMarshal.GetValueRefOrAddDefault(_items, later.Item, out _);
        standing = new Standing(Math.Max(standing.Weight, later.Weight), ++_places, later.Opinion == Opinion.None ? standing.Opinion : later.Opinion);
    }

    /// <summary>What was said, in the order of the items' last events: another that is told it knows the same.</summary>
    public ItemStanding[] Standings() =>
        [.. _items.OrderBy(item => item.Value.Place).Select(item => new ItemStanding(item.Key, item.Value.Weight, item.Value.Opinion))];

    private ItemId[] Last(int count, bool isDisliked) =>
        [.. _items.Where(item => (item.Value.Opinion == Opinion.Disliked) == isDisliked).OrderBy(item => item.Value.Place).TakeLast(count)
            .Select(item => item.Key)];

    /// <param name="Place">Of the last event, from 1.</param>
    private readonly record struct Standing(float Weight, int Place, Opinion Opinion);
}

/// <summary>What some of a user's events say of an item.</summary>
/// <param name="Weight">Of the heaviest kind among them.</param>
/// <param name="Opinion">Of the last one that has one.</param>
internal readonly record struct ItemStanding(ItemId Item, float Weight, Opinion Opinion);

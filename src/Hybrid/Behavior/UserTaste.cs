using System.Runtime.InteropServices;
using Hybrid.Catalog;

namespace Hybrid.Behavior;

/// <summary>What all events of one user say of each item that they touched.</summary>
internal sealed class UserTaste
{
    private readonly Dictionary<ItemId, Standing> _items = [];

    /// <param name="events">One user's, oldest first; enumerated once.</param>
    public UserTaste(IEnumerable<Event> events, EventKinds kinds)
    {
        int place = 0;
        foreach (Event happened in events)
        {
            (float weight, Opinion opinion) = kinds.MeaningOf(happened.Kind);
            ref Standing standing = ref CollectionsMarshal.GetValueRefOrAddDefault(_items, happened.Item, out _);
            standing = new Standing(
                Math.Max(standing.Weight, weight), ++place, opinion == Opinion.None ? standing.IsDisliked : opinion == Opinion.Disliked);
        }
    }

    /// <summary>Every item, liked or not.</summary>
    public IReadOnlyCollection<ItemId> Items => _items.Keys;

    public IEnumerable<ItemId> Disliked => _items.Where(item => item.Value.IsDisliked).Select(item => item.Key);

    public bool Dislikes(ItemId item) => _items[item].IsDisliked;

    /// <summary>The weight of the heaviest kind among the item's events.</summary>
    public float WeightOf(ItemId item) => _items[item].Weight;

    /// <summary>The last different items that are not disliked, oldest first, each where its last event stands.</summary>
    public IReadOnlyList<ItemId> LastLiked(int count) => Last(count, isDisliked: false);

    /// <summary>Likewise of those that are.</summary>
    public IReadOnlyList<ItemId> LastDisliked(int count) => Last(count, isDisliked: true);

    private ItemId[] Last(int count, bool isDisliked) =>
        [.. _items.Where(item => item.Value.IsDisliked == isDisliked).OrderBy(item => item.Value.Place).TakeLast(count).Select(item => item.Key)];

    /// <param name="Place">Of the last event, from 1.</param>
    private readonly record struct Standing(float Weight, int Place, bool IsDisliked);
}

using System.Runtime.InteropServices;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Streaming;

/// <summary>How many events of each kind there are, and how popular they make the items.</summary>
/// <remarks>
/// <para>An item's popularity is Σ weight · 2^(−age / half-life) over its events. The common factor of all items changes with time and their order does not, so
/// sums are kept as of one moment, and moved to a later one before they grow beyond a double.</para>
/// <para>For one thread at a time.</para>
/// </remarks>
internal sealed class EventCounts(EventKinds kinds, TimeSpan? halfLife, DateTimeOffset now)
{
    /// <summary>Half-lives from the reference to an event after which the reference is moved; 2^1023 is the largest power of two in a double.</summary>
    private const double MostHalfLives = 500;

    private readonly Dictionary<string, long> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _items = new(StringComparer.Ordinal);
    private long _reference = now.UtcTicks;

    public IReadOnlyDictionary<string, long> Kinds => _kinds;

    /// <param name="ticks">UTC; null: when is not known.</param>
    /// <param name="now">An event whose time is still to come counts as one of now.</param>
    public void Add(string item, string kind, long? ticks, DateTimeOffset now)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_kinds, kind, out _)++;
        if (halfLife is not { } half || ticks is not { } time || kinds.MeaningOf(kind) is not { Opinion: not Opinion.Disliked } meaning)
            return;
        double age = (double)(Math.Min(time, now.UtcTicks) - _reference) / half.Ticks;
        if (age > MostHalfLives)
        {
            MoveTo(now.UtcTicks, half);
            age = (double)(Math.Min(time, now.UtcTicks) - _reference) / half.Ticks;
        }
        CollectionsMarshal.GetValueRefOrAddDefault(_items, item, out _) += meaning.Weight * double.Exp2(age);
    }

    /// <summary>The items, the most popular first, ties by id. What has all but decayed away is not among them.</summary>
    public IReadOnlyList<ItemId> Rank() =>
        [.. _items.Where(item => item.Value > 0).Select(item => (Id: new ItemId(item.Key), item.Value))
            .OrderByDescending(item => item.Value).ThenBy(item => item.Id).Select(item => item.Id)];

    private void MoveTo(long reference, TimeSpan half)
    {
        double factor = double.Exp2((double)(_reference - reference) / half.Ticks);
        foreach (string item in _items.Keys.ToArray())
            _items[item] *= factor;
        _reference = reference;
    }
}

using System.Collections.ObjectModel;
using System.Globalization;
using System.Numerics.Tensors;
using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Recommending;

public sealed partial class HybridRecommender
{
    /// <summary>What likeness to the disliked items costs: this share of the cosine with their mean.</summary>
    private const float CostOfLikeness = 0.5f;

    private static readonly IReadOnlyDictionary<ItemId, float> NoWeights = ReadOnlyDictionary<ItemId, float>.Empty;

    /// <summary>What each candidate's score is less by, or null when nothing is known of what is disliked.</summary>
    /// <param name="byBehavior">Whether the scores are cosines of behaviour vectors, so that the cost is one too; otherwise of text vectors.</param>
    private async Task<Func<ItemId, float>?> CostOfLikenessAsync(
        IReadOnlyList<ItemId> disliked, IReadOnlyCollection<ItemId> candidates, bool byBehavior, CancellationToken cancellationToken)
    {
        if (disliked.Count == 0)
            return null;
        if (byBehavior)
            return MeanBehaviorVector(disliked, NoWeights) is { } mean ? item => CostOfLikeness * (BehaviorScore(item, mean) ?? 0) : null;
        if (await MeanTextVectorAsync(disliked, NoWeights, cancellationToken).ConfigureAwait(false) is not { } text)
            return null;
        // ! : whoever has a text vector has a collection.
        IReadOnlyDictionary<ItemId, StoredItem> rows = await _vectors!.GetAsync(candidates, withVectors: true, cancellationToken).ConfigureAwait(false);
        return item => rows.TryGetValue(item, out StoredItem row) ? CostOfLikeness * TensorPrimitives.Dot(text.Span, row.Vector.Span) : 0;
    }

    /// <summary>The most popular of some items, those first that are not like what is disliked, with their scores and places by popularity.</summary>
    /// <remarks>All are equally liked, by a score of 0; to be unlike what is disliked is no merit beyond that, or the rarest things would come first.</remarks>
    private async Task<IEnumerable<(ItemId Item, float Score, int Place)>> OrderPopularAsync(
        List<ItemId> popular, IReadOnlyList<ItemId> disliked, CancellationToken cancellationToken)
    {
        Func<ItemId, float>? cost = await CostOfLikenessAsync(disliked, popular, byBehavior: true, cancellationToken).ConfigureAwait(false)
            ?? await CostOfLikenessAsync(disliked, popular, byBehavior: false, cancellationToken).ConfigureAwait(false);
        return popular.Select((item, place) => (item, Score: 0 - Math.Max(0, cost?.Invoke(item) ?? 0), place + 1))
            .OrderByDescending(one => one.Score);
    }

    private static string ExplainCost(float cost) =>
        cost == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {-cost:+0.000;-0.000} for its likeness to what was disliked");
}

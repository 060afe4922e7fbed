using System.Diagnostics;
using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Recommending.Sources;
using Hybrid.Records;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>How many of the items that a user disliked last make the mean that others are compared with.</summary>
    private const int MostDisliked = 100;

    /// <summary>The best items for a text, an item, a user or a history, best first: the preset Classic, <see cref="HybridRecommender"/> over what is
    /// indexed and trained now.</summary>
    /// <remarks>Without an index it answers by behaviour and popularity where there is no text to compare with; where there are no items at all, by those of
    /// the events. An item of the user's history weighs as its heaviest kind of event does; what the user dislikes never returns, and what is like it pays
    /// for
    /// that: <see cref="HybridOptions.Kinds"/>.</remarks>
    /// <exception cref="ArgumentException">The query has both a text and an item, or a blank text, or the count is out of range, or there is no such
    /// source, or it does not go by a text.</exception>
    /// <exception cref="UnknownItemException">The records do not have the query's item.</exception>
    /// <exception cref="NotReadyException">
    /// Nothing is indexed yet, and the query has a text, or an item of which no behaviour is known; or what is indexed is of another space; or the source
    /// that is named is not fitted.
    /// </exception>
    /// <exception cref="SourceException">The file of the source that is named is missing or damaged.</exception>
    /// <exception cref="ModelException">The encoder's model cannot be used.</exception>
    /// <exception cref="Item2VecException">The behaviour model is missing or damaged.</exception>
    /// <exception cref="RecordsException">The records failed.</exception>
    /// <exception cref="VectorStoreException">The store failed.</exception>
    public Task<IReadOnlyList<Recommendation>> RecommendAsync(RecommendQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var retrieval = new RetrievalQuery { Text = query.Text, Item = query.Item, Probes = query.Probes, MapNewItems = query.MapNewItems };
        HybridRecommender.ThrowIfNotValid(retrieval, query.Count);
        if (query.Source is { } source)
        {
            ThrowIfNoSource(source, query);
            return RunAsync(whole => AnswerAsync(whole, query, (snapshot, stop) => RecommendBySourceAsync(snapshot, query, source, stop), cancellationToken),
                cancellationToken);
        }
        return RunAsync(whole => AnswerAsync(whole, query, (snapshot, stop) => RecommendAsync(snapshot, query, retrieval, stop), cancellationToken),
            cancellationToken);
    }

    /// <summary>Has one collection answer, says which, and notes what was shown while a migration divides the traffic.</summary>
    private async Task<IReadOnlyList<Recommendation>> AnswerAsync(
        EngineSnapshot whole, RecommendQuery query, Func<EngineSnapshot, CancellationToken, Task<IReadOnlyList<Recommendation>>> answer,
        CancellationToken cancellationToken)
    {
        using Activity? stage = Stages.StartActivity("recommend");
        stage?.SetTag("hybrid.by", query switch
        {
            { Text: not null } => "text",
            { Item: not null } => "item",
            { User: not null } => "user",
            { History.Count: > 0 } => "history",
            _ => "popularity",
        }).SetTag("hybrid.count", query.Count);
        bool isGiven = whole.IsGiven(query.Variant, query.Segment);
        if (!isGiven && query is { User: { } user, GroupBy: null } && whole.IsInterleaved(user.Value)
            && await InterleaveAsync(whole, query, user, answer, cancellationToken).ConfigureAwait(false) is { } both)
        {
            return both;
        }
        EngineSnapshot snapshot = whole.Of(query.Variant, query.User?.Value ?? query.Text ?? query.Item?.Value
            ?? (query.History is { Count: > 0 } history ? history[^1].Value : null), query.Segment);
        Recommendation[] answered = [.. (await answer(snapshot, cancellationToken).ConfigureAwait(false))
            .Select(one => one with { Origin = snapshot.Origin })];
        // What was asked of one collection says nothing of the share.
        if (!isGiven && query is { Request: { } request } && whole is { Second: not null, Row.Migration: { Share: > 0 } migration })
        {
            _impressions.Add(new ImpressionRow(migration.Name, request, query.User?.Value, snapshot.Variant.ToString(),
                JsonSerializer.Serialize(answered.Select(one => one.Item.Id.Value)), snapshot.Row.Revision, Options.Time.GetUtcNow()));
        }
        Shadow(whole, query.Variant, "recommend", query.Text, async (side, stop) =>
            [.. (await answer(side, stop).ConfigureAwait(false)).Select(one => (one.Item.Id, (double)one.Score))]);
        return answered;
    }

    private async Task<IReadOnlyList<Recommendation>> RecommendAsync(
        EngineSnapshot snapshot, RecommendQuery query, RetrievalQuery retrieval, CancellationToken cancellationToken)
    {
        if (query.Text is not null)
            snapshot.RequireItems();
        string? collection = snapshot.Items?.Name;
        // A log without a catalogue is all that is known of its items.
        bool hasCatalog = collection is not null || Records.HasItems;
        if (snapshot.IsBorrowed)
            ThrowIfOfUsers(query);
        else if (hasCatalog && query.Item is { } start && Records.Find(start) is null)
            throw new UnknownItemException(start);
        HashSet<ItemId> left;
        using (Stages.StartActivity("history"))
            (retrieval, left) = await AddHistoryAsync(query, retrieval, cancellationToken).ConfigureAwait(false);
        left.UnionWith(query.Exclude ?? []);
        return query.GroupBy is null
            ? await RecommendAsync(snapshot, query, retrieval, query.Count, left, cancellationToken).ConfigureAwait(false)
            : await RecommendGroupsAsync(snapshot, query, retrieval, left, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The best item of each group, in the order of the ranking.</summary>
    private async Task<IReadOnlyList<Recommendation>> RecommendGroupsAsync(
        EngineSnapshot snapshot, RecommendQuery query, RetrievalQuery retrieval, HashSet<ItemId> left, CancellationToken cancellationToken)
    {
        var grouping = new Grouping(query.GroupBy!);   // ! : the caller has seen one
        List<Recommendation> earlier = [];
        for (int count = query.Count; ;)
        {
            IReadOnlyList<Recommendation> found =
                await RecommendAsync(snapshot, query, retrieval, count, left, cancellationToken).ConfigureAwait(false);
            Recommendation[] groups = [.. earlier.Concat(found).DistinctBy(r => grouping.Of(r.Item))];
            if (groups.Length >= query.Count || found.Count < count)
                return [.. groups.Take(query.Count)];
            if (count < HybridRecommender.MaxCount)
            {
                count = (int)Math.Min(4L * count, HybridRecommender.MaxCount);
                continue;
            }
            // More items of one group than one call ranks: those behind them are ranked without them.
            earlier = [.. groups];
            left.UnionWith(found.Select(r => r.Item.Id));
        }
    }

    private async Task<IReadOnlyList<Recommendation>> RecommendAsync(
        EngineSnapshot snapshot, RecommendQuery query, RetrievalQuery retrieval, int count, HashSet<ItemId> left, CancellationToken cancellationToken)
    {
        string? collection = snapshot.Items?.Name;
        bool hasCatalog = collection is not null || Records.HasItems;
        for (bool isLast = false; ; isLast = true)
        {
            retrieval = retrieval with
            {
                Filter = collection is not null ? VisibleIn(snapshot, query.Filter, left) : Joined(query.Filter, left.Count == 0 ? null : Filter.NotIn(left)),
            };
            IReadOnlyList<Recommendation> found = await RecommendAsync(snapshot, retrieval, count, cancellationToken).ConfigureAwait(false);
            if (!hasCatalog)
                return found;
            Dictionary<ItemId, Item> known = await FindShownAsync(snapshot, found.Select(r => r.Item.Id), query.Filter, cancellationToken)
                .ConfigureAwait(false);
            if (known.Count == found.Count || isLast)
                return [.. found.Where(r => known.ContainsKey(r.Item.Id)).Select(r => r with { Item = known[r.Item.Id] })];
            IEnumerable<ItemId> wrong = found.Select(r => r.Item.Id).Where(item => !known.ContainsKey(item));
            if (collection is null)
                left.UnionWith(wrong);
            else
                LeaveOut(left, snapshot, query.Filter, wrong);
        }
    }

    private async Task<IReadOnlyList<Recommendation>> RecommendAsync(
        EngineSnapshot snapshot, RetrievalQuery retrieval, int count, CancellationToken cancellationToken)
    {
        try
        {
            return await snapshot.OpenRecommender().RecommendAsync(retrieval, count, cancellationToken).ConfigureAwait(false);
        }
        catch (UnknownItemException unknown) when (!snapshot.HasItems && Records.Find(unknown.Item) is not null)
        {
            snapshot.RequireItems();   // the item is there: it is the index that is missing
            throw;
        }
    }

    private void ThrowIfOfUsers(RecommendQuery query)
    {
        if (ReadsShared || query.User is null && (query.Text is not null || query.Item is not null || query.History is { Count: > 0 }))
            return;
        string what = query.User is { } user ? $"What '{user}' did" : "What is popular";
        throw new NotReadyException(NotReadyReason.NoRecords, $"{what} is in the records, and there are none in {Options.DataPath}",
            "give a text, an item or a history, or open the folder that has the records");
    }

    /// <returns>The retrieval with the history to go by, and the items that are not to be recommended.</returns>
    private async ValueTask<(RetrievalQuery Retrieval, HashSet<ItemId> Left)> AddHistoryAsync(
        RecommendQuery query, RetrievalQuery retrieval, CancellationToken cancellationToken)
    {
        await PreparePopularAsync(query, cancellationToken).ConfigureAwait(false);
        bool excludesSeen = query.ExcludeSeen ?? (query.User is not null && query.History is null);
        HashSet<ItemId> left = query.Item is { } start ? [start] : [];
        if (query.History is { } given)
        {
            if (excludesSeen)
                left.UnionWith(given);
            retrieval = retrieval with { History = [.. given.Reverse().Distinct().Reverse()] };   // an item stands where it came last
        }
        if (query.User is not { } user)
            return (retrieval, left);
        UserTaste taste = await ReadTasteAsync(user, isWhole: excludesSeen, cancellationToken).ConfigureAwait(false);
        left.UnionWith(excludesSeen ? taste.Items : taste.Disliked);
        retrieval = retrieval with { Disliked = taste.LastDisliked(MostDisliked) };
        if (query.History is null)
        {
            IReadOnlyList<ItemId> liked = taste.LastLiked(HybridRecommender.HistoryLength);
            retrieval = retrieval with { History = liked, Weights = liked.ToDictionary(item => item, taste.WeightOf) };
        }
        return (retrieval, left);
    }

    /// <summary>Items for a recommender without text vectors: those of the records; of a log without a catalogue, all.</summary>
    private IReadOnlyDictionary<ItemId, Item> FindForBehavior(IReadOnlyCollection<ItemId> items) =>
        Records.HasItems ? Records.Find(items) : items.Distinct().ToDictionary(item => item, item => new Item(item));
}

using System.Diagnostics;
using System.Numerics.Tensors;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Recommending.Sources;
using Hybrid.Records;
using Hybrid.Vectors;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>Items ranked the first time, beyond those that are asked for and left out: some may be gone from the records.</summary>
    private const int RankedBeyond = 20;

    private SourceKnobs ReadKnobs()
    {
        if (Options.Knobs is { } given)
            return given;
        string path = Path.Combine(_folder, KnobFile.Name);
        return File.Exists(path) ? KnobFile.Read(path) : new SourceKnobs();
    }

    /// <summary>Fits the sources of the options and saves them; nobody uses the files yet.</summary>
    private (Dictionary<string, string> Files, List<FittedSource> Sources, List<string> NotFitted) FitSources(
        SourceKnobs knobs, BusyUsers? leftOut, IProgress<string>? fitting, CancellationToken cancellationToken)
    {
        var (files, sources, notFitted) = (new Dictionary<string, string>(StringComparer.Ordinal), new List<FittedSource>(), new List<string>());
        if (Options.Sources is { Count: 0 })
            return (files, sources, notFitted);
        Dictionary<ItemId, string?> categories = Records.ReadItems().ToDictionary(item => item.Id, item => item.Category);
        // A log goes on with items that have left the catalogue; nobody can be recommended them.
        IEnumerable<Event> liked = LikedEvents.Of(Records.ReadEvents(), Options.Kinds, leftOut?.MostEvents ?? long.MaxValue)
            .Where(e => categories.Count == 0 || categories.ContainsKey(e.Item));
        var log = TrainingLog.From(liked, categories.Count == 0 ? null : categories.Keys, Options.Sessions, cancellationToken);
        files.Add(SavedSources.Log, SavedSources.SaveLog(log, _folder));
        var fitter = new SourceFitter(log, knobs, category: categories.Values.Any(category => category is not null) ? item => categories[item] : null);
        foreach (string name in Options.Sources?.Distinct() ?? SavedSources.Quick)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (fitter.WhyNot(name) is { } reason)
            {
                notFitted.Add(reason);
                continue;
            }
            fitting?.Report(name);
            long started = Stopwatch.GetTimestamp();
            RecommendationSource source = fitter.Fit(name, cancellationToken);
            string file = SavedSources.Save(source, name, _folder, files[SavedSources.Log]);
            files.Add(name, file);
            sources.Add(new(name, Stopwatch.GetElapsedTime(started).TotalSeconds, new FileInfo(Path.Combine(_folder, file)).Length));
        }
        return (files, sources, notFitted);
    }

    private static void ThrowIfNoSource(string source, RecommendQuery query)
    {
        if (!SourceFitter.Names.Contains(source))
            throw new ArgumentException($"There is no source '{PlainText.Brief(source)}'. Sources: {string.Join(", ", SourceFitter.Names)}.", nameof(query));
        if (query.Text is not null)
            throw new ArgumentException($"The source {source} goes by a history, not by a text: leave one of the two out.", nameof(query));
    }

    private Task<IReadOnlyList<Recommendation>> RecommendBySourceAsync(
        EngineSnapshot snapshot, RecommendQuery query, string name, CancellationToken cancellationToken)
    {
        bool hasCatalog = snapshot.HasItems || Records.HasItems;
        if (snapshot.IsBorrowed)
            ThrowIfOfUsers(query);
        else if (hasCatalog && query.Item is { } start && Records.Find(start) is null)
            throw new UnknownItemException(start);
        (IReadOnlyList<ItemId> history, HashSet<ItemId> left) = ReadWhole(query);
        left.UnionWith(query.Exclude ?? []);
        switch (name)
        {
            case "classic":
                // What is no longer in the catalogue is nothing to start from.
                ItemId? newest = snapshot.IsBorrowed ? history.Cast<ItemId?>().LastOrDefault()
                    : history.Reverse().Cast<ItemId?>().FirstOrDefault(item => Records.Find(item!.Value) is not null);   // ! : it is one of the history's
                return Classic(query with { Item = newest, Exclude = [.. left, .. history] });
            case "classic-history":
                return Classic(query.Item is null ? query : query with { Item = null, History = history, Exclude = [.. left, .. history] });
            case "text":
                return RecommendByTextAsync(snapshot, query, name, history, left, ReadKnobs().Text.Decay, cancellationToken);
            case "text-last":
                return RecommendByTextAsync(snapshot, query, name, history, left, decay: 0, cancellationToken);
            default:
                RecommendationSource source = snapshot.Sources.Find(name) ?? throw NotFitted(snapshot, name);
                var asked = new SourceQuery
                {
                    History = history,
                    User = query.History is null ? query.User : null,
                    Time = TimeProvider.System.GetUtcNow(),
                };
                return RecommendBySourceAsync(snapshot, query, name, source, asked, left, hasCatalog, cancellationToken);
        }

        Task<IReadOnlyList<Recommendation>> Classic(RecommendQuery asked) => RecommendAsync(
            snapshot, asked with { Source = null }, new RetrievalQuery { Item = asked.Item, Probes = asked.Probes }, cancellationToken);
    }

    private static async Task<IReadOnlyList<Recommendation>> Shown(Task<Dictionary<ItemId, Item>> shown, IEnumerable<Recommendation> found)
    {
        Dictionary<ItemId, Item> items = await shown.ConfigureAwait(false);
        return [.. found.Where(r => items.ContainsKey(r.Item.Id)).Select(r => r with { Item = items[r.Item.Id] })];
    }

    private async Task<IReadOnlyList<Recommendation>> RecommendBySourceAsync(
        EngineSnapshot snapshot, RecommendQuery query, string name, RecommendationSource source, SourceQuery asked, HashSet<ItemId> left, bool hasCatalog,
        CancellationToken cancellationToken)
    {
        Grouping? grouping = query.GroupBy is null ? null : new Grouping(query.GroupBy);
        // What is filtered is known only when it has been ranked: then more are.
        for (int count = query.Count + left.Count + RankedBeyond; ; count = (int)Math.Min(4L * count, int.MaxValue))
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<Neighbor> ranked = source.Score(asked, Math.Min(count, Math.Max(1, source.Codes.Count)));
            IReadOnlyList<Recommendation> found = [.. ranked.Select((one, place) => Of(name, new Item(one.Item), one.Score, place + 1))
                .Where(r => !left.Contains(r.Item.Id) && (hasCatalog || query.Filter?.Matches(r.Item) != false))];
            if (hasCatalog)
            {
                found = await Shown(FindShownAsync(snapshot, found.Select(r => r.Item.Id), query.Filter, cancellationToken), found).ConfigureAwait(false);
            }
            if (grouping is not null)
                found = [.. found.DistinctBy(r => grouping.Of(r.Item))];
            if (found.Count >= query.Count || ranked.Count < count)
                return [.. found.Take(query.Count).Select(r => r with { Why = source.Explain(asked, r.Item.Id) })];
        }
    }

    /// <summary>The nearest, in the index, to the unit sum of the history's text vectors, each weighing decay times the one after it.</summary>
    private async Task<IReadOnlyList<Recommendation>> RecommendByTextAsync(
        EngineSnapshot snapshot, RecommendQuery query, string name, IReadOnlyList<ItemId> history, HashSet<ItemId> left, double decay,
        CancellationToken cancellationToken)
    {
        IVectorCollection items = snapshot.RequireItems();
        IReadOnlyDictionary<ItemId, StoredItem> rows = await items.GetAsync([.. history], withVectors: true, cancellationToken).ConfigureAwait(false);
        ItemId[] known = [.. history.Where(rows.ContainsKey)];
        (int Item, float Weight)[] weights = [.. RecencyWeights.Of([.. Enumerable.Range(0, known.Length)], decay)];
        float[] sum = new float[items.Space.Dimension];
        foreach ((int place, float weight) in weights)
            TensorPrimitives.MultiplyAdd(rows[known[place]].Vector.Span, weight, sum, sum);
        if (!(TensorPrimitives.Norm<float>(sum) > 0))
            return [];
        UnitVector.Normalize(sum);
        var near = new SearchQuery
        {
            Count = query.Count,
            Filter = query.Filter,
            Exclude = [.. left, .. history],
            GroupBy = query.GroupBy,
            Probes = query.Probes,
        };
        IReadOnlyList<SearchResult> found = await SearchAsync(snapshot, sum, near, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<ItemId, StoredItem> vectors =
            await items.GetAsync([.. found.Select(result => result.Item.Id)], withVectors: true, cancellationToken).ConfigureAwait(false);
        return [.. found.Select((result, place) => Of(name, result.Item, result.Score, place + 1) with
        {
            TextScore = result.Score,
            Why = Why(result.Item.Id),
        })];

        string Why(ItemId item) => !vectors.TryGetValue(item, out StoredItem row) ? "its text is near to what you had"
            : $"its text is near to {known[weights.MaxBy(one => one.Weight * TensorPrimitives.Dot(rows[known[one.Item]].Vector.Span, row.Vector.Span)).Item]}";
    }

    /// <summary>The whole history, with the item to start from as its newest, and what is not to be recommended.</summary>
    private (IReadOnlyList<ItemId> History, HashSet<ItemId> Left) ReadWhole(RecommendQuery query)
    {
        List<ItemId> history = [.. query.History ?? []];
        HashSet<ItemId> left = [];
        if (query.User is { } user)
        {
            UserTaste taste = Records.ReadTaste(user, Options.Kinds, last: null);
            if (query.History is null)
                history.AddRange(taste.LastLiked(int.MaxValue));
            left.UnionWith(query.ExcludeSeen ?? query.History is null ? taste.Items : taste.Disliked);
        }
        if (query.Item is { } start)
            history.Add(start);
        return ([.. Enumerable.Reverse(history).Distinct().Reverse()], left);   // an item stands where it came last
    }

    private NotReadyException NotFitted(EngineSnapshot snapshot, string name)
    {
        IReadOnlyList<string> fitted = snapshot.Sources.Names;
        string there = fitted.Count == 0 ? "none is" : $"fitted are {string.Join(", ", fitted)}";
        return new(NotReadyReason.SourceNotFitted, $"The source {name} is not fitted in {Options.DataPath} ({there})",
            "call TrainAsync with it among HybridOptions.Sources");
    }

    private static Recommendation Of(string source, Item item, float score, int rank) => new()
    {
        Item = item,
        Score = score,
        Sources = [new CandidateSource(source, score, rank)],
        RetrievalRank = rank,
    };
}

using System.Numerics.Tensors;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Evaluation;

/// <summary>Judges lists of recommendations against what came next.</summary>
/// <remarks>
/// <para>A list is what was answered without items of the history, items that stood in it before and items outside the catalogue, cut at
/// <see cref="Cut"/>. With T the targets of a query, and hit(r) 1 where the item at rank r is one of them:</para>
/// <para>HR@k = 1 if any hit(r), r ≤ k. Recall@k = Σ_{r≤k} hit(r) / |T|. NDCG@k = Σ_{r≤k} hit(r)/log₂(r + 1) / Σ_{r≤min(k,|T|)} 1/log₂(r + 1).
/// MRR = 1/rank of the first hit. MAP = Σ_r hit(r)·(hits up to r)/r / min(|T|, <see cref="Cut"/>). Each is the mean over all queries; one without an
/// answer counts 0. Where only new items are ranked (<see cref="SplitKind.Cold"/>) Cold@k is their Recall@k: the share of new targets that are found
/// when k places go to new items.</para>
/// <para>Cov@k = share of the catalogue in the first k of at least one list. Gini@k of how often each item of the catalogue is in the first k: 0 all alike,
/// 1 always the same. Novelty@k = mean over lists of the mean over their first k of −log₂((c + 1)/(U + 1)), c of U users having the item in training.
/// Diversity@k = mean over lists of two or more of the mean of 1 − cosine over pairs of the first k.</para>
/// <para>Intervals: users are drawn anew with replacement; the 2.5 and 97.5 percentiles of the metric's distance from its mean over all draws, laid around
/// the value (a draw has fewer different users than the sample, so that coverage alone would lie below itself otherwise).</para>
/// </remarks>
public static class Judge
{
    /// <summary>How much of a list counts.</summary>
    public const int Cut = 100;

    private static readonly (string Name, int Least)[] Popularity = [("cold", 0), ("tail", 1), ("mid", 6), ("head", 51)];
    private static readonly (string Name, int Least)[] Lengths = [("1-4", 1), ("5-19", 5), ("20-99", 20), ("100+", 100)];

    /// <summary>Judges answers to the queries of a split.</summary>
    /// <param name="answers">By user, best first.</param>
    /// <exception cref="ArgumentException">The vectors of the options are not those of so many items.</exception>
    public static Judgement Of(Split split, IReadOnlyDictionary<UserId, IReadOnlyList<string>> answers, JudgeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(answers);
        options ??= new JudgeOptions();
        if (options.Vectors.Length % split.All.Codes.Count != 0)
            throw new ArgumentException($"{options.Vectors.Length} floats are no vectors of {split.All.Codes.Count} items.", nameof(options));
        var struck = new StruckItems();
        int[]?[] lists = [.. split.Queries.Select(query => answers.TryGetValue(query.User, out IReadOnlyList<string>? answer)
            ? struck.Clean(query, answer, split.All.Codes) : null)];
        int longest = options.Lengths.Max(), first = options.Lengths[0];
        Dictionary<string, double[]> byQuery = ScoreQueries(split, lists, options);
        ShownItems shown = new(lists, first, split.All.Codes.Count);
        int[] counts = split.Train.CountItems();
        var metrics = Bootstrap.Intervals(byQuery, options).ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach ((string name, MetricValue value) in shown.Measure(options))
            metrics.Add(name, value);
        return new Judgement
        {
            Users = lists.Length,
            Metrics = metrics,
            ByPopularity = Group(split, byQuery, query => counts[split.All.Codes.Find(query.Targets[0])], Popularity),
            ByHistory = Group(split, byQuery, query => query.History.Count, Lengths),
            Missing = lists.Count(list => list is null),
            Short = lists.Count(list => list is not null && list.Length < longest),
            StruckSeen = struck.Seen,
            StruckDuplicates = struck.Duplicates,
            StruckUnknown = struck.Unknown,
            StruckKnown = struck.Known,
            FirstUnknown = struck.FirstUnknown,
            NotAsked = answers.Count - lists.Count(list => list is not null),
            ByQuery = byQuery,
        };
    }

    private static Dictionary<string, double[]> ScoreQueries(Split split, int[]?[] lists, JudgeOptions options)
    {
        int n = lists.Length, first = options.Lengths[0];
        var scores = new Dictionary<string, double[]>();
        foreach (string name in options.Lengths.SelectMany(k => (string[])[$"HR@{k}", $"Recall@{k}", $"NDCG@{k}"]).Concat(["MRR", "MAP", $"Novelty@{first}"]))
            scores.Add(name, new double[n]);
        if (!options.Vectors.IsEmpty)
            scores.Add($"Diversity@{first}", new double[n]);
        foreach (int k in options.Lengths.Where(_ => split.NewItems is not null))
            scores.Add($"Cold@{k}", scores[$"Recall@{k}"]);
        int[] counts = split.Train.CountItems();
        int dimension = options.Vectors.Length / split.All.Codes.Count;
        for (int i = 0; i < n; i++)
        {
            HashSet<int> targets = [.. split.Queries[i].Targets.Select(split.All.Codes.Find)];
            int[] list = lists[i] ?? [];
            int[] hits = [.. Enumerable.Range(1, list.Length).Where(rank => targets.Contains(list[rank - 1]))];
            foreach (int k in options.Lengths)
            {
                int found = hits.Count(rank => rank <= k);
                scores[$"HR@{k}"][i] = found > 0 ? 1 : 0;
                scores[$"Recall@{k}"][i] = (double)found / targets.Count;
                scores[$"NDCG@{k}"][i] = hits.Where(rank => rank <= k).Sum(Gain) / Enumerable.Range(1, Math.Min(k, targets.Count)).Sum(Gain);
            }
            scores["MRR"][i] = hits.Length > 0 ? 1.0 / hits[0] : 0;
            scores["MAP"][i] = hits.Select((rank, before) => (before + 1.0) / rank).Sum() / Math.Min(targets.Count, Cut);
            int[] top = list[..Math.Min(first, list.Length)];
            scores[$"Novelty@{first}"][i] = top.Length == 0 ? double.NaN
                : top.Average(item => -Math.Log2((counts[item] + 1.0) / (split.Train.Users.Count + 1.0)));
            if (dimension > 0)
                scores[$"Diversity@{first}"][i] = top.Length < 2 ? double.NaN : DiversityOf(top, options.Vectors.Span, dimension);
        }
        return scores;
    }

    /// <summary>NDCG@k of one list.</summary>
    internal static double Ndcg(IReadOnlyList<ItemId> list, IReadOnlyCollection<ItemId> targets, int k)
    {
        double sum = 0;
        for (int rank = 1; rank <= Math.Min(k, list.Count); rank++)
            sum += targets.Contains(list[rank - 1]) ? Gain(rank) : 0;
        return sum / Enumerable.Range(1, Math.Min(k, targets.Count)).Sum(Gain);
    }

    private static double Gain(int rank) => 1 / Math.Log2(rank + 1);

    private static double DiversityOf(int[] items, ReadOnlySpan<float> vectors, int d)
    {
        double sum = 0;
        for (int i = 0; i < items.Length; i++)
        {
            for (int j = 0; j < i; j++)
                sum += 1 - TensorPrimitives.Dot(vectors.Slice(items[i] * d, d), vectors.Slice(items[j] * d, d));
        }
        return sum / (items.Length * (items.Length - 1) / 2);
    }

    private static Dictionary<string, JudgedGroup> Group(
        Split split, Dictionary<string, double[]> byQuery, Func<TestQuery, int> measure, (string Name, int Least)[] groups)
    {
        int[] sizes = [.. split.Queries.Select(measure)];
        return groups.Index().ToDictionary(group => group.Item.Name, group =>
        {
            int above = group.Index + 1 < groups.Length ? groups[group.Index + 1].Least : int.MaxValue;
            int[] members = [.. Enumerable.Range(0, sizes.Length).Where(i => sizes[i] >= group.Item.Least && sizes[i] < above)];
            return new JudgedGroup(members.Length, members.Length == 0 ? new Dictionary<string, double>()
                : byQuery.ToDictionary(metric => metric.Key, metric => members.Select(i => metric.Value[i]).Where(double.IsFinite).DefaultIfEmpty().Average()));
        });
    }

    /// <summary>Strikes from lists what does not count, and counts it.</summary>
    private sealed class StruckItems
    {
        public int Seen { get; private set; }

        public int Duplicates { get; private set; }

        public int Unknown { get; private set; }

        public int Known { get; private set; }

        public string? FirstUnknown { get; private set; }

        public int[] Clean(TestQuery query, IReadOnlyList<string> answer, Recommending.Sources.ItemCodes codes)
        {
            HashSet<int> history = [.. query.History.Select(codes.Find)], taken = [];
            var kept = new List<int>(Math.Min(answer.Count, Cut));
            foreach (string id in answer)
            {
                int item = ItemId.TryParse(id, null, out ItemId parsed) ? codes.Find(parsed) : -1;
                if (item < 0)
                {
                    Unknown++;
                    FirstUnknown ??= $"'{PlainText.Brief(id)}' for user '{query.User}'";
                }
                else if (history.Contains(item))
                {
                    Seen++;
                }
                else if (query.Among?.Contains(codes[item]) == false)
                {
                    Known++;
                }
                else if (!taken.Add(item))
                {
                    Duplicates++;
                }
                else
                {
                    kept.Add(item);
                    if (kept.Count == Cut)
                        break;
                }
            }
            return [.. kept];
        }
    }
}

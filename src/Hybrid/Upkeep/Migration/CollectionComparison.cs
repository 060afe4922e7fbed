using System.Diagnostics;
using System.Numerics.Tensors;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Evaluation;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Upkeep.Migration;

/// <summary>Asks two collections the queries of a split.</summary>
/// <param name="visible">What the records have: nothing else is an answer.</param>
internal sealed class CollectionComparison(
    Split split, IVectorCollection old, IVectorCollection @new, Func<IReadOnlyCollection<ItemId>, IReadOnlyDictionary<ItemId, Item>> visible,
    JudgeOptions judging)
{
    /// <summary>How much an item of the history counts beside the next one, and how many of the newest count.</summary>
    private const double Decay = 0.5;
    private const int MostHistory = 20, Warmup = 10, Looked = 10;
    private const string Ndcg = "NDCG@10";

    private SplitMix64 _random = new((ulong)judging.Seed);

    /// <summary>What one collection answered: by user, and how long each answer took.</summary>
    private sealed class Answers
    {
        public Dictionary<UserId, IReadOnlyList<string>> ByUser { get; } = [];

        public List<double> Times { get; } = [];

        public double BestScores { get; set; }
    }

    public async Task<MigrationComparison> RunAsync(
        string name, VerdictThresholds thresholds, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        Answers olds = new(), news = new(), again = new();
        foreach (TestQuery query in split.Queries.Take(Warmup))
        {
            await AskAsync(old, query, new(), cancellationToken).ConfigureAwait(false);
            await AskAsync(@new, query, new(), cancellationToken).ConfigureAwait(false);
        }
        foreach ((int done, TestQuery query) in split.Queries.Index())
        {
            // Who comes second finds warm what both need: neither always does.
            bool oldFirst = _random.Below(2) == 0;
            await AskAsync(oldFirst ? old : @new, query, oldFirst ? olds : news, cancellationToken).ConfigureAwait(false);
            await AskAsync(oldFirst ? @new : old, query, oldFirst ? news : olds, cancellationToken).ConfigureAwait(false);
            if (done % 10 == 0)
                await AskAsync(old, query, again, cancellationToken).ConfigureAwait(false);
            progress?.Report(done + 1);
        }
        return Report(name, thresholds, olds, news, again);
    }

    private async Task AskAsync(IVectorCollection collection, TestQuery query, Answers answers, CancellationToken cancellationToken)
    {
        long began = Stopwatch.GetTimestamp();
        ItemId[] history = [.. query.History.TakeLast(MostHistory)];
        IReadOnlyDictionary<ItemId, StoredItem> rows = await collection.GetAsync(history, withVectors: true, cancellationToken).ConfigureAwait(false);
        float[] sum = new float[collection.Space.Dimension];
        foreach (ItemId item in history)
        {
            TensorPrimitives.Multiply(sum, (float)Decay, sum);
            if (rows.TryGetValue(item, out StoredItem row))
                TensorPrimitives.Add(sum, row.Vector.Span, sum);
        }
        IReadOnlyList<Neighbor> found = [];
        if (TensorPrimitives.Norm<float>(sum) > 0)
        {
            UnitVector.Normalize(sum);
            var options = new SearchOptions { Exclude = [.. query.History] };
            found = await collection.SearchAsync(new(sum, collection.Space), Judge.Cut, options, cancellationToken).ConfigureAwait(false);
        }
        answers.Times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        IReadOnlyDictionary<ItemId, Item> known = visible([.. found.Select(one => one.Item)]);
        answers.ByUser[query.User] = [.. found.Where(one => known.ContainsKey(one.Item)).Select(one => one.Item.Value)];
        answers.BestScores += found.Count > 0 ? found[0].Score : 0;
    }

    private MigrationComparison Report(string name, VerdictThresholds thresholds, Answers olds, Answers news, Answers again)
    {
        Comparison judged = Comparison.Of(split, news.ByUser, olds.ByUser, judging);
        double[] differences = [.. judged.A.ByQuery[Ndcg].Zip(judged.B.ByQuery[Ndcg], (left, right) => left - right)];
        double mean = differences.Average(), deviation = Math.Sqrt(differences.Average(x => (x - mean) * (x - mean)));
        int[] counts = split.Train.CountItems();
        StratumComparison[] strata = [.. StrataOf(differences, counts)];
        var pairs = split.Queries.Select(query => (Old: olds.ByUser[query.User], New: news.ByUser[query.User])).ToArray();
        double slowdown = Percentile(news.Times, 0.95) / Math.Max(1e-6, Percentile(olds.Times, 0.95));
        MetricValue ahead = judged.Ahead[Ndcg];
        return new MigrationComparison
        {
            Name = name,
            Verdict = thresholds.Of(ahead, strata.Select(stratum => (stratum.Ahead, stratum.Queries)), slowdown),
            Thresholds = thresholds,
            Queries = differences.Length,
            QueriesNeeded = thresholds.QueriesNeeded(deviation),
            Old = judged.B.Metrics[Ndcg],
            New = judged.A.Metrics[Ndcg],
            Ahead = ahead,
            Strata = strata,
            OverlapAt10 = pairs.Average(pair => RankOverlap.At(pair.Old, pair.New, Looked)),
            RankBiasedOverlap = pairs.Average(pair => RankOverlap.Biased(pair.Old, pair.New)),
            ScoreShift = (news.BestScores - olds.BestScores) / differences.Length,
            OldP50 = Percentile(olds.Times, 0.5),
            OldP95 = Percentile(olds.Times, 0.95),
            NewP50 = Percentile(news.Times, 0.5),
            NewP95 = Percentile(news.Times, 0.95),
            OldCoverage = judged.B.Metrics["Cov@10"].Value,
            NewCoverage = judged.A.Metrics["Cov@10"].Value,
            OldColdShare = ColdShare(olds, counts),
            NewColdShare = ColdShare(news, counts),
            NoiseFloor = again.ByUser.Count == 0 ? 0 : split.Queries.Where(query => again.ByUser.ContainsKey(query.User)).Average(query => Math.Abs(
                NdcgOf(again.ByUser[query.User], query) - NdcgOf(olds.ByUser[query.User], query))),
        };
    }

    private IEnumerable<StratumComparison> StrataOf(double[] differences, int[] counts)
    {
        foreach ((string name, int least, int most) in PopularityBand.All)
        {
            double[] members = [.. differences.Where((_, i) => counts[split.All.Codes.Find(split.Queries[i].Targets[0])] is var count
                && count >= least && count <= most)];
            if (members.Length > 0)
                yield return new(name, members.Length, Bootstrap.Intervals(new Dictionary<string, double[]> { [Ndcg] = members }, judging).Single().Value);
        }
    }

    private double ColdShare(Answers answers, int[] counts)
    {
        string[] shown = [.. answers.ByUser.Values.SelectMany(list => list.Take(Looked))];
        return shown.Length == 0 ? 0 : shown.Average(item => split.All.Codes.Find(new ItemId(item)) is var code and >= 0 && counts[code] > 0 ? 0.0 : 1);
    }

    private static double NdcgOf(IReadOnlyList<string> list, TestQuery query) =>
        Judge.Ndcg([.. list.Select(item => new ItemId(item))], [.. query.Targets], Looked);

    private static double Percentile(List<double> values, double share) => values.Order().ElementAt((int)(share * (values.Count - 1)));
}

using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;
using Hybrid.Tests.Evaluation;

namespace Hybrid.Tests.Recommending.Sources;

/// <summary>With the knobs of the reference each source is as good as it was there, on the same split of the same set.</summary>
public sealed class SourcesGoldenTests
{
    private const double Tolerance = 0.002;

    /// <summary>Of 607: by so much R@50 of one source is better than in the reference. The formula in double, in another language, gives what is found
    /// here.</summary>
    private const double TwoUsers = 0.0034;

    /// <summary>So many that those which score like the hundredth are among them.</summary>
    private const int Enough = 1_000;

    /// <summary>Inverses of the larger sets take half a minute each, of the same code.</summary>
    private const int MostForEase = 5_000;

    [Theory]
    [InlineData("movielens-small")]
    [InlineData("movielens-small/zh")]
    [InlineData("movietweetings-100k")]
    [InlineData("online-retail, leave_last")]
    [InlineData("online-retail, session_time")]
    public void A_source_is_as_good_as_the_reference_with_its_knobs(string set)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Shared("golden", "ranking", "sources.json")));
        Split split = SharedSet.SplitOf(set);
        Dictionary<string, int> catalog = ItemFile.Read(SharedSet.ItemsOf(set.Split(", ")[0]), cancellationToken: TestContext.Current.CancellationToken)
            .Index().ToDictionary(item => item.Item.Id.Value, item => item.Index);
        var wrong = new List<string>();
        foreach (JsonProperty source in golden.RootElement.GetProperty(set).EnumerateObject())
        {
            if (Fit(source.Name, source.Value.GetProperty("knobs"), split.Train) is not { } fitted)
                continue;
            Judgement found = JudgeAll(split, fitted, catalog);
            foreach ((string theirs, string ours) in ((string, string)[])[("HR@10", "HR@10"), ("R@50", "Recall@50"), ("NDCG@10", "NDCG@10")])
            {
                double expected = source.Value.GetProperty(theirs).GetDouble(), actual = found.Metrics[ours].Value;
                if (Math.Abs(expected - actual) > (set == "movielens-small/zh" && source.Name == "sequential rules" ? TwoUsers : Tolerance))
                    wrong.Add(FormattableString.Invariant($"{source.Name}: {theirs} is {actual:F5}, in the reference {expected:F5}"));
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <remarks>The reference has equal scores in the order of the catalogue, and ranks what a source says nothing of too, at 0.</remarks>
    private static Judgement JudgeAll(Split split, RecommendationSource source, Dictionary<string, int> catalog)
    {
        var answers = new IReadOnlyList<string>[split.Queries.Count];
        Parallel.For(0, answers.Length, i =>
        {
            IReadOnlyList<Neighbor> found = source.Score(split.Queries[i].Question, Enough);
            HashSet<string> said = [.. found.Select(one => one.Item.Value)];
            // Behind a hundred of which something good is said nothing else is seen.
            IEnumerable<string> unsaid = found.Count > Judge.Cut && found[Judge.Cut].Score > 0 ? [] : catalog.Keys.Where(item => !said.Contains(item));
            answers[i] = [.. found.Select(one => (Item: one.Item.Value, one.Score)).Concat(unsaid.Select(item => (Item: item, Score: 0f)))
                .OrderByDescending(one => one.Score).ThenBy(one => catalog[one.Item]).Select(one => one.Item).Take(Judge.Cut)];
        });
        return Judge.Of(split, split.Queries.Zip(answers).ToDictionary(pair => pair.First.User, pair => pair.Second), new JudgeOptions { Resamples = 100 });
    }

    /// <returns>Null for those that need texts, or minutes.</returns>
    private static RecommendationSource? Fit(string name, JsonElement knobs, TrainingLog log)
    {
        double Number(string knob) => knobs.GetProperty(knob).GetDouble();
        return name switch
        {
            "popularity" => PopularitySource.Fit(log),
            "item-kNN, recency" => ItemKnnSource.Fit(log, new ItemKnnOptions
            {
                Shrink = Number("shrink"),
                LengthExponent = Number("row_length_exponent"),
                PopularityExponent = Number("popularity_exponent"),
                Decay = Number("decay"),
                MostRelated = 0,
            }),
            "markov" or "sequential rules" => SequentialRulesSource.Fit(log, new SequentialRulesOptions
            {
                Distance = (int)Number("distance"),
                DistanceDecay = knobs.GetProperty("decay").ValueKind == JsonValueKind.String ? null : Number("decay"),
                Back = Number("back"),
                RowExponent = Number("row_exponent"),
                ColumnExponent = Number("column_exponent"),
                Decay = knobs.TryGetProperty("query_decay", out JsonElement decay) ? decay.GetDouble() : 1,
                Last = knobs.TryGetProperty("query_last", out JsonElement last) ? last.GetInt32() : 0,
                MostRelated = 0,
            }),
            "VSTAN" => SessionKnnSource.Fit(log, new SessionKnnOptions
            {
                Neighbors = (int)Number("neighbours"),
                Decay = Number("decay"),
                Aging = Number("lambda_days") is > 0 and double days ? TimeSpan.FromDays(days) : null,
                Nearness = Number("lambda_position"),
                LengthExponent = Number("length_exponent"),
                Before = Number("before_factor"),
                IdfExponent = Number("idf_exponent"),
            }),
            "EASE" or "EASE, last 5" or "EASE, recency" when log.Items.Count <= MostForEase => EaseSource.Fit(log, new EaseOptions
            {
                Lambda = Number("lambda"),
                LengthExponent = Number("row_length_exponent"),
                Last = knobs.TryGetProperty("last", out JsonElement last) ? last.GetInt32() : 0,
                Decay = knobs.TryGetProperty("decay", out JsonElement decay) ? decay.GetDouble() : 1,
            }),
            _ => null,
        };
    }
}

using Hybrid.Catalog;
using Hybrid.Recommending.Sources;
using Hybrid.Tests.Evaluation;

namespace Hybrid.Tests.Recommending.Sources;

public sealed class SourceTests
{
    /// <summary>Nine users, the last of whom has something that nobody else has.</summary>
    private static readonly TrainingLog Log = SmallLog.Of(
        "A: a b c d", "B: a b c", "C: b c d", "D: a c", "E: d e f", "F: e f a", "G: f e", "H: b d", "I: g");

    public static TheoryData<string> Names => [.. SourceFitter.Names.Where(name => !SourceFitter.NeedsTexts(name) && name != "popularity-category")];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_source_returns_no_item_of_the_history_the_best_first_and_the_same_from_many_threads(string name)
    {
        RecommendationSource source = new SourceFitter(Log, new SourceKnobs()).Fit(name, TestContext.Current.CancellationToken);
        SourceQuery[] queries = [.. Log.Users.Select((user, i) =>
            new SourceQuery { User = user, History = [.. Log[i].ToArray().Select(item => Log.Items[item])] })];
        Neighbor[][] alone = [.. queries.Select(query => source.Score(query, 5).ToArray())];

        Parallel.For(0, 200, i => Assert.Equal(alone[i % alone.Length], source.Score(queries[i % alone.Length], 5)));

        foreach ((SourceQuery query, Neighbor[] answer) in queries.Zip(alone))
        {
            Assert.Empty(answer.Select(found => found.Item).Intersect(query.History));
            Assert.Equal(answer.OrderByDescending(found => found.Score).ThenBy(found => found.Item), answer);
            Assert.All(answer, found => Assert.NotEmpty(source.Explain(query, found.Item)));
        }
        Assert.Contains(alone, answer => answer.Length > 0);
        Assert.Equal(name.StartsWith("popularity", StringComparison.Ordinal), source.Score(new SourceQuery { History = ["unknown"] }).Count > 0);
    }

    [Fact]
    public void Popularity_counts_users_and_old_events_less_where_it_forgets()
    {
        Assert.Equal("b c d", AnswerOf(PopularitySource.Fit(Log), 3, "a", "e", "f", "g"));
        var log = SmallLog.Of("A: a", "B: a", "C: a", "D: | | | b", "E: b");
        Assert.Equal("a b", AnswerOf(PopularitySource.Fit(log), 2));
        Assert.Equal("b a", AnswerOf(PopularitySource.Fit(log, new PopularityOptions { HalfLife = TimeSpan.FromDays(1) }), 2));
        Assert.Equal("d", AnswerOf(PopularitySource.Fit(Log, new PopularityOptions { Category = item => item.Value is "d" or "e" ? "tea" : "toys" }), 5, "e"));
    }

    [Fact]
    public void Item_knn_is_the_formula_by_hand()
    {
        ItemKnnSource source = ItemKnnSource.Fit(
            Log, new ItemKnnOptions { LengthExponent = 0, Decay = 0.5, Shrink = 1 }, TestContext.Current.CancellationToken);
        Neighbor found = source.Score(new SourceQuery { History = ["b", "c"] }).Single(one => one.Item == new ItemId("d"));
        // b is had by 4, c by 4, d by 4; b and d by 3, c and d by 2.
        Assert.Equal((0.5 * 3 / 5) + (2.0 / 5), found.Score, tolerance: 1e-6);
    }

    [Fact]
    public void Sequential_rules_are_the_formula_by_hand()
    {
        SequentialRulesSource source = SequentialRulesSource.Fit(
            SmallLog.Of("A: a b c", "B: a c", "C: c a"),
            new SequentialRulesOptions { Distance = 2, Back = 0.5, RowExponent = 1, ColumnExponent = 0, Decay = 1 }, TestContext.Current.CancellationToken);
        // From a: b 1; c 1/2 and 1, and half of 1 that came before. The row is 1 + 2 and 1 more.
        Neighbor[] found = [.. source.Score(new SourceQuery { History = ["a"] })];
        Assert.Equal("c b", string.Join(' ', found.Select(one => one.Item)));
        Assert.Equal([2.0 / 4, 1.0 / 4], found.Select(one => Math.Round(one.Score, 6)));
    }

    [Fact]
    public void Fewer_related_items_are_the_strongest_of_all()
    {
        var all = new ItemKnnOptions { MostRelated = 0, Decay = 0 };
        CancellationToken token = TestContext.Current.CancellationToken;
        Assert.Equal(AnswerOf(ItemKnnSource.Fit(Log, all, token), 2, "c"), AnswerOf(ItemKnnSource.Fit(Log, all with { MostRelated = 2 }, token), 9, "c"));
    }

    [Fact]
    public void A_session_is_not_compared_with_itself()
    {
        SessionKnnSource source = SessionKnnSource.Fit(SmallLog.Of("A: a x", "B: a b", "C: c d"));
        Assert.Equal("b", string.Join(' ', source.Score(new SourceQuery { User = "A", History = ["a"] }).Select(found => found.Item)));
        Assert.Equal("b x", string.Join(' ', source.Score(new SourceQuery { History = ["a"] }).Select(found => found.Item).Order()));
    }

    [Fact]
    public void Ease_is_the_inverse_by_hand()
    {
        EaseSource source = EaseSource.Fit(Log, new EaseOptions { Lambda = 2, Decay = 1 }, TestContext.Current.CancellationToken);
        double[,] p = InverseOfGram(Log, 2);
        foreach (Neighbor found in source.Score(new SourceQuery { History = ["b"] }))
        {
            (int i, int j) = (Log.Items.Index().First(item => item.Item.Value == "b").Index, Log.Items.Index().First(item => item.Item == found.Item).Index);
            Assert.Equal(-p[i, j] / p[j, j], found.Score, tolerance: 1e-5);
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(640)]
    public void A_matrix_times_its_inverse_is_the_identity(int side)
    {
        var random = new Random(side);
        float[] a = new float[side * side];
        for (int i = 0; i < side; i++)
        {
            for (int j = 0; j <= i; j++)
                a[(i * side) + j] = a[(j * side) + i] = i == j ? side : (float)random.NextDouble();
        }
        float[] inverse = [.. a];
        SymmetricInverse.NegativeInverse(inverse, side, TestContext.Current.CancellationToken);
        for (int i = 0; i < side; i += 7)
        {
            for (int j = 0; j < side; j++)
            {
                double sum = 0;
                for (int k = 0; k < side; k++)
                    sum += a[(i * side) + k] * (double)-inverse[(Math.Min(k, j) * side) + Math.Max(k, j)];
                Assert.Equal(i == j ? 1 : 0, sum, tolerance: 1e-4);
            }
        }
    }

    [Fact]
    public void What_is_out_of_range_is_refused_with_the_range()
    {
        Assert.Contains("Decay takes 0 to 1, not 2.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ItemKnnOptions { Decay = 2 }).Message, StringComparison.Ordinal);
        Assert.Contains("Distance takes 1 or more, not 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SequentialRulesOptions { Distance = 0 }).Message, StringComparison.Ordinal);
        var fitter = new SourceFitter(Log, new SourceKnobs());
        Assert.Contains("There is no source 'best'. Sources: popularity,",
            Assert.Throws<ArgumentException>(() => fitter.Fit("best", TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    private static string AnswerOf(RecommendationSource source, int count, params string[] history) =>
        string.Join(' ', source.Score(new SourceQuery { History = [.. history.Select(item => new ItemId(item))] }, count).Select(found => found.Item));

    private static double[,] InverseOfGram(TrainingLog log, double lambda)
    {
        int n = log.Items.Count;
        double[,] a = new double[n, 2 * n];
        for (int user = 0; user < log.Users.Count; user++)
        {
            foreach (int i in log[user])
            {
                foreach (int j in log[user])
                    a[i, j]++;
            }
        }
        for (int i = 0; i < n; i++)
            (a[i, i], a[i, n + i]) = (a[i, i] + lambda, 1);
        for (int p = 0; p < n; p++)
        {
            double pivot = a[p, p];
            for (int j = 0; j < 2 * n; j++)
                a[p, j] /= pivot;
            for (int i = 0; i < n; i++)
            {
                double factor = i == p ? 0 : a[i, p];
                for (int j = 0; j < 2 * n; j++)
                    a[i, j] -= factor * a[p, j];
            }
        }
        double[,] inverse = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                inverse[i, j] = a[i, n + j];
        }
        return inverse;
    }
}

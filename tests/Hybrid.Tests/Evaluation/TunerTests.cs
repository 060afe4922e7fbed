using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;

namespace Hybrid.Tests.Evaluation;

public sealed class TunerTests : IDisposable
{
    private const string Rules = "sequential-rules";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Knobs_that_are_better_on_the_split_are_chosen_the_same_ones_for_one_seed()
    {
        // What comes next follows from the last item; the many who had a, b and c lead to w.
        Split split = SplitOf(user => user < 40 ? $"a b c x{user % 4} y{user % 4}" : "a b c w v", asked: 20);
        var start = new SourceKnobs { SequentialRules = new() { Decay = 1 } };

        TunedSource tuned = new Tuner(split).Tune(Rules, start, cancellationToken: Token);
        TunedSource again = new Tuner(split).Tune(Rules, start, cancellationToken: Token);

        Assert.True(tuned.After > tuned.Before, $"{tuned.Before} → {tuned.After}");
        Assert.True(tuned.IsComplete);
        Assert.Equal(tuned, again);
        Assert.Equal(tuned.After, new Tuner(split).Tune(Rules, tuned.Knobs, cancellationToken: Token).Before);
    }

    [Fact]
    public void Where_older_items_say_as_much_as_the_newest_they_count_as_much()
    {
        // The first of three says what the last is; the two between are noise.
        var random = new Random(3);
        Split split = SplitOf(user => $"s{user % 5} n{random.Next(40)} m{random.Next(40)} k{random.Next(40)} e{user % 5}", asked: 60);

        TunedSource tuned = new Tuner(split).Tune("item-knn", new SourceKnobs { ItemKnn = new() { Decay = 0.5 } }, cancellationToken: Token);

        Assert.Equal(1, tuned.Knobs.ItemKnn.Decay);
    }

    [Fact]
    public void What_was_cut_short_goes_on_and_ends_where_it_would_have()
    {
        Split split = SplitOf(user => $"a{user % 7} b{user % 3} c{user % 5} d{user % 2} e{user % 4}");
        string path = _folder.File("trials.jsonl");
        TunedSource whole;
        using (var trials = TrialFile.Open(path, split))
            whole = new Tuner(split, trials: trials).Tune(Rules, new SourceKnobs(), cancellationToken: Token);
        string[] lines = File.ReadAllLines(path);
        File.WriteAllText(path, string.Join('\n', lines[..5]) + "\n" + lines[5][..9]);   // killed while it wrote

        using (var trials = TrialFile.Open(path, split))
        {
            Assert.Equal(4, trials.Found);
            TunedSource resumed = new Tuner(split, trials: trials).Tune(Rules, new SourceKnobs(), cancellationToken: Token);
            Assert.Equal(whole, resumed);
        }

        Assert.Equal(lines, File.ReadAllLines(path));
    }

    [Fact]
    public void Trials_on_other_events_are_not_taken_for_these()
    {
        string path = _folder.File("trials.jsonl");
        Split split = SplitOf(user => $"a b c d e"), other = SplitOf(user => $"a b c e d");
        using (var trials = TrialFile.Open(path, split))
            new Tuner(split, trials: trials).Tune("markov", new SourceKnobs(), cancellationToken: Token);

        using var anew = TrialFile.Open(path, other);

        Assert.Equal((0, true), (anew.Found, anew.WasOfAnother));
    }

    [Fact]
    public void When_the_time_is_over_the_best_so_far_counts()
    {
        Split split = SplitOf(user => $"a b c d e");

        TunedSource tuned = new Tuner(split).Tune(Rules, new SourceKnobs(), new TuneOptions { Time = TimeSpan.FromTicks(1) }, cancellationToken: Token);

        Assert.Equal((1, false, tuned.Before), (tuned.Trials, tuned.IsComplete, tuned.After));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_source_with_knobs_can_be_tuned_and_what_need_not_be_fitted_anew_scores_as_if_it_were(string name)
    {
        Split split = SplitOf(user => $"a{user % 7} b{user % 3} c{user % 5} d{user % 2} e{user % 4}");
        float[] vectors = [.. Enumerable.Range(0, split.Train.Items.Count * 2).Select(i => (i % 2 == 0 ? 0.6f : 0.8f) * (i % 3 == 0 ? -1 : 1))];
        var texts = new ItemTexts(vectors, 2);

        var start = new SourceKnobs { Behavior = new() { Workers = 1, Epochs = 2, VectorSize = 4 } };
        TunedSource tuned = new Tuner(split, texts).Tune(name, start, new TuneOptions { Time = TimeSpan.FromSeconds(5) }, cancellationToken: Token);
        TunedSource anew =
            new Tuner(split, texts).Tune(name, tuned.Knobs, new TuneOptions { Time = TimeSpan.FromTicks(1) }, cancellationToken: Token);

        Assert.True(tuned.After >= tuned.Before);
        Assert.Equal(tuned.After, anew.Before);
    }

    public static TheoryData<string> Names => [.. Tuner.Sources];

    /// <summary>Of 140 users the first ones are asked for their last item; all others are only learned from.</summary>
    private static Split SplitOf(Func<int, string> items, int asked = 40) => Split.Make(
        SmallLog.Of([.. Enumerable.Range(0, 140).Select(user => $"U{user}: {(user < asked ? $"q{user} " : "")}{items(user)}")]),
        new SplitOptions { MinEvents = 6 });
}

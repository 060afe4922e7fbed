using Hybrid.Recommending.Sources;
using Hybrid.Tests.Evaluation;

namespace Hybrid.Tests.Recommending.Sources;

public sealed class SavedSourcesTests : IDisposable
{
    private static readonly TrainingLog Log = SmallLog.Of(
        "A: a b c d", "B: a b c", "C: b c d | e", "D: a c", "E: d e f", "F: e f a", "G: f e", "H: b d", "I: g");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. SavedSources.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_source_answers_and_explains_from_its_file_as_it_did(string name)
    {
        RecommendationSource before = Fit(Log, name);
        string log = SavedSources.SaveLog(Log, _folder.Path), file = SavedSources.Save(before, name, _folder.Path, log);

        TrainingLog read = SavedSources.LoadLog(_folder.Path, log);
        RecommendationSource after = SavedSources.Load(_folder.Path, file, name, read, log);

        Assert.Equal(before.Name, after.Name);
        for (int user = 0; user < Log.Users.Count; user++)
        {
            var query = new SourceQuery
            {
                User = Log.Users[user],
                History = [.. Log[user].ToArray().Select(item => Log.Items[item])],
                Time = new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero),
            };
            Assert.Equal(before.Score(query), after.Score(query));
            Assert.All(before.Score(query), found => Assert.Equal(before.Explain(query, found.Item), after.Explain(query, found.Item)));
        }
        Assert.Equal(Log.Users, read.Users);
        Assert.True(Log.BasketsOf(2).SequenceEqual(read.BasketsOf(2)));
    }

    [Fact]
    public void Any_damage_to_a_file_is_said_with_its_name()
    {
        string log = SavedSources.SaveLog(Log, _folder.Path), name = SavedSources.Save(Fit(Log, "item-knn"), "item-knn", _folder.Path, log);
        string file = _folder.File(name);
        byte[] whole = File.ReadAllBytes(file);
        for (int at = 0; at < whole.Length; at += 7)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x20;
            File.WriteAllBytes(file, damaged);
            AssertRefused("");
        }
        File.WriteAllBytes(file, whole[..^9]);
        AssertRefused("cut short");
        File.WriteAllBytes(file, []);
        AssertRefused("cut short");
        File.Delete(file);
        AssertRefused("no such file");

        void AssertRefused(string reason)
        {
            SourceException refused = Assert.Throws<SourceException>(() => SavedSources.Load(_folder.Path, name, "item-knn", Log, log));
            Assert.StartsWith(file + ": load failed: ", refused.Message, StringComparison.Ordinal);
            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_of_another_source_or_another_log_is_refused()
    {
        string log = SavedSources.SaveLog(Log, _folder.Path), file = SavedSources.Save(Fit(Log, "markov"), "markov", _folder.Path, log);

        Assert.Contains("holds markov, not item-knn", Refusal("item-knn", log), StringComparison.Ordinal);
        Assert.Contains("another log", Refusal("markov", "source-log-0.bin"), StringComparison.Ordinal);

        string Refusal(string name, string logFile) =>
            Assert.Throws<SourceException>(() => SavedSources.Load(_folder.Path, file, name, Log, logFile)).Message;
    }

    private static RecommendationSource Fit(TrainingLog log, string name) =>
        new SourceFitter(log, new SourceKnobs(), category: item => item.Value is "d" or "e" ? "tea" : "toys").Fit(name, TestContext.Current.CancellationToken);
}

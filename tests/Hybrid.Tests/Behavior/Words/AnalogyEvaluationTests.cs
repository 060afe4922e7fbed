using System.Text.Json;
using Hybrid.Behavior.Words;
using Hybrid.Catalog;

namespace Hybrid.Tests.Behavior.Words;

public sealed class AnalogyEvaluationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_section_is_as_accurate_as_gensim_says(int workers)
    {
        JsonElement golden = Shared.Json("glove.json");
        IReadOnlyList<AnalogySection> sections = AnalogySection.Read(Shared.QuestionsFile, Token);

        AnalogyReport report = Shared.Glove().Evaluate(sections, new AnalogyOptions { Workers = workers }, cancellationToken: Token);

        Assert.Equal(
            golden.GetProperty("sections").EnumerateArray().SkipLast(1)
                .Select(s => (s.GetProperty("section").GetString(), s.GetProperty("correct").GetInt32(), s.GetProperty("incorrect").GetInt32())),
            report.Sections.Select(s => ((string?)s.Section, s.Correct, s.Incorrect)));
        Assert.Equal(golden.GetProperty("accuracy").GetDouble(), report.Total.Accuracy);
        Assert.Equal(19_544, report.Total.Correct + report.Total.Incorrect + report.Total.Unknown);
    }

    [Fact]
    public void Answers_are_those_of_a_search_for_each_question()
    {
        // Numbers of a few halves, so that equal scores are many and sums are exact.
        var random = new Random(5);
        string[] keys = [.. Enumerable.Range(0, 150).Select(i => $"w{random.Next(1_000_000)}-{i}")];
        float[] numbers = [.. Enumerable.Range(0, 150 * 4).Select(_ => random.Next(2) - 0.5f)];
        var vectors = new WordVectors(keys, numbers, 4);
        AnalogyQuestion[] questions = [.. Enumerable.Range(0, 200).Select(_ =>
        {
            int[] rows = [.. Enumerable.Range(0, 150).OrderBy(_ => random.Next()).Take(3)];
            string[] given = [.. rows.Select(row => keys[row])];
            var sum = new float[4];
            for (int i = 0; i < 4; i++)
                sum[i] = numbers[rows[1] * 4 + i] + numbers[rows[2] * 4 + i] - numbers[rows[0] * 4 + i];
            string best = keys.Except(given).OrderByDescending(key => Enumerable.Range(0, 4).Sum(i => sum[i] * numbers[Array.IndexOf(keys, key) * 4 + i]))
                .ThenBy(key => key, Comparer<string>.Create(Utf8Order.Compare)).First();
            return new AnalogyQuestion(given[0], given[1], given[2], best);
        })];

        Assert.Equal(new AnalogyScore("all", 200, 0, 0), vectors.Evaluate([new("all", questions)], cancellationToken: Token).Total with { Section = "all" });
    }

    [Fact]
    public void Case_and_unknown_words_and_the_first_keys_are_as_the_options_say()
    {
        // The answer is the nearest to b − a + c: D (0, 1) for A (1, 0), B (1, 1), C (0, 0.1); "d" stands behind it.
        var vectors = new WordVectors(["A", "B", "C", "D", "d"], new float[] { 1, 0, 1, 1, 0, 0.1f, 0, 1, -1, -1 }, 2);
        AnalogySection[] asked = [new("one", [new("a", "b", "c", "d"), new("a", "b", "c", "x")]), new("none", [])];

        AnalogyReport loose = vectors.Evaluate(asked, cancellationToken: Token);
        Assert.Equal([new("one", 1, 0, 1), new("none", 0, 0, 0)], loose.Sections);
        Assert.Null(loose.Sections[1].Accuracy);
        Assert.Equal(new AnalogyScore("total", 1, 1, 1), vectors.Evaluate(asked, new AnalogyOptions { CountUnknown = true }, cancellationToken: Token).Total);
        Assert.Equal(new AnalogyScore("total", 0, 0, 2), vectors.Evaluate(asked, new AnalogyOptions { IgnoreCase = false }, cancellationToken: Token).Total);
        Assert.Equal(new AnalogyScore("total", 0, 0, 2), vectors.Evaluate(asked, new AnalogyOptions { First = 3 }, cancellationToken: Token).Total);
    }

    [Fact]
    public void Questions_that_are_none_are_refused_with_their_line()
    {
        Refused("a b c d\n", ":1: a question stands before the first section; a line \": section\" is expected before it");
        Refused(": one\n\na b c d\na b c\n", ":4: the line has 3 words; \"a b c d\" or \": section\" is expected");
        Refused(": one\n", ": it has no questions; lines \": section\" and \"a b c d\" are expected");

        void Refused(string text, string reason)
        {
            string file = _folder.File("questions.txt");
            File.WriteAllText(file, text);
            Assert.Equal(file + reason, Assert.Throws<DataFileException>(() => AnalogySection.Read(file, Token)).Message);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}

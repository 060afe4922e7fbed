using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Evaluation;

namespace Hybrid.Tests.Evaluation;

public sealed class PredictionFileTests
{
    [Fact]
    public async Task Ids_that_another_system_wrote_as_numbers_are_read()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("a.jsonl"), "{\"user\": 7, \"items\": [101, \"b\"], \"note\": 1}\n\n", TestContext.Current.CancellationToken);
        KeyValuePair<UserId, IReadOnlyList<string>> answer = Assert.Single(PredictionFile.Read(folder.File("a.jsonl")));
        Assert.Equal(("7", "101 b"), (answer.Key.Value, string.Join(' ', answer.Value)));
    }

    [Theory]
    [InlineData("{\"user\": \"A\", \"items\": [\"a\"]}\n{\"user\": \"A\", \"items\": []}", ":2: user 'A' was answered on line 1 already")]
    [InlineData("{\"user\": \"A\", \"items\": [\"a\"]", ":1: is not a line like {\"user\"")]
    [InlineData("{\"user\": \"A\", \"items\": [null]}", ":1: is not a line like {\"user\"")]
    [InlineData("{\"items\": [\"a\"]}", ":1: is not a line like {\"user\"")]
    [InlineData("{\"user\": \"\", \"items\": []}", ":1: \"user\" is '', which is no user id")]
    public async Task A_line_that_cannot_be_judged_is_named(string content, string error)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("a.jsonl"), content, TestContext.Current.CancellationToken);
        DataFileException refused = Assert.Throws<DataFileException>(() => PredictionFile.Read(folder.File("a.jsonl")));
        Assert.Contains(error, refused.Message, StringComparison.Ordinal);
    }
}

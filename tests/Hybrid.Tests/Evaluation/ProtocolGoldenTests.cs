using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;

namespace Hybrid.Tests.Evaluation;

/// <summary>Splits and numbers are those of ../shared/data/eval_protocol.py, which is run beside.</summary>
public sealed class ProtocolGoldenTests
{
    private const string Set = "movielens-small/zh";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SplitKind.LeaveLast, "leave_last", 5_000)]
    [InlineData(SplitKind.LeaveLast, "leave_last", 100)]
    [InlineData(SplitKind.LaterSessions, "session_time", 5_000)]
    public async Task A_split_asks_whom_the_reference_asks_and_learns_from_what_it_learns_from(SplitKind kind, string mode, int users)
    {
        using var folder = new TemporaryFolder();
        string protocol = RepositoryFiles.Shared("data", "eval_protocol.py");
        await RunPythonAsync(protocol, "make-split", "--events", SharedSet.EventsOf(Set), "--items", SharedSet.ItemsOf(Set), "--out", folder.Path,
            "--mode", mode, "--sample", $"{users}");

        var split = Split.Make(ReadLog(), new SplitOptions { Kind = kind, Users = users });

        string[] theirs = await File.ReadAllLinesAsync(folder.File("test.jsonl"), Token);
        Assert.Equal(theirs.Length, split.Queries.Count);
        foreach ((string line, TestQuery query) in theirs.Zip(split.Queries))
        {
            JsonElement expected = JsonDocument.Parse(line).RootElement;
            Assert.Equal(expected.GetProperty("user").GetString(), query.User.Value);
            Assert.Equal(expected.GetProperty("history").EnumerateArray().Select(item => item.GetString()), query.History.Select(item => item.Value));
            Assert.Equal(expected.GetProperty("target").GetString(), Assert.Single(query.Targets).Value);
        }
        await using var packed = new GZipStream(File.OpenRead(folder.File("train.csv.gz")), CompressionMode.Decompress);
        using var train = new StreamReader(packed);
        string[] rows = [.. (await train.ReadToEndAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(FirstTwo)];
        Assert.Equal(rows, Enumerable.Range(0, split.Train.Users.Count).SelectMany(
            user => split.Train[user].ToArray().Select(item => $"{split.Train.Users[user]},{split.Train.Items[item]}")));
    }

    [Fact]
    public async Task A_system_gets_the_numbers_that_the_reference_gives_it()
    {
        using var folder = new TemporaryFolder();
        string protocol = RepositoryFiles.Shared("data", "eval_protocol.py");
        await RunPythonAsync(protocol, "make-split", "--events", SharedSet.EventsOf(Set), "--items", SharedSet.ItemsOf(Set), "--out", folder.Path);
        var split = Split.Make(ReadLog());
        ItemKnnSource source = ItemKnnSource.Fit(split.Train, cancellationToken: Token);
        // Some have no answer, some a short one, and some items of the history, twice the same, or none of the catalogue.
        var answers = new Dictionary<UserId, IReadOnlyList<string>>();
        foreach ((int i, TestQuery query) in split.Queries.Index().Where(query => query.Index % 13 != 0))
        {
            List<string> items = [.. source.Score(query.Question, i % 7 == 0 ? 5 : 150).Select(found => found.Item.Value)];
            if (i % 3 == 0)
                items.InsertRange(1, [query.History[0].Value, items[0], "no such item"]);
            answers.Add(query.User, items);
        }
        string file = folder.File("predictions.jsonl");
        PredictionFile.Write(file, split.Queries.Where(query => answers.ContainsKey(query.User)), answers);

        JsonElement expected = JsonDocument.Parse(
            await RunPythonAsync(protocol, "score", "--split", folder.Path, "--pred", file, "--by-popularity", "--json")).RootElement;
        Judgement actual = Judge.Of(split, PredictionFile.Read(file));

        Assert.All((string[])["HR@10", "Recall@50", "NDCG@10", "MRR", "Cov@10"], name =>
            Assert.Equal(expected.GetProperty(name).GetDouble(), actual.Metrics[name].Value, tolerance: 1e-9));
        Assert.Equal(expected.GetProperty("struck").GetInt32(), actual.StruckSeen + actual.StruckDuplicates + actual.StruckUnknown);
        Assert.Equal(expected.GetProperty("missing").GetInt32(), actual.Missing);
        foreach (JsonProperty group in expected.GetProperty("by_popularity").EnumerateObject())
        {
            JudgedGroup found = actual.ByPopularity[group.Name];
            Assert.Equal(group.Value.GetProperty("users").GetInt32(), found.Users);
            foreach (string name in ((string[])["HR@10", "Recall@50", "NDCG@10", "MRR"]).Where(_ => found.Users > 0))
                Assert.Equal(group.Value.GetProperty(name).GetDouble(), found.Metrics[name], tolerance: 1e-9);
        }
    }

    private static TrainingLog ReadLog() => TrainingLog.From(
        EventFile.Read(SharedSet.EventsOf(Set)), ItemFile.Read(SharedSet.ItemsOf(Set)).Select(item => item.Id), cancellationToken: Token);

    private static string FirstTwo(string row) => string.Join(',', row.Split(',')[..2]);

    private static async Task<string> RunPythonAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("python3 did not start.");
        Task<string> errors = process.StandardError.ReadToEndAsync(Token);
        string output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}

using System.IO.Compression;
using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;
using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Evaluation;

/// <summary>Items that nobody has in training: only their texts can find them.</summary>
public sealed class ColdSplitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void New_items_are_in_no_event_that_is_learned_from_and_only_they_are_ranked()
    {
        var log = SmallLog.Of([.. Enumerable.Range(0, 40).Select(user => $"U{user}: a{user % 9} b{user % 7} c{user % 5} d{user % 8} e{user % 6} f{user % 4}")]);

        var split = Split.Make(log, new SplitOptions { Kind = SplitKind.Cold, ColdShare = 0.2 });

        HashSet<ItemId> cold = [.. split.NewItems!];   // ! : this split has them
        Assert.Equal(8, cold.Count);   // of 39
        Assert.NotEmpty(split.Queries);
        for (int user = 0; user < split.Train.Users.Count; user++)
            Assert.DoesNotContain(split.Train[user].ToArray(), item => cold.Contains(split.Train.Items[item]));
        foreach (TestQuery query in split.Queries)
        {
            Assert.Contains(Assert.Single(query.Targets), cold);
            Assert.Empty(query.History.Intersect(cold));
            int user = log.Users.Index().Single(one => one.Item == query.User).Index;
            ItemId[] all = [.. log[user].ToArray().Select(item => log.Items[item])];
            int target = Array.IndexOf(all, query.Targets[0]);
            Assert.Equal(all[..target].Where(item => !cold.Contains(item)), query.History);
            Assert.DoesNotContain(all[(target + 1)..], cold.Contains);
        }
        // What shoppers did says nothing of them; what nothing is said of is not recommended.
        Assert.All(split.Queries, query => Assert.Empty(SequentialRulesSource.Fit(split.Train, cancellationToken: Token).Score(query.Question)));
        Assert.Equal(split.Queries.Select(query => query.User), Split.Make(log, split.Options).Queries.Select(query => query.User));
    }

    [Fact]
    public void Answers_with_known_items_are_struck_and_the_share_of_new_targets_that_are_found_is_a_metric_of_its_own()
    {
        var log = SmallLog.Of([.. Enumerable.Range(0, 40).Select(user => $"U{user}: a{user % 9} b{user % 7} c{user % 5} d{user % 8} e{user % 6} f{user % 4}")]);
        var split = Split.Make(log, new SplitOptions { Kind = SplitKind.Cold, ColdShare = 0.2 });
        ItemId known = log.Items.First(item => !split.NewItems!.Contains(item));   // ! : this split has them

        var judged = Judge.Of(split, split.Queries.Index().ToDictionary(query => query.Item.User, query => (IReadOnlyList<string>)(
            query.Index % 2 == 0 ? [known.Value, query.Item.Targets[0].Value] : [known.Value])), new JudgeOptions { Lengths = [1], Resamples = 100 });

        Assert.Equal((split.Queries.Count + 1) / 2 / (double)split.Queries.Count, judged.Metrics["Cold@1"].Value, tolerance: 1e-12);
        Assert.True(judged.StruckKnown > 0);
        Assert.Contains(judged.Warnings, warning => warning.Contains("not among the new ones", StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_find_as_many_new_items_as_in_the_reference()
    {
        const string Set = "online-retail";
        string folder = Path.GetDirectoryName(RepositoryFiles.Shared("golden", "ranking", "cold", Set, "new.txt")) ?? "";
        ItemId[] ReadItems(string file) => [.. File.ReadLines(Path.Combine(folder, file)).Where(line => line.Length > 0).Select(line => new ItemId(line))];
        HashSet<ItemId> cold = [.. ReadItems("new.txt")];
        TrainingLog all = SharedSet.SplitOf(Set).Train;
        TrainingLog train = all.Without(cold.Concat(ReadItems("choose.txt")).Select(item => all.Codes.Find(item)).ToHashSet());
        Item[] items = [.. ItemFile.Read(SharedSet.ItemsOf(Set), cancellationToken: Token).OrderBy(item => item.Id)];
        using TextEncoder encoder = TextEncoder.Load(MiniLm.Folder);
        float[] vectors = new float[items.Length * encoder.Dimension];
        encoder.Encode([.. items.Select(item => item.Text.Length > 0 ? item.Text : item.Title)], TextRole.Passage, vectors, Token);
        using var packed = new GZipStream(File.OpenRead(Path.Combine(folder, "new.jsonl.gz")), CompressionMode.Decompress);
        using var lines = new StreamReader(packed);
        JsonElement[] queries = [.. lines.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

        // .231 and .307 as the reference has them, which rounds.
        Assert.Equal(0.231, ShareFound(decay: 1, last: 5), tolerance: 0.003);
        Assert.Equal(0.307, ShareFound(decay: 0, last: 1), tolerance: 0.003);

        double ShareFound(double decay, int last)
        {
            var source = VectorSource.OfTexts(train, vectors, encoder.Dimension, new VectorSourceOptions { Decay = decay });
            return queries.AsParallel().Average(query =>
            {
                ItemId[] history = [.. query.GetProperty("history").EnumerateArray().Select(item => new ItemId(item.GetString() ?? "")).TakeLast(last)];
                var target = new ItemId(query.GetProperty("target").GetString() ?? "");
                return source.Score(new SourceQuery { History = history, Among = cold }, 10).Any(found => found.Item == target) ? 1 : 0;
            });
        }
    }
}

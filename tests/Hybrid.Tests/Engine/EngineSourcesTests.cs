using System.Diagnostics;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Recommending.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Hybrid.Tests.Engine;

/// <summary>Sources are fitted by training, kept in the data folder, and answer by name.</summary>
public sealed class EngineSourcesTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Every_source_that_is_fitted_answers_by_name_and_says_why_in_this_process_and_the_next()
    {
        await using (HybridEngine engine = await OpenTrainedAsync(SavedSources.Names))
            await AssertAllAnswerAsync(engine);

        await using HybridEngine next = await _shop.OpenAsync();
        await AssertAllAnswerAsync(next);
        Assert.Equal(SavedSources.Names, (await next.ReadStatusAsync(Token)).Sources);

        static async Task AssertAllAnswerAsync(HybridEngine engine)
        {
            foreach (string name in SourceFitter.Names)
            {
                IReadOnlyList<Recommendation> found = await engine.RecommendAsync(new() { History = ["P4", "P5"], Source = name, Count = 3 }, Token);
                Assert.NotEmpty(found);
                Assert.Empty(Shop.Ids(found).Intersect(["P4", "P5"]));
                Assert.All(found, r => Assert.NotEmpty(r.Why));
                Assert.All(found, r => Assert.NotEmpty(r.Item.Title));
                if (SavedSources.Names.Contains(name))
                    Assert.All(found, r => Assert.Equal((name, r.Score), (Assert.Single(r.Sources).Name, r.Sources[0].Score)));
            }
        }
    }

    [Fact]
    public async Task A_session_like_the_users_is_the_reason_and_the_users_own_is_none()
    {
        await using HybridEngine engine = await OpenTrainedAsync(null);

        // a0 had P4, P5, P6; nineteen others did too.
        IReadOnlyList<Recommendation> found = await engine.RecommendAsync(new() { History = ["P4", "P5"], User = "a0", Source = "session-knn" }, Token);
        IReadOnlyList<Recommendation> own = await engine.RecommendAsync(new() { User = "a0", Source = "session-knn" }, Token);

        Assert.Equal("P6", found[0].Item.Id.Value);
        Assert.Equal("20 shoppers with a session like yours had it next", found[0].Why);
        Assert.DoesNotContain(Shop.Ids(own), id => id is "P4" or "P5" or "P6");
    }

    [Fact]
    public async Task What_is_filtered_excluded_disliked_or_had_does_not_return_and_of_a_group_only_the_best_does()
    {
        await using HybridEngine engine = await OpenTrainedAsync(null);
        await engine.AppendAsync([new("me", "P4", "view", null), new("me", "P2", "dislike", null)], Token);

        async Task<string[]> AskAsync(RecommendQuery query) => Shop.Ids(await engine.RecommendAsync(query with { Source = "sequential-rules" }, Token));

        Assert.Equal(["P5", "P6"], await AskAsync(new() { User = "me" }));
        Assert.Equal(["P6"], await AskAsync(new() { User = "me", Exclude = ["P5"] }));
        Assert.Equal(["P5"], await AskAsync(new() { User = "me", GroupBy = "category" }));
        Assert.Equal(["P2"], await AskAsync(new() { History = ["P6"], Filter = Filter.Parse("category == \"audio\"") }));
        Assert.Equal(["P5", "P6", "P2"], await AskAsync(new() { Item = "P4" }));
    }

    [Fact]
    public async Task Classic_by_name_starts_from_the_last_item_and_classic_history_is_the_default_for_a_history()
    {
        await using HybridEngine engine = await OpenTrainedAsync(null);
        var history = new RecommendQuery { History = ["P5", "P4"], Count = 4 };

        async Task<string[]> AskAsync(RecommendQuery query) => Shop.Ids(await engine.RecommendAsync(query, Token));

        Assert.Equal(await AskAsync(history), await AskAsync(history with { Source = "classic-history" }));
        Assert.Equal(await AskAsync(history with { Item = "P4", Exclude = ["P5"] }), await AskAsync(history with { Source = "classic" }));
    }

    [Fact]
    public async Task A_source_that_there_is_not_or_that_is_not_fitted_is_said_with_those_that_there_are()
    {
        await using HybridEngine engine = await OpenTrainedAsync(["popularity", "markov"]);
        var query = new RecommendQuery { History = ["P4"] };

        ArgumentException unknown = await Assert.ThrowsAsync<ArgumentException>(() => engine.RecommendAsync(query with { Source = "best" }, Token));
        NotReadyException notFitted = await Assert.ThrowsAsync<NotReadyException>(() => engine.RecommendAsync(query with { Source = "ease" }, Token));
        ArgumentException ofText =
            await Assert.ThrowsAsync<ArgumentException>(() => engine.RecommendAsync(new() { Text = "phone", Source = "markov" }, Token));

        Assert.Contains("There is no source 'best'. Sources: popularity, ", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(NotReadyReason.SourceNotFitted, notFitted.Reason);
        Assert.Contains("The source ease is not fitted in", notFitted.Message, StringComparison.Ordinal);
        Assert.Contains("(fitted are popularity, markov): call TrainAsync", notFitted.Message, StringComparison.Ordinal);
        Assert.Contains("goes by a history, not by a text", ofText.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_process_serves_what_is_trained_next_and_files_that_nobody_uses_go()
    {
        await using HybridEngine writer = await OpenTrainedAsync(null), reader = await _shop.OpenAsync();
        var query = new RecommendQuery { History = ["K1"], Source = "markov", Count = 1 };
        Assert.Equal(["K2"], Shop.Ids(await reader.RecommendAsync(query, Token)));
        string[] first = [.. SourceFiles()];

        await writer.AppendAsync(Shop.Sessions("d", ["K1", "P3"], 60), Token);
        await writer.TrainAsync(cancellationToken: Token);
        await Shop.EventuallyAsync(async () => Shop.Ids(await reader.RecommendAsync(query, Token)) is ["P3"], "the new source is asked");
        await writer.AppendAsync(Shop.Sessions("e", ["K1", "K3"], 200), Token);
        await writer.TrainAsync(cancellationToken: Token);

        await Shop.EventuallyAsync(async () => Shop.Ids(await reader.RecommendAsync(query, Token)) is ["K3"], "the newest source is asked");
        Assert.Empty(first.Intersect(SourceFiles()));
        Assert.Equal(2 * first.Length, SourceFiles().Count());

        IEnumerable<string> SourceFiles() => _shop.FileNames.Where(file => file.StartsWith("source-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_training_that_is_killed_leaves_all_sources_as_they_were_or_all_new()
    {
        await using (HybridEngine engine = await OpenTrainedAsync(null))
            await engine.AppendAsync(Shop.Sessions("d", ["K1", "P3"], 60), Token);
        string[] expected = ["K2"];
        int killed = 0;
        for (int files = 1; files <= 8; files++)
        {
            HashSet<string> before = [.. _shop.FileNames];
            using Process training = OtherProcess.Start("train", _shop.Options);
            Task<string> output = training.StandardOutput.ReadToEndAsync(Token), errors = training.StandardError.ReadToEndAsync(Token);
            // Each time when it has written one file more.
            await Shop.EventuallyAsync(
                () => Task.FromResult(training.HasExited || _shop.FileNames.Count(name => !before.Contains(name)) >= files), "it writes");
            training.Kill();
            await training.WaitForExitAsync(Token);
            killed += training.ExitCode == 0 ? 0 : 1;
            Assert.True((await errors).Length == 0, $"{await output}{await errors}");

            await using HybridEngine next = await _shop.OpenAsync();
            string[] markov = Shop.Ids(await next.RecommendAsync(new() { History = ["K1"], Source = "markov", Count = 1 }, Token));
            string[] rules = Shop.Ids(await next.RecommendAsync(new() { History = ["K1"], Source = "sequential-rules", Count = 1 }, Token));
            Assert.Equal(markov, rules);
            Assert.Contains(markov, (string[][])[expected, ["P3"]]);
            expected = markov;   // and never back
        }
        Assert.True(killed > 0, "Each training was done before it was killed.");
        await OtherProcess.RunAsync("train", _shop.Options);
        await using HybridEngine last = await _shop.OpenAsync();
        Assert.Equal(["P3"], Shop.Ids(await last.RecommendAsync(new() { History = ["K1"], Source = "markov", Count = 1 }, Token)));
        Assert.DoesNotContain(_shop.FileNames, name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_the_other_sources_answer()
    {
        await using (await OpenTrainedAsync(null))
        {
        }
        string file = _shop.DataFile(_shop.FileNames.Single(name => name.StartsWith("source-markov-", StringComparison.Ordinal)));
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file, Token))[..^3], Token);
        await using HybridEngine engine = await _shop.OpenAsync();

        SourceException damaged =
            await Assert.ThrowsAsync<SourceException>(() => engine.RecommendAsync(new() { History = ["P4"], Source = "markov" }, Token));

        Assert.Contains(file, damaged.Message, StringComparison.Ordinal);
        Assert.NotEmpty(await engine.RecommendAsync(new() { History = ["P4"], Source = "item-knn" }, Token));
        await engine.TrainAsync(cancellationToken: Token);
        Assert.NotEmpty(await engine.RecommendAsync(new() { History = ["P4"], Source = "markov" }, Token));
    }

    [Fact]
    public async Task Training_goes_by_the_knobs_of_the_folder_and_refuses_bad_ones_before_it_begins()
    {
        await using HybridEngine engine = await OpenTrainedAsync(null);
        var query = new RecommendQuery { History = ["P5", "K1"], Source = "sequential-rules" };
        Assert.Contains("P6", Shop.Ids(await engine.RecommendAsync(query, Token)));

        KnobFile.Write(_shop.DataFile(KnobFile.Name), new SourceKnobs { SequentialRules = new() { Decay = 0 } });
        await engine.TrainAsync(cancellationToken: Token);

        Assert.Equal(["K2", "K3"], Shop.Ids(await engine.RecommendAsync(query, Token)));   // only the last item counts
        await File.WriteAllTextAsync(_shop.DataFile(KnobFile.Name), """{"sequential_rules": {"decay": 7}}""", Token);
        DataFileException refused = await Assert.ThrowsAsync<DataFileException>(() => engine.TrainAsync(cancellationToken: Token));
        Assert.Contains("Decay takes 0 to 1, not 7.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_of_a_service_collection_serves_sources_too()
    {
        await using (await OpenTrainedAsync(null))
        {
        }
        await using ServiceProvider services = new ServiceCollection().AddHybrid(_shop.Options).BuildServiceProvider();

        HybridEngine engine = services.GetRequiredService<HybridEngine>();

        Assert.Equal("P5", (await engine.RecommendAsync(new() { History = ["P4"], Source = "sequential-rules" }, Token))[0].Item.Id.Value);
    }

    private async Task<HybridEngine> OpenTrainedAsync(IReadOnlyList<string>? sources)
    {
        var engine = await HybridEngine.OpenAsync(_shop.Options with { Sources = sources }, cancellationToken: Token);
        await engine.AddAsync(Shop.Items, Token);
        await engine.IndexAsync(cancellationToken: Token);
        await engine.AppendAsync(Shop.Events, Token);
        await engine.TrainAsync(cancellationToken: Token);
        return engine;
    }
}

using System.Collections.Concurrent;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;

namespace Hybrid.Tests.Engine;

/// <summary>What one engine adds, indexes, trains or switches, another one over the same folder serves, and no request sees half of two.</summary>
public sealed class EngineLiveTests(ITestOutputHelper output) : IDisposable
{
    private const int Readers = 4;

    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task What_another_engine_does_is_served_without_opening_again()
    {
        await using HybridEngine reader = await _shop.OpenAsync(), writer = await _shop.OpenAsync();
        await Assert.ThrowsAsync<NotReadyException>(() => reader.SearchAsync("headphones", cancellationToken: Token));
        await writer.AddAsync(Shop.Items, Token);
        Assert.Equal(10, reader.NotIndexed);
        await writer.IndexAsync(cancellationToken: Token);
        Assert.Equal(10, (await reader.SearchAsync("headphones", 20, Token)).Count);

        await writer.AppendAsync(Shop.Events, Token);
        Assert.Null(await reader.OpenBehaviorAsync(Token));
        await writer.TrainAsync(cancellationToken: Token);
        Assert.NotNull((await reader.RecommendAsync(new() { User = "a1" }, Token))[0].BehaviorScore);
        long trained = (await reader.OpenBehaviorAsync(Token))!.Pairs;   // ! : it has just been used
        await writer.AppendAsync(Shop.Sessions("more", ["K3", "P5"], 20), Token);
        await writer.TrainAsync(cancellationToken: Token);
        Assert.NotEqual(trained, (await reader.OpenBehaviorAsync(Token))!.Pairs);

        // Changed in place, and in a new version; a request that begins after the call has ended sees it.
        for (int i = 0; i < 4; i++)
        {
            await writer.AddAsync(Shop.Product("G", $"Garden hose of {i} metres"), Token);
            await writer.IndexAsync(cancellationToken: Token);
            Assert.Equal($"Garden hose of {i} metres", (await reader.SearchAsync("garden hose", 1, Token))[0].Item.Title);
            await writer.AddAsync(Shop.Items.Select(item => item with { Text = $"edition {i}" }), Token);
            Assert.Equal($"products@{i + 2}", (await writer.IndexAsync(cancellationToken: Token)).Collection);
            Assert.Equal($"products@{i + 2}", (await reader.OpenItemsAsync(Token)).Name);
        }
    }

    [Fact]
    public async Task An_alias_that_is_moved_to_an_older_version_is_followed_and_stays()
    {
        await using HybridEngine reader = await _shop.OpenIndexedAsync(), writer = await _shop.OpenAsync();
        await writer.AddAsync(Shop.Items.Select(item => item with { Text = "new edition" }), Token);
        await writer.IndexAsync(cancellationToken: Token);
        Assert.Equal("products@2", (await reader.OpenItemsAsync(Token)).Name);

        await writer.Store.SetAliasAsync("products", "products@1", Token);
        await Shop.EventuallyAsync(async () => (await reader.OpenItemsAsync(Token)).Name == "products@1", "the reader follows the alias");
        Assert.Equal("products@1", (await writer.OpenItemsAsync(Token)).Name);
        Assert.Equal(10, reader.NotIndexed);   // to that version the new edition is still to come
        Assert.Equal("products@1", await writer.Store.ResolveAsync("products", Token));
        await using HybridEngine later = await _shop.OpenAsync();
        Assert.Equal("products@1", (await later.OpenItemsAsync(Token)).Name);

        writer.Records.UseCollection("products@2");
        Assert.Equal("products@2", (await reader.OpenItemsAsync(Token)).Name);
        await Shop.EventuallyAsync(async () =>
        {
            await reader.OpenItemsAsync(Token);
            return await writer.Store.ResolveAsync("products", Token) == "products@2";
        }, "the alias follows the snapshot");
    }

    [Fact]
    public async Task An_alias_that_leads_to_another_space_or_to_rows_that_nobody_knows_changes_nothing_wrongly()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        IVectorCollection items = await engine.OpenItemsAsync(Token);
        IVectorCollection other = await engine.Store.CreateAsync("products", engine.Encoder.SpaceFor(new ItemTextTemplate("{title}")), Token);
        await engine.Store.SetAliasAsync("products", other.Name, Token);
        await WaitForAliasAsync(engine);
        Assert.Same(items, await engine.OpenItemsAsync(Token));

        // Filled by somebody else, with an item that the records do not have: it is used, and that item is not shown.
        IVectorCollection copy = await engine.Store.CreateAsync("products", items.Space, Token);
        Item[] rows = [.. Shop.Items, Shop.Product("GHOST", "headphones")];
        await copy.UpsertAsync(new ItemBatch(copy.Space, rows, rows.SelectMany(row => engine.Encoder.Encode(row.Title, TextRole.Passage)).ToArray()), Token);
        await engine.Store.SetAliasAsync("products", copy.Name, Token);
        await Shop.EventuallyAsync(async () => (await engine.OpenItemsAsync(Token)).Name == copy.Name, "the alias is followed");
        Assert.Equal(10, (await engine.SearchAsync("headphones", 10, Token)).Count);
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(10, await (await engine.OpenItemsAsync(Token)).CountAsync(Token));
    }

    [Fact]
    public async Task A_switch_that_was_cut_short_before_its_alias_moved_is_finished_by_the_next_request()
    {
        await using (HybridEngine engine = await _shop.OpenIndexedAsync())
        {
            await engine.AddAsync(Shop.Items.Select(item => item with { Text = "new edition" }), Token);
            await engine.IndexAsync(cancellationToken: Token);
            await engine.Store.SetAliasAsync("products", "products@1", Token);
            engine.Records.UseCollection("products@2");
        }
        await using HybridEngine next = await _shop.OpenAsync();
        Assert.Equal("products@2", (await next.OpenItemsAsync(Token)).Name);
        Assert.Equal("products@2", await next.Store.ResolveAsync("products", Token));
        Assert.True(next.Records.ReadSnapshot().AliasFollows);
        // Or just after: then what somebody moves later is not taken back.
        next.Records.UseCollection("products@2");
        await Shop.EventuallyAsync(async () =>
        {
            await next.OpenItemsAsync(Token);
            return next.Records.ReadSnapshot().AliasFollows;
        }, "the alias is seen to follow");
    }

    [Fact]
    public async Task No_request_sees_half_of_two_trainings()
    {
        await using HybridEngine reader = await _shop.OpenIndexedAsync(), writer = await _shop.OpenAsync();
        // Trained on other shoppers in turn; the history is given, so that nothing but the model differs.
        var query = new RecommendQuery { Text = "something for the phone", History = ["P4"], Count = 5 };
        Event[][] logs = [Shop.Events, [.. Shop.Sessions("x", ["P4", "K1"], 20), .. Shop.Sessions("y", ["P1", "N1"], 20)]];
        await ExpectWholeAsync(reader, query, async turn =>
        {
            await File.WriteAllLinesAsync(_shop.File("log.csv"),
                ["user,item,kind,time", .. logs[turn % 2].Select(e => $"{e.User},{e.Item},{e.Kind},{e.Time:O}")], Token);
            await writer.ImportAsync(new() { Events = [_shop.File("log.csv")] }, cancellationToken: Token);
            await writer.TrainAsync(cancellationToken: Token);
        }, turns: 30);
    }

    [Fact]
    public async Task No_request_sees_half_of_two_versions_and_none_ends_because_one_was_dropped()
    {
        await using HybridEngine reader = await _shop.OpenIndexedAsync(), writer = await _shop.OpenAsync();
        await writer.AppendAsync(Shop.Events, Token);
        await writer.TrainAsync(cancellationToken: Token);
        await ExpectWholeAsync(reader, new RecommendQuery { Text = "something for the kitchen", History = ["K1"], Count = 5 }, async turn =>
        {
            await writer.AddAsync(Shop.Items.Select(item => item with { Text = turn % 2 == 0 ? "for the kitchen" : "for the garden" }), Token);
            await writer.IndexAsync(cancellationToken: Token);
        }, turns: 25);
        await ExpectWholeAsync(reader, new RecommendQuery { Text = "something for the kitchen", History = ["K1"], Count = 5 }, async turn =>
        {
            string[] versions = [.. (await writer.Store.ListAsync(Token)).Select(c => c.Name)];
            await writer.Store.SetAliasAsync("products", versions[turn % 2], Token);
            await Shop.EventuallyAsync(async () => (await writer.OpenItemsAsync(Token)).Name == versions[turn % 2], "the alias is followed");
        }, turns: 10);
    }

    [Fact]
    public async Task Requests_meet_either_their_own_template_or_are_told_of_the_other()
    {
        await using HybridEngine reader = await _shop.OpenIndexedAsync(), other = await _shop.OpenAsync(new ItemTextTemplate("{title}"));
        string[] expected = Shop.Ids(await reader.SearchAsync("coffee", 5, Token));
        (int answered, int told) = (0, 0);
        await WhileAsync(async () =>
        {
            try
            {
                Assert.Equal(expected, Shop.Ids(await reader.SearchAsync("coffee", 5, Token)));
                Interlocked.Increment(ref answered);
            }
            catch (NotReadyException e) when (e.Reason == NotReadyReason.OtherSpace)
            {
                Interlocked.Increment(ref told);
            }
        }, async () =>
        {
            for (int turn = 0; turn < 8; turn++)
                await (turn % 2 == 0 ? other : reader).IndexAsync(cancellationToken: Token);
        });
        output.WriteLine($"{answered} answered, {told} told");
        Assert.True(answered > 0);
    }

    [Fact]
    public async Task Another_catalogue_replaces_the_one_before_as_a_whole()
    {
        await using HybridEngine reader = await _shop.OpenAsync(), writer = await _shop.OpenAsync();
        await TurnAsync(0);
        (int whole, int empty) = (0, 0);
        await WhileAsync(async () =>
        {
            string[] found = Shop.Ids(await reader.SearchAsync("thing", 100, Token));
            Assert.True(found.Select(id => id[0]).Distinct().Count() <= 1, $"Of two: {string.Join(' ', found)}");
            if (found.Length == 0)
                Interlocked.Increment(ref empty);
            else
                Interlocked.Increment(ref whole);
            Assert.True(found.Length is 0 or 40, $"Of one only {found.Length}.");
        }, async () =>
        {
            for (int turn = 1; turn < 12; turn++)
                await TurnAsync(turn);
        });
        output.WriteLine($"{whole} whole, {empty} between two");
        Assert.True(whole > 0);

        async Task TurnAsync(int turn)
        {
            string prefix = turn % 2 == 0 ? "A" : "B";
            await File.WriteAllLinesAsync(_shop.File("items.csv"),
                ["id,title", .. EngineIndexTests.Many(prefix, 40).Select(item => $"{item.Id},{item.Title}")], Token);
            await writer.ImportAsync(new() { Items = [_shop.File("items.csv")] }, cancellationToken: Token);
            await writer.IndexAsync(cancellationToken: Token);
            await Shop.EventuallyAsync(async () => (await reader.SearchAsync("thing", 100, Token)).Count == 40, "all of the new catalogue is found");
        }
    }

    /// <summary>While one changes between two states, every answer must be that of the one or of the other.</summary>
    private async Task ExpectWholeAsync(HybridEngine reader, RecommendQuery query, Func<int, Task> change, int turns)
    {
        var known = new HashSet<string>();
        for (int turn = 0; turn < 2; turn++)
        {
            await change(turn);
            known.Add(await AnswerAsync());
        }
        Assert.Equal(2, known.Count);
        var seen = new ConcurrentDictionary<string, int>();
        await WhileAsync(async () => seen.AddOrUpdate(await AnswerAsync(), 1, (_, count) => count + 1), async () =>
        {
            for (int turn = 2; turn < turns; turn++)
                await change(turn);
        });
        output.WriteLine(string.Join(" and ", seen.Values.Select(count => $"{count} answers")));
        Assert.Subset(known, seen.Keys.ToHashSet());

        // Scores to six digits: cells may be another way round, which rounds the last ones differently.
        async Task<string> AnswerAsync() =>
            string.Join('\n', (await reader.RecommendAsync(query, Token)).Select(r => $"{r.Item.Id} {r.TextScore:F6} {r.BehaviorScore:F6} {r.RetrievalRank}"));
    }

    /// <summary>Asks from several threads until something else is done; a request that fails ends all.</summary>
    private static async Task WhileAsync(Func<Task> ask, Func<Task> isDone)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task[] readers = [.. Enumerable.Range(0, Readers).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
                await ask();
        }, Token))];
        Task writing = Task.Run(isDone, Token);
        Task first = await Task.WhenAny([writing, .. readers]);
        await done.CancelAsync();
        await first;
        await Task.WhenAll([writing, .. readers]);
    }

    /// <summary>Until an alias that was moved before must have been seen.</summary>
    private static async Task WaitForAliasAsync(HybridEngine engine)
    {
        long begin = TimeProvider.System.GetTimestamp();
        await Shop.EventuallyAsync(async () =>
        {
            await engine.OpenItemsAsync(Token);
            return TimeProvider.System.GetElapsedTime(begin) > TimeSpan.FromSeconds(1);
        }, "a second has passed");
    }
}

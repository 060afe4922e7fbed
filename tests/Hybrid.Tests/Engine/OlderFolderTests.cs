using System.Diagnostics;
using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Tests.Encoding;
using Hybrid.Vectors;

namespace Hybrid.Tests.Engine;

/// <summary>A folder of Hybrid 0.1 opens and is moved over, whole or not at all.</summary>
public sealed class OlderFolderTests(ITestOutputHelper output) : IDisposable
{
    private static readonly Item[] Items =
    [
        .. Shop.Items,
        new("X1") { Title = "Kettle 降噪 \"Pro\"", Text = "With\nlines", Brand = "Acme", Attributes = new Dictionary<string, AttributeValue>
            { ["watt"] = 12.5, ["color"] = "red", ["new"] = true } },
    ];

    private readonly Shop _shop = new();

    /// <summary>More by hand: each takes some seconds of two cores.</summary>
    private static readonly int MostKills = int.Parse(Environment.GetEnvironmentVariable("HYBRID_KILLS") ?? "6", CultureInfo.InvariantCulture);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task All_of_it_is_moved_and_found_without_being_encoded_again()
    {
        // Indexed: all but X1, P2 with another price and P3 with another title than now, and GONE, which the catalogue no longer has.
        Item[] indexed =
        [
            .. Items.Where(item => item.Id != "X1").Select(item => item.Id.Value switch
            {
                "P2" => item with { Price = 9 },
                "P3" => item with { Title = "Bluetooth speaker" },
                _ => item,
            }),
            Shop.Product("GONE", "Headphones that are sold out"),
        ];
        MakeOlder(indexed, version: 3);
        Item2VecModel model = Item2Vec.Train(
            ItemSequences.From(Sessions.Cut(Shop.Events)), _shop.Options.Behavior, cancellationToken: TestContext.Current.CancellationToken);
        model.Save(_shop.DataFile("item2vec.bin"));

        await using HybridEngine engine = await _shop.OpenAsync();
        Assert.Equal(Items.OrderBy(item => item.Id).Select(Text), engine.Records.ReadItems().Select(Text));
        Assert.Equal([.. Shop.Events.OrderBy(e => e.User)], engine.Records.ReadEvents());
        Assert.Equal(["X1", "P2", "P3"], Not(engine));
        Assert.Equal("products@3", (await engine.OpenItemsAsync(Token)).Name);
        Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("wireless headphones", 1, Token))[0]);
        Assert.DoesNotContain("GONE", Shop.Ids(await engine.SearchAsync("sold out headphones", 20, Token)));
        Assert.NotNull((await engine.RecommendAsync(new() { User = "a1" }, Token))[0].BehaviorScore);
        Assert.DoesNotContain(_shop.FileNames, name =>
            name.StartsWith("hybrid.db", StringComparison.Ordinal) || name.StartsWith("products@", StringComparison.Ordinal));
        Assert.False(Directory.Exists(_shop.DataFile("moving")));

        IndexReport report = await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(("products@3", 2, 1, 1, 11), (report.Collection, report.Encoded, report.Refreshed, report.Removed, report.Items));
        Assert.Equal(11, (await engine.SearchAsync("anything", 20, Token)).Count);
        await engine.AddAsync(Shop.Items.Select(item => item with { Text = "new edition" }), Token);
        Assert.Equal("products@4", (await engine.IndexAsync(cancellationToken: Token)).Collection);
        await engine.TrainAsync(cancellationToken: Token);
        await engine.TrainAsync(cancellationToken: Token);
        Assert.DoesNotContain("item2vec.bin", _shop.FileNames);

        static string[] Not(HybridEngine engine) => [.. engine.Records.Changes.Read("products@3", long.MaxValue, default, 100)
            .Select(key => key.Item.Value).Where(id => id != "GONE").OrderByDescending(id => id[0]).ThenBy(id => id, StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_folder_that_was_first_opened_with_another_model_takes_its_vectors_over_later()
    {
        MakeOlder(Items);
        string other = _shop.File("other-model");
        Directory.CreateDirectory(other);
        string manifest = await File.ReadAllTextAsync(Path.Combine(MiniLm.Folder, "model.json"), Token);
        await File.WriteAllTextAsync(Path.Combine(other, "model.json"), manifest.Replace("\"all-MiniLM-L6-v2\"", "\"another\"", StringComparison.Ordinal),
            Token);
        await using (HybridEngine wrong = await HybridEngine.OpenAsync(_shop.Options with { ModelPath = other }, cancellationToken: Token))
            Assert.Equal(NotReadyReason.OtherSpace,
                (await Assert.ThrowsAsync<NotReadyException>(() => wrong.SearchAsync("x", cancellationToken: Token))).Reason);

        await using HybridEngine engine = await _shop.OpenAsync();
        Assert.Equal(NotReadyReason.OtherSpace, (await Assert.ThrowsAsync<NotReadyException>(() => engine.SearchAsync("x", cancellationToken: Token))).Reason);
        IndexReport report = await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(("products@2", 0, 11), (report.Collection, report.Encoded, report.Unchanged));
        Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("wireless headphones", 1, Token))[0]);
    }

    [Fact]
    public async Task What_was_never_indexed_or_trained_is_moved_as_it_is()
    {
        OlderFolderMaker.Make(_shop.Options.DataPath, Items, []);
        await using HybridEngine engine = await _shop.OpenAsync();
        Assert.Equal(11, engine.NotIndexed);
        Assert.Equal(NotReadyReason.NotIndexed, (await Assert.ThrowsAsync<NotReadyException>(() => engine.SearchAsync("x", cancellationToken: Token))).Reason);
        Assert.Equal("products@1", (await engine.IndexAsync(cancellationToken: Token)).Collection);
    }

    [Fact]
    public async Task An_empty_one_is_empty_afterwards()
    {
        OlderFolderMaker.Make(_shop.Options.DataPath, [], []);
        await (await _shop.OpenAsync()).DisposeAsync();
        Assert.Empty(_shop.FileNames);
        Assert.False(Directory.Exists(_shop.DataFile("moving")));
    }

    [Fact]
    public async Task A_damaged_behaviour_model_or_vector_does_not_stop_the_move()
    {
        Directory.CreateDirectory(_shop.Options.DataPath);
        await File.WriteAllTextAsync(_shop.DataFile("item2vec.bin"), "HYBI2VEC and then nothing", Token);
        OlderFolderMaker.Make(_shop.Options.DataPath, Items, Shop.Events, OlderFolderMaker.Space(ItemTextTemplate.Default),
            Items.Select(item => (item, item.Id == "P1" ? new float[384] : item.Id == "P2" ? [1f] : Vector(item))));
        await using HybridEngine engine = await _shop.OpenAsync();
        Assert.Null(await engine.OpenBehaviorAsync(Token));
        Assert.Equal(2, engine.NotIndexed);
        Assert.Equal(2, (await engine.IndexAsync(cancellationToken: Token)).Encoded);
    }

    [Fact]
    public async Task What_is_no_older_folder_is_left_alone_with_a_word()
    {
        Directory.CreateDirectory(_shop.Options.DataPath);
        await File.WriteAllTextAsync(_shop.DataFile("hybrid.db"), "not a database at all, whatever its name says", Token);
        await Assert.ThrowsAsync<RecordsException>(() => _shop.OpenAsync());
        Assert.Equal(["hybrid.db"], _shop.FileNames);
        File.Delete(_shop.DataFile("hybrid.db"));

        // An older database that somebody puts into a folder of this Hybrid is not taken for it.
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        OlderFolderMaker.Make(_shop.Options.DataPath, [Shop.Product("OLD", "Old")], []);
        await using HybridEngine engine = await _shop.OpenAsync();
        Assert.Equal(10, (await engine.ReadStatusAsync(Token)).Items);
        Assert.Contains("hybrid.db", _shop.FileNames);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_move_whose_last_step_was_cut_short_is_finished(bool oldIsThere)
    {
        MakeOlder(Items);
        File.Copy(_shop.DataFile("hybrid.db"), _shop.File("copy.db"));
        await (await _shop.OpenAsync()).DisposeAsync();
        Directory.CreateDirectory(_shop.DataFile("moving"));
        await File.WriteAllTextAsync(Path.Combine(_shop.DataFile("moving"), "rest"), "", Token);
        if (oldIsThere)
            File.Copy(_shop.File("copy.db"), _shop.DataFile("hybrid.db"));
        await using HybridEngine engine = await _shop.OpenAsync();
        Assert.False(Directory.Exists(_shop.DataFile("moving")));
        Assert.DoesNotContain("hybrid.db", _shop.FileNames);
        Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("wireless headphones", 1, Token))[0]);
    }

    [Fact]
    public async Task Two_processes_and_this_one_may_open_it_at_once()
    {
        for (int round = 0; round < 3; round++)
        {
            if (Directory.Exists(_shop.Options.DataPath))
                Directory.Delete(_shop.Options.DataPath, recursive: true);
            MakeOlder(Items);
            Process[] others = [OtherProcess.Start("open", _shop.Options), OtherProcess.Start("open", _shop.Options)];
            HybridEngine[] here = await Task.WhenAll(_shop.OpenAsync(), _shop.OpenAsync(), _shop.OpenAsync());
            foreach (HybridEngine engine in here)
            {
                Assert.Equal(0, engine.NotIndexed);
                Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("wireless headphones", 1, Token))[0]);
            }
            foreach (Process other in others)
            {
                await OtherProcess.ExpectDoneAsync(other);
                other.Dispose();
            }
            foreach (HybridEngine engine in here)
                await engine.DisposeAsync();
            Assert.DoesNotContain("hybrid.db", _shop.FileNames);
            Assert.False(Directory.Exists(_shop.DataFile("moving")));
        }
    }

    [Fact]
    public async Task A_process_that_is_killed_at_any_moment_of_the_move_leaves_all_of_it()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var space = new VectorSpace("made-up", new string('a', 64), 8, VectorSpaceKind.Text, ItemTextTemplate.Default.ToString());
        Item[] items = [.. EngineIndexTests.Many("A", 1500)];
        float[][] vectors = [.. items.Select(_ => UnitVectors.Draw(random, 8))];
        Event[] events = [.. Shop.Sessions("u", ["A0001", "A0002", "A0003"], 300)];
        OlderFolderMaker.Make(_shop.File("old"), items, events, space, items.Skip(100).Zip(vectors.Skip(100)));

        int kills = 0, atOnce = 0;
        double longest = await TimeAsync();
        while (kills < MostKills)
        {
            Restore();
            // The same folder again and again, until it is moved: what one kill has left must not spoil the next move.
            for (bool isMoved = false; !isMoved; kills++)
            {
                isMoved = await KillAsync(random.NextDouble() * longest);
                if (isMoved)
                    atOnce++;
            }
            await ExpectAllAsync();
        }
        output.WriteLine($"{kills} kills, {atOnce} of them after the move; it takes {longest:F0} ms");
        Assert.True(kills > atOnce, "No kill came before the end: the test shows nothing.");

        void Restore()
        {
            if (Directory.Exists(_shop.Options.DataPath))
                Directory.Delete(_shop.Options.DataPath, recursive: true);
            Directory.CreateDirectory(_shop.Options.DataPath);
            foreach (string file in Directory.GetFiles(_shop.File("old")))
                File.Copy(file, _shop.DataFile(Path.GetFileName(file)));
        }

        async Task<double> TimeAsync()
        {
            Restore();
            using Process process = OtherProcess.Start("open", _shop.Options);
            Assert.Equal("begin", await process.StandardOutput.ReadLineAsync(Token));
            long begin = Stopwatch.GetTimestamp();
            Assert.Equal("end", await process.StandardOutput.ReadLineAsync(Token));
            double took = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            await OtherProcess.ExpectDoneAsync(process);
            return took;
        }

        async Task<bool> KillAsync(double afterMilliseconds)
        {
            using Process process = OtherProcess.Start("open", _shop.Options);
            Assert.Equal("begin", await process.StandardOutput.ReadLineAsync(Token));
            long begin = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(begin).TotalMilliseconds < afterMilliseconds)
                Thread.SpinWait(100);
            process.Kill();
            await process.WaitForExitAsync(Token);
            return await process.StandardOutput.ReadLineAsync(Token) == "end";
        }

        async Task ExpectAllAsync()
        {
            await using HybridEngine engine = await _shop.OpenAsync();
            Assert.Equal(items.Select(Text), engine.Records.ReadItems().Select(Text));
            Assert.Equal([.. events.OrderBy(e => e.User)], engine.Records.ReadEvents());
            Assert.Equal(100, engine.NotIndexed);
            IVectorCollection moved = await engine.Store.OpenAsync("products", space, Token);
            Dictionary<ItemId, float[]> rows = [];
            await foreach (StoredItem row in moved.ReadAsync(cancellationToken: Token))
                rows.Add(row.Fields.Id, row.Vector.ToArray());
            Assert.Equal(1400, rows.Count);
            Assert.All(items.Zip(vectors).Skip(100), pair => Assert.Equal(pair.Second, rows[pair.First.Id]));
            Assert.DoesNotContain(_shop.FileNames, name => name.StartsWith("hybrid.db", StringComparison.Ordinal));
            Assert.False(Directory.Exists(_shop.DataFile("moving")));
        }
    }

    private void MakeOlder(IEnumerable<Item> indexed, long version = 1) => OlderFolderMaker.Make(
        _shop.Options.DataPath, Items, Shop.Events, OlderFolderMaker.Space(ItemTextTemplate.Default), indexed.Select(item => (item, Vector(item))), version,
            ["LONG-GONE"]);

    private static float[] Vector(Item item) => MiniLm.Encoder.Encode(ItemTextTemplate.Default.TextOf(item), TextRole.Passage);

    private static string Text(Item item) => string.Join('|', item.Id, item.Title, item.Text, item.Category, item.Brand, item.Price, item.InStock,
        string.Join(',', item.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value.Kind}:{a.Value}")));
}

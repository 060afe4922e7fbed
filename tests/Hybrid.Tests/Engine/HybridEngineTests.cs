using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Records;
using Hybrid.Tests.Encoding;
using Microsoft.Data.Sqlite;

namespace Hybrid.Tests.Engine;

public sealed class HybridEngineTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_first_program_needs_no_file_and_no_second_object()
    {
        var lines = new List<string>();
        await using (HybridEngine shop = await HybridEngine.OpenAsync(_shop.File("my-shop"), Token))
        {
            await shop.AddAsync(Shop.Items, Token);
            await shop.AppendAsync([.. Shop.Events, new("U17", "P4", "view", null)], Token);
            await shop.IndexAsync(cancellationToken: Token);
            await shop.TrainAsync(cancellationToken: Token);
            foreach (Recommendation r in await shop.RecommendAsync(new() { User = "U17", Text = "something for my phone", Count = 2 }, Token))
                lines.Add($"{r.Item.Title}: {r.Why}");
        }
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Contains(line.Split(':')[0], Shop.Items.Where(item => item.Id != "P4").Select(item => item.Title)));
        Assert.All(lines, line => Assert.Contains("behaviour 0.", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_has_not_been_done_yet_is_said_with_the_method_that_does_it()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await ExpectAsync(NotReadyReason.NoItems, "AddAsync", () => engine.IndexAsync(cancellationToken: Token));
        await ExpectAsync(NotReadyReason.NoEvents, "AppendAsync", () => engine.TrainAsync(cancellationToken: Token));
        await ExpectAsync(NotReadyReason.NotIndexed, "IndexAsync", () => engine.SearchAsync("lamp", cancellationToken: Token));
        await ExpectAsync(NotReadyReason.NotIndexed, "IndexAsync", () => engine.OpenItemsAsync(Token));
        await ExpectAsync(NotReadyReason.NotIndexed, "IndexAsync", () => engine.RecommendAsync(new() { Text = "lamp" }, Token));
        Assert.Empty(await engine.RecommendAsync(new() { User = "U1" }, Token));
        Assert.Null(await engine.OpenBehaviorAsync(Token));

        await engine.AddAsync(Shop.Items, Token);
        await ExpectAsync(NotReadyReason.NotIndexed, "IndexAsync", () => engine.SimilarAsync("P1", cancellationToken: Token));
        await ExpectAsync(NotReadyReason.NotIndexed, "IndexAsync", () => engine.RecommendAsync(new() { Item = "P1" }, Token));
        await engine.IndexAsync(cancellationToken: Token);
        await engine.AddAsync(Shop.Product("NEW", "A book"), Token);
        await ExpectAsync(NotReadyReason.ItemNotIndexed, "IndexAsync", () => engine.SimilarAsync("NEW", cancellationToken: Token));
        await Assert.ThrowsAsync<UnknownItemException>(() => engine.SimilarAsync("NEVER", cancellationToken: Token));

        static async Task ExpectAsync(NotReadyReason reason, string method, Func<Task> act)
        {
            NotReadyException refusal = await Assert.ThrowsAsync<NotReadyException>(act);
            Assert.Equal(reason, refusal.Reason);
            Assert.Contains(method, refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("`hybrid", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Arguments_are_judged_before_anything_else()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        foreach (RecommendQuery query in (RecommendQuery[])[new() { Text = " " }, new() { Text = "x", Item = "P1" }, new() { Count = 0 },
            new() { Count = HybridRecommender.MaxCount + 1 }])
            await Assert.ThrowsAnyAsync<ArgumentException>(() => engine.RecommendAsync(query, Token));
        foreach (SearchQuery query in (SearchQuery[])
            [new(), new() { Text = " " }, new() { Text = "x", Item = "P1" }, new() { Text = "x", Count = 0 },
                new() { Text = "x", Count = SearchQuery.MaxCount + 1 }])
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => engine.SearchAsync(query, Token));
        }
        await Assert.ThrowsAsync<ArgumentException>(() => engine.ImportAsync(new ImportRequest(), cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.AddAsync([new Item(default)], Token));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.AppendAsync([new(default, "P1", "", null)], Token));
    }

    [Fact]
    public async Task Another_template_encodes_everything_into_a_new_version_and_keeps_one_old_one()
    {
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        foreach ((string template, string version) in ((string, string)[])[("{title}", "products@2"), ("{title} {category}", "products@3")])
        {
            await using HybridEngine engine = await _shop.OpenAsync(new ItemTextTemplate(template));
            foreach (Func<Task> asks in (Func<Task>[])
                [() => engine.OpenItemsAsync(Token), () => engine.SearchAsync("lamp", cancellationToken: Token), () =>
                    engine.RecommendAsync(new() { User = "U1" }, Token)])
            {
                NotReadyException refusal = await Assert.ThrowsAsync<NotReadyException>(asks);
                Assert.Equal(NotReadyReason.OtherSpace, refusal.Reason);
                Assert.Contains($"\"{template}\"", refusal.Message, StringComparison.Ordinal);
            }
            IndexReport report = await engine.IndexAsync(cancellationToken: Token);
            Assert.Equal((version, 10L, 0L), (report.Collection, report.Encoded, report.Unchanged));
            Assert.Equal(version, (await engine.OpenItemsAsync(Token)).Name);
            Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("wireless headphones", 1, Token))[0]);
        }
        await using HybridEngine last = await _shop.OpenAsync();
        Assert.Equal(["products@2", "products@3"], (await last.Store.ListAsync(Token)).Select(c => c.Name));
    }

    [Fact]
    public async Task A_status_needs_no_model_and_says_what_is_there()
    {
        await using (HybridEngine engine = await _shop.OpenIndexedAsync())
        {
            await engine.AppendAsync(Shop.Events, Token);
            await engine.TrainAsync(cancellationToken: Token);
            await engine.AddAsync(Shop.Product("NEW", "A book"), Token);
        }
        await using HybridEngine blind = await HybridEngine.OpenAsync(_shop.Options with { ModelPath = _shop.File("no-model") }, cancellationToken: Token);
        EngineStatus status = await blind.ReadStatusAsync(Token);
        Assert.Equal((11, 126, 42, 1, "products@1", 7), (status.Items, status.Events, status.Users, status.NotIndexed, status.InUse, status.Behavior?.Items));
        Assert.Equal(10, Assert.Single(status.Collections).Collection.Count);
        Assert.True(status.Files["records.db"] > 0);
        // What is asked of texts says that the model is missing; nobody is answered by half of the shop instead.
        await Assert.ThrowsAsync<ModelException>(() => blind.SearchAsync("headphones", cancellationToken: Token));
        await Assert.ThrowsAsync<ModelException>(() => blind.RecommendAsync(new() { User = "a1" }, Token));
    }

    [Fact]
    public async Task A_model_that_could_not_be_loaded_is_tried_again_at_the_next_request()
    {
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        string folder = _shop.File("model");
        Directory.CreateDirectory(folder);
        await using HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options with { ModelPath = folder }, cancellationToken: Token);
        await Assert.ThrowsAsync<ModelException>(() => engine.SearchAsync("headphones", cancellationToken: Token));
        CopyModel("model.json");
        await Assert.ThrowsAsync<ModelException>(() => engine.SearchAsync("headphones", cancellationToken: Token));
        await Assert.ThrowsAsync<ModelException>(() => engine.RecommendAsync(new() { User = "a1" }, Token));
        foreach (string file in Directory.GetFiles(MiniLm.Folder))
            CopyModel(Path.GetFileName(file));
        Assert.NotEmpty(await engine.SearchAsync("headphones", cancellationToken: Token));
        Assert.NotEmpty(await engine.RecommendAsync(new() { Text = "headphones" }, Token));

        void CopyModel(string file) => File.Copy(Path.Combine(MiniLm.Folder, file), Path.Combine(folder, file), overwrite: true);
    }

    [Fact]
    public async Task A_behaviour_model_that_is_damaged_stops_what_needs_it_and_nothing_else_and_only_until_it_is_put_back()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.AppendAsync(Shop.Events, Token);
        await engine.TrainAsync(cancellationToken: Token);
        string file = _shop.DataFile(_shop.FileNames.Single(name => name.StartsWith("item2vec", StringComparison.Ordinal)));
        byte[] whole = await File.ReadAllBytesAsync(file, Token);
        await File.WriteAllBytesAsync(file, whole[..100], Token);
        await Assert.ThrowsAsync<Hybrid.Behavior.Item2VecException>(() => engine.RecommendAsync(new() { User = "a1" }, Token));
        Assert.NotEmpty(await engine.SearchAsync("headphones", cancellationToken: Token));
        await File.WriteAllBytesAsync(file, whole, Token);
        Assert.NotEmpty(await engine.RecommendAsync(new() { User = "a1" }, Token));
    }

    [Fact]
    public async Task An_export_gives_every_item_with_its_vector_and_none_where_there_is_none()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AddAsync(Shop.Items, Token);
        Assert.All(await ExportAsync(), exported => Assert.Null(exported.Vector));
        await engine.IndexAsync(cancellationToken: Token);
        await engine.AddAsync(Shop.Product("NEW", "A book"), Token);
        List<ExportedItem> exported = await ExportAsync();
        Assert.Equal([.. Shop.Items.Select(i => i.Id.Value).Append("NEW").Order(StringComparer.Ordinal)], exported.Select(e => e.Item.Id.Value));
        Assert.Equal(["NEW"], exported.Where(e => e.Vector is null).Select(e => e.Item.Id.Value));

        // One that is not read to its end does not keep the engine open.
        IAsyncEnumerator<ExportedItem> unread = engine.ExportAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await unread.MoveNextAsync());
        await engine.DisposeAsync();
        await unread.DisposeAsync();

        async Task<List<ExportedItem>> ExportAsync()
        {
            var all = new List<ExportedItem>();
            await foreach (ExportedItem item in engine.ExportAsync(Token))
                all.Add(item);
            return all;
        }
    }

    [Fact]
    public async Task A_folder_that_nothing_was_put_into_leaves_no_file()
    {
        await (await _shop.OpenAsync()).DisposeAsync();
        Assert.Empty(_shop.FileNames);
        await File.WriteAllTextAsync(_shop.File("bad.csv"), "id,title\n,x\n", Token);
        await using (HybridEngine engine = await _shop.OpenAsync())
            await Assert.ThrowsAsync<DataFileException>(() => engine.ImportAsync(new() { Items = [_shop.File("bad.csv")] }, cancellationToken: Token));
        Assert.Equal(["rejects.jsonl"], _shop.FileNames);
    }

    [Fact]
    public async Task A_folder_that_was_just_made_is_read_while_somebody_writes_also_after_it_was_closed()
    {
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        foreach (string file in (string[])["records.db", "vectors.db"])
        {
            using var connection = new SqliteConnection($"Data Source={_shop.DataFile(file)};Pooling=False");
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode";
            Assert.Equal("wal", command.ExecuteScalar());
        }
    }

    [Fact]
    public async Task A_folder_stays_the_same_when_the_program_goes_elsewhere()
    {
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        string before = Environment.CurrentDirectory;
        HybridEngine engine;
        try
        {
            Environment.CurrentDirectory = _shop.File("");
            engine = await HybridEngine.OpenAsync(_shop.Options with { DataPath = "data" }, cancellationToken: Token);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
        await using HybridEngine disposed = engine;
        await engine.AppendAsync(Shop.Events, Token);
        await engine.TrainAsync(cancellationToken: Token);
        Assert.NotEmpty(await engine.RecommendAsync(new() { User = "a1" }, Token));
        Assert.Equal(Path.GetFullPath(_shop.Options.DataPath), (await engine.ReadStatusAsync(Token)).DataPath);
    }

    [Fact]
    public async Task What_is_closed_says_so_by_name()
    {
        HybridEngine engine = await _shop.OpenIndexedAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => i % 2 == 0 ? engine.DisposeAsync().AsTask() : Task.Run(engine.Dispose, Token)));
        Assert.Equal(nameof(HybridEngine),
            (await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.SearchAsync("lamp", cancellationToken: Token))).ObjectName);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.AddAsync(Shop.Items, Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.IndexAsync(cancellationToken: Token));
        Assert.Throws<ObjectDisposedException>(() => engine.NotIndexed);
        Assert.Throws<ObjectDisposedException>(() => engine.Encoder);
        await using HybridEngine again = await _shop.OpenAsync();   // whoever has waited for any of the calls finds the folder free
        Assert.Equal(0, again.NotIndexed);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_opened_is_one_exception()
    {
        await File.WriteAllTextAsync(_shop.File("file"), "", Token);
        await Assert.ThrowsAsync<RecordsException>(() => HybridEngine.OpenAsync(_shop.File("file"), Token));
        Directory.CreateDirectory(_shop.Options.DataPath);
        await File.WriteAllTextAsync(_shop.DataFile("vectors.db"), new string('x', 10_000), Token);
        await Assert.ThrowsAsync<VectorStoreException>(() => _shop.OpenAsync());
        Assert.Equal(["vectors.db"], _shop.FileNames);
    }
}

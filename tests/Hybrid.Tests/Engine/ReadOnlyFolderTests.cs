using System.Diagnostics;
using Hybrid.Records;

namespace Hybrid.Tests.Engine;

/// <summary>A folder on a medium that cannot be written is searched, recommended from and reported on.</summary>
public sealed class ReadOnlyFolderTests : IDisposable
{
    private readonly Shop _shop = new();
    private readonly string _mount;
    private bool _isMounted;

    public ReadOnlyFolderTests() => _mount = _shop.File("mounted");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (_isMounted)
            Run("umount", _mount);
        _shop.Dispose();
    }

    [Fact]
    public async Task Everything_that_only_reads_works_and_nothing_is_written()
    {
        await using (HybridEngine engine = await _shop.OpenIndexedAsync())
        {
            await engine.AppendAsync(Shop.Events, Token);
            await engine.TrainAsync(cancellationToken: Token);
            await engine.AddAsync(Shop.Product("NEW", "A book"), Token);
        }
        Dictionary<string, DateTime> before = Files();
        Mount();
        await using (HybridEngine engine = await OpenMountedAsync())
        {
            Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("wireless headphones", 1, Token))[0]);
            Assert.NotEmpty(await engine.SimilarAsync("P1", cancellationToken: Token));
            Assert.NotNull((await engine.RecommendAsync(new() { User = "a1" }, Token))[0].BehaviorScore);
            Assert.NotEmpty(await engine.RecommendAsync(new(), Token));
            EngineStatus status = await engine.ReadStatusAsync(Token);
            Assert.Equal((true, 11, 1, "products@1", 10),
                (status.IsReadOnly, status.Items, status.NotIndexed, status.InUse, Assert.Single(status.Collections).Collection.Count));
            int exported = 0;
            await foreach (ExportedItem _ in engine.ExportAsync(Token))
                exported++;
            Assert.Equal(11, exported);

            foreach (Func<Task> writes in (Func<Task>[])
            [
                () => engine.AddAsync(Shop.Items, Token), () => engine.RemoveAsync(["P1"], Token), () => engine.AppendAsync(Shop.Events, Token),
                () => engine.ImportAsync(new() { Items = [_shop.File("items.csv")] }, cancellationToken: Token),
                () => engine.IndexAsync(cancellationToken: Token), () => engine.TrainAsync(cancellationToken: Token),
            ])
            {
                RecordsException refusal = await Assert.ThrowsAsync<RecordsException>(writes);
                Assert.Contains("read", refusal.Message, StringComparison.Ordinal);
                Assert.False(refusal.IsTransient);
            }
        }
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task An_older_folder_there_says_that_it_has_to_be_opened_elsewhere_first()
    {
        OlderFolderMaker.Make(_shop.Options.DataPath, Shop.Items, []);
        Mount();
        RecordsException refusal = await Assert.ThrowsAsync<RecordsException>(OpenMountedAsync);
        Assert.Contains("earlier Hybrid", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Open it where it can be written", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["hybrid.db"], _shop.FileNames);
    }

    [Fact]
    public async Task A_folder_without_data_there_says_so()
    {
        Directory.CreateDirectory(_shop.Options.DataPath);
        Mount();
        Assert.Contains("cannot be opened for writing", (await Assert.ThrowsAsync<RecordsException>(OpenMountedAsync)).Message, StringComparison.Ordinal);
    }

    private Task<HybridEngine> OpenMountedAsync() => HybridEngine.OpenAsync(_shop.Options with { DataPath = _mount }, cancellationToken: Token);

    private Dictionary<string, DateTime> Files() =>
        new DirectoryInfo(_shop.Options.DataPath).GetFiles().ToDictionary(file => file.Name, file => file.LastWriteTimeUtc);

    private void Mount()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root can mount.");
        Directory.CreateDirectory(_mount);
        Assert.SkipUnless(Run("mount", "--bind", _shop.Options.DataPath, _mount), "No folder can be mounted here.");
        _isMounted = true;
        Assert.True(Run("mount", "-o", "remount,ro,bind", _mount));
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;   // ! : it starts a new process
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Recommending;
using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Engine;

/// <summary>A small shop in a folder of its own, and the engines over it.</summary>
internal sealed class Shop : IDisposable
{
    public static readonly Item[] Items =
    [
        Product("P1", "Wireless noise-cancelling headphones", "audio", 199),
        Product("P2", "Wired in-ear headphones", "audio", 19),
        Product("P3", "Bluetooth party speaker", "audio", 89),
        Product("P4", "Smartphone with three cameras", "phones", 699),
        Product("P5", "Phone case made of cork", "phones", 15),
        Product("P6", "Fast phone charger with cable", "phones", 25),
        Product("K1", "Espresso machine", "kitchen", 349),
        Product("K2", "Burr coffee grinder", "kitchen", 79),
        Product("K3", "Stovetop kettle", "kitchen", 39),
        Product("N1", "Studio monitor headphones nobody has touched", "audio", 120),
    ];

    /// <summary>Phones go with phones, coffee with coffee; P4 is the most popular item.</summary>
    public static readonly Event[] Events = [.. Sessions("a", ["P4", "P5", "P6"], 20), .. Sessions("b", ["P6", "P2", "P4"], 10),
        .. Sessions("c", ["K1", "K2", "K3"], 12)];

    private readonly TemporaryFolder _folder = new();

    public HybridOptions Options => new()
    {
        DataPath = _folder.File("data"),
        ModelPath = MiniLm.Folder,
        Behavior = new Item2VecOptions { VectorSize = 16, Sample = 0, Workers = 1, Seed = 3 },
    };

    public IEnumerable<string> FileNames => new DirectoryInfo(Options.DataPath) is { Exists: true } folder
        ? folder.EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal) : [];

    public string File(string name) => _folder.File(name);

    public string DataFile(string name) => Path.Combine(Options.DataPath, name);

    public void Dispose() => _folder.Dispose();

    public Task<HybridEngine> OpenAsync(ItemTextTemplate? template = null) =>
        HybridEngine.OpenAsync(Options with { Template = template ?? ItemTextTemplate.Default }, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>An engine over the items, indexed; no events.</summary>
    public async Task<HybridEngine> OpenIndexedAsync()
    {
        HybridEngine engine = await OpenAsync();
        await engine.AddAsync(Items);
        await engine.IndexAsync();
        return engine;
    }

    public static Item Product(string id, string title, string category = "", double? price = null) =>
        new(id) { Title = title, Category = category.Length == 0 ? null : category, Price = price, InStock = true };

    /// <summary>So many users who did the same, one after the other, a minute apart.</summary>
    public static IEnumerable<Event> Sessions(string users, string[] items, int count) =>
        Enumerable.Range(0, count).SelectMany(user => items.Select((item, i) => new Event($"{users}{user}", item, "view", Noon.AddMinutes(i))));

    public static string[] Ids(IEnumerable<SearchResult> found) => [.. found.Select(r => r.Item.Id.Value)];

    public static string[] Ids(IEnumerable<Recommendation> found) => [.. found.Select(r => r.Item.Id.Value)];

    /// <summary>Asks again and again until the answer is right; fails only when it never is.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> isRight, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await isRight())
        {
            Assert.False(limit.IsCancellationRequested, $"Never came true: {what}.");
            await Task.Yield();
        }
    }

    private static DateTimeOffset Noon => new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
}

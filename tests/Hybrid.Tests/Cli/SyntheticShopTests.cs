using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Cli.Demo;

namespace Hybrid.Tests.Cli;

public sealed class SyntheticShopTests
{
    private static readonly SyntheticShop Shop = SyntheticShop.Generate();

    [Fact]
    public void The_shop_has_the_size_and_the_variety_that_the_demo_promises()
    {
        Assert.True(Shop.Items.Count >= 2_000);
        Assert.True(Shop.Items.Select(i => i.Category).Distinct().Count() >= 12);
        Assert.Equal(Shop.Items.Count, Shop.Items.Select(i => i.Id).Distinct().Count());
        Assert.Equal(Shop.Items.Count, Shop.Items.Select(i => i.Title).Distinct().Count());
        Assert.True(Sessions.Cut(Shop.Events).Count(session => session.Items.Count >= 2) >= 5_000);
        Assert.All(Shop.Items, i => Assert.Equal("synthetic", i.Attributes["source"].Text));
    }

    [Fact]
    public void The_seeds_products_are_in_it_word_for_word()
    {
        Assert.Equal(["无线蓝牙耳机 主动降噪 续航30小时", "智能手机 5G 128GB存储 三摄系统", "平板电脑 10英寸 2K屏幕 8核处理器", "智能手表 健康监测 GPS 防水"], Shop.Items.TakeLast(4).Select(i => i.Title));
        Assert.Equal(["P100", "P203", "P305", "P501"], Shop.Items.TakeLast(4).Select(i => i.Id.Value));
    }

    [Fact]
    public void The_Chinese_shop_has_its_own_words_and_the_seeds_products()
    {
        SyntheticShop shop = SyntheticShop.Generate(language: ShopLanguage.Chinese);
        Assert.True(shop.Items.Count >= 1_000);
        Assert.Equal(shop.Items.Count, shop.Items.Select(i => i.Title).Distinct().Count());
        Assert.Equal(Shop.Items.TakeLast(4).Select(i => (i.Id, i.Title)), shop.Items.TakeLast(4).Select(i => (i.Id, i.Title)));
        Assert.All(shop.Items, i => Assert.Equal("synthetic", i.Attributes["source"].Text));
        Assert.All(shop.Items.SkipLast(4), i => Assert.DoesNotContain(i.Text, c => c is >= 'a' and <= 'z'));
        HashSet<string> kinds = [.. ProductKind.All(ShopLanguage.Chinese.Kinds).Select(kind => kind.Name)];
        Assert.All(ProductKind.All(ShopLanguage.Chinese.Kinds).SelectMany(kind => kind.FollowUps), next => Assert.Contains(next, kinds));
    }

    [Fact]
    public void Some_items_are_touched_by_nobody_and_few_items_take_most_of_the_events()
    {
        HashSet<ItemId> known = [.. Shop.Items.Select(i => i.Id)];
        Dictionary<ItemId, int> counts = Shop.Events.CountBy(e => e.Item).ToDictionary();
        Assert.All(counts.Keys, item => Assert.Contains(item, known));
        Assert.InRange(Shop.Items.Count - counts.Count, Shop.Items.Count * 0.02, Shop.Items.Count * 0.1);
        Assert.True(counts.Values.OrderDescending().Take(Shop.Items.Count / 10).Sum() >= 0.35 * Shop.Events.Count);
    }

    [Fact]
    public void What_belongs_together_is_taken_one_after_the_other_more_often_than_chance()
    {
        Dictionary<string, ProductKind> kinds = ProductKind.All().ToDictionary(k => k.Name);
        // ! : every title names its kind
        Dictionary<ItemId, string> kindOf = Shop.Items.SkipLast(4)
            .ToDictionary(i => i.Id, i => kinds.Keys.Where(k => $"{i.Title} {i.Text}".Contains(k, StringComparison.OrdinalIgnoreCase)).MaxBy(k => k.Length)!);
        (string From, string To)[] steps =
        [
            .. Shop.Events.Zip(Shop.Events.Skip(1))
                .Where(pair => pair.First.User == pair.Second.User && kindOf.ContainsKey(pair.First.Item) && kindOf.ContainsKey(pair.Second.Item))
                .Select(pair => (kindOf[pair.First.Item], kindOf[pair.Second.Item])),
        ];
        double followed = steps.Count(s => kinds[s.From].FollowUps.Contains(s.To)) / (double)steps.Length;
        double byChance = steps.Select(s => s.From).Zip(steps.Select(s => s.To).Skip(1000)).Average(s => kinds[s.First].FollowUps.Contains(s.Second) ? 1.0 : 0);
        Assert.True(followed > 5 * byChance, $"{followed:P1} against {byChance:P1} by chance");
    }

    [Fact]
    public void The_same_seed_writes_the_same_bytes_and_the_files_read_back()
    {
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();
        SyntheticShop.Generate(7).WriteTo(one.Path);
        SyntheticShop.Generate(7).WriteTo(two.Path);
        foreach (string name in (string[])["items.csv", "events.csv", "README.txt"])
            Assert.Equal(File.ReadAllBytes(one.File(name)), File.ReadAllBytes(two.File(name)));
        Assert.Contains("Synthetic", File.ReadAllText(one.File("README.txt")), StringComparison.Ordinal);

        SyntheticShop shop = SyntheticShop.Generate(7);
        var rejected = new List<RejectedRow>();
        Item[] items = [.. ItemFile.Read(one.File("items.csv"), new FileReadOptions { OnRejected = rejected.Add }, TestContext.Current.CancellationToken)];
        Event[] events = [.. EventFile.Read(one.File("events.csv"), new FileReadOptions { OnRejected = rejected.Add }, TestContext.Current.CancellationToken)];
        Assert.Empty(rejected);
        Assert.Equal(shop.Items.Select(i => (i.Id, i.Title, i.Text, i.Price, i.InStock)), items.Select(i => (i.Id, i.Title, i.Text, i.Price, i.InStock)));
        Assert.Equal(shop.Events, events);
    }
}

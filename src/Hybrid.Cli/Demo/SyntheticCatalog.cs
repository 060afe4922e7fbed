using Hybrid.Catalog;

namespace Hybrid.Cli.Demo;

/// <summary>Makes the shop's products.</summary>
internal static class SyntheticCatalog
{
    private const int ProductsPerKind = 23;
    private const double ColdShare = 0.03;
    private const int FirstId = 1001;

    // From the seeds, word for word.
    private static readonly (string Id, string Title)[] SeedsProducts =
    [
        ("P100", "无线蓝牙耳机 主动降噪 续航30小时"), ("P203", "智能手机 5G 128GB存储 三摄系统"),
        ("P305", "平板电脑 10英寸 2K屏幕 8核处理器"), ("P501", "智能手表 健康监测 GPS 防水"),
    ];

    public static IReadOnlyList<ShopProduct> Generate(ShopLanguage language, Random random)
    {
        ProductKind[] kinds = ProductKind.All(language.Kinds);
        var products = new List<ShopProduct>(kinds.Length * ProductsPerKind);
        var titles = new HashSet<string>();
        foreach (ProductKind kind in kinds)
        {
            for (int i = 0; i < ProductsPerKind; i++)
            {
                Item item = Make(kind, language, FirstId + products.Count, random);
                while (!titles.Add(item.Title))
                    item = Make(kind, language, FirstId + products.Count, random);
                int band = item.Price < kind.Price * 0.8 ? 0 : item.Price > kind.Price * 1.25 ? 2 : 1;
                products.Add(new ShopProduct(item, kind, band, random.NextDouble() < ColdShare));
            }
        }
        foreach (((string id, string title), (string category, string kind, double price)) in SeedsProducts.Zip(language.SeedsPlaces))
        {
            var item = new Item(id)
            {
                Title = title,
                Category = category,
                Brand = language.SeedsBrand,
                Price = price,
                InStock = true,
                Attributes = Attributes(language.SeedsColor, 2025, 4.5),
            };
            products.Add(new ShopProduct(item, kinds.Single(k => k.Name == kind), 1, IsCold: false));
        }
        return products;
    }

    private static Item Make(ProductKind kind, ShopLanguage language, int number, Random random)
    {
        string[] adjectives = PickTwo(kind.Adjectives, random);
        string[] features = PickTwo(kind.Features, random);
        string use = Pick(kind.Uses, random);
        string color = Pick(language.Colors, random);
        string brand = Pick(language.Brands, random);
        var words = new ProductWords(brand, kind.Name, color, adjectives, features, use);
        string title = Pick(language.Titles, random)(words, () => Pick(language.Editions, random));
        string text = Pick(language.Texts, random)(words);
        // Log-normal around the kind's price; a sum of uniforms stands in for the normal.
        double normal = random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2;
        double price = Math.Max(3, Math.Round(kind.Price * Math.Exp(0.55 * normal))) - 0.01;
        return new Item($"S{number}")
        {
            Title = title,
            Text = text,
            Category = kind.Category,
            Brand = brand,
            Price = Math.Round(price, 2),
            InStock = random.NextDouble() < 0.88,
            Attributes = Attributes(color, 2019 + random.Next(7), Math.Round(3 + 2 * random.NextDouble(), 1)),
        };
    }

    private static Dictionary<string, AttributeValue> Attributes(string color, int year, double rating) =>
        new() { ["color"] = color, ["year"] = year, ["rating"] = rating, ["source"] = "synthetic" };

    private static T Pick<T>(T[] choices, Random random) => choices[random.Next(choices.Length)];

    private static string[] PickTwo(string[] choices, Random random)
    {
        int first = random.Next(choices.Length);
        return [choices[first], choices[(first + 1 + random.Next(Math.Max(1, choices.Length - 1))) % choices.Length]];
    }
}

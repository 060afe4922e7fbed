using System.Globalization;
using Hybrid.Catalog;

namespace Hybrid.Cli.Demo;

/// <summary>Makes the shop's products.</summary>
internal static class SyntheticCatalog
{
    private const int ProductsPerKind = 23;
    private const double ColdShare = 0.03;
    private const int FirstId = 1001;

    // From the seeds, word for word.
    private static readonly (string Id, string Title, string Category, string Kind, double Price)[] SeedsProducts =
    [
        ("P100", "无线蓝牙耳机 主动降噪 续航30小时", "audio", "over-ear headphones", 149),
        ("P203", "智能手机 5G 128GB存储 三摄系统", "phones", "smartphone", 599),
        ("P305", "平板电脑 10英寸 2K屏幕 8核处理器", "computers", "laptop", 399),
        ("P501", "智能手表 健康监测 GPS 防水", "sports", "running belt", 199),
    ];

    public static IReadOnlyList<ShopProduct> Generate(ProductKind[] kinds, Random random)
    {
        var products = new List<ShopProduct>(kinds.Length * ProductsPerKind);
        var titles = new HashSet<string>();
        foreach (ProductKind kind in kinds)
        {
            for (int i = 0; i < ProductsPerKind; i++)
            {
                Item item = Make(kind, FirstId + products.Count, random);
                while (!titles.Add(item.Title))
                    item = Make(kind, FirstId + products.Count, random);
                int band = item.Price < kind.Price * 0.8 ? 0 : item.Price > kind.Price * 1.25 ? 2 : 1;
                products.Add(new ShopProduct(item, kind, band, random.NextDouble() < ColdShare));
            }
        }
        foreach ((string id, string title, string category, string kind, double price) in SeedsProducts)
        {
            var item = new Item(id)
            {
                Title = title,
                Category = category,
                Brand = "Classic",
                Price = price,
                InStock = true,
                Attributes = Attributes("black", 2025, 4.5),
            };
            products.Add(new ShopProduct(item, kinds.Single(k => k.Name == kind), 1, IsCold: false));
        }
        return products;
    }

    private static Item Make(ProductKind kind, int number, Random random)
    {
        string[] adjectives = PickTwo(kind.Adjectives, random);
        string[] features = PickTwo(kind.Features, random);
        string use = Pick(kind.Uses, random);
        string color = Pick(ProductTable.Colors, random);
        string brand = Pick(ProductTable.Brands, random);
        string title = random.Next(3) switch
        {
            0 => $"{brand} {adjectives[0]} {kind.Name}, {color}",
            1 => $"{Capitalized(adjectives[0])} {kind.Name} with {features[0]} by {brand}",
            _ => $"{brand} {kind.Name} {Pick(["One", "Plus", "Classic", "Go", "Studio", "Air", "Pro"], random)}, {adjectives[0]}",
        };
        string text = random.Next(3) switch
        {
            0 => $"{Capitalized(adjectives[1])} {kind.Name} with {features[0]} and {features[1]}. Made for {use}.",
            1 => $"For {use}: {kind.Name} in {color} with {features[1]}. {Capitalized(features[0])} included, {adjectives[0]} by design.",
            _ => $"{brand} makes these {adjectives[0]} {kind.Name} for {use}. {Capitalized(features[0])}, {features[1]} and two years of guarantee.",
        };
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

    private static string Pick(string[] choices, Random random) => choices[random.Next(choices.Length)];

    private static string[] PickTwo(string[] choices, Random random)
    {
        int first = random.Next(choices.Length);
        return [choices[first], choices[(first + 1 + random.Next(Math.Max(1, choices.Length - 1))) % choices.Length]];
    }

    private static string Capitalized(string text) => char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];
}

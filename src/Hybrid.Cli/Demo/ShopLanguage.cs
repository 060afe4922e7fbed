using System.Globalization;
using Hybrid.Encoding;

namespace Hybrid.Cli.Demo;

/// <summary>The language of the demo's shop: what it sells, in which words, the model that knows them, and what the tour asks for.</summary>
internal sealed record ShopLanguage
{
    public static readonly ShopLanguage English = new()
    {
        Model = ModelFolder.DefaultName,
        Kinds = ProductTable.Lines,
        Brands = ProductTable.Brands,
        Colors = ProductTable.Colors,
        SeedsPlaces = [("audio", "over-ear headphones", 149), ("phones", "smartphone", 599), ("computers", "laptop", 399), ("sports", "running belt", 199)],
        SeedsColor = "black",
        SeedsBrand = "Classic",
        Editions = ["One", "Plus", "Classic", "Go", "Studio", "Air", "Pro"],
        Titles =
        [
            (w, _) => $"{w.Brand} {w.Adjectives[0]} {w.Kind}, {w.Color}",
            (w, _) => $"{Capitalized(w.Adjectives[0])} {w.Kind} with {w.Features[0]} by {w.Brand}",
            (w, edition) => $"{w.Brand} {w.Kind} {edition()}, {w.Adjectives[0]}",
        ],
        Texts =
        [
            w => $"{Capitalized(w.Adjectives[1])} {w.Kind} with {w.Features[0]} and {w.Features[1]}. Made for {w.Use}.",
            w => $"For {w.Use}: {w.Kind} in {w.Color} with {w.Features[1]}. {Capitalized(w.Features[0])} included, {w.Adjectives[0]} by design.",
            w => $"{w.Brand} makes these {w.Adjectives[0]} {w.Kind} for {w.Use}. {Capitalized(w.Features[0])}, {w.Features[1]} and two years of guarantee.",
        ],
        Query = "waterproof running shoes",
        RerankedQuery = "a present for a friend",
        NextQuery = "gift for a coffee lover",
        NextPrice = 40,
        RecommendedQuery = "headphones",
    };

    public static readonly ShopLanguage Chinese = new()
    {
        Model = ModelFolder.MultilingualName,
        Kinds = ChineseProductTable.Lines,
        Brands = ChineseProductTable.Brands,
        Colors = ChineseProductTable.Colors,
        SeedsPlaces = [("影音", "头戴式耳机", 899), ("手机", "智能手机", 3299), ("电脑", "平板电脑", 2399), ("运动", "智能手表", 1299)],
        SeedsColor = "黑色",
        SeedsBrand = "经典",
        Editions = ["标准版", "青春版", "经典款", "旅行版", "大师版", "轻享版", "专业版"],
        Titles =
        [
            (w, _) => $"{w.Brand} {w.Adjectives[0]}{w.Kind} {w.Color}",
            (w, _) => $"{w.Adjectives[0]}{w.Kind} {w.Features[0]} {w.Brand}",
            (w, edition) => $"{w.Brand}{w.Kind} {edition()} {w.Adjectives[0]}",
        ],
        Texts =
        [
            w => $"{w.Adjectives[1]}{w.Kind}，{w.Features[0]}，{w.Features[1]}。适合{w.Use}。",
            w => $"适合{w.Use}：{w.Color}{w.Kind}，{w.Features[1]}，{w.Features[0]}，{w.Adjectives[0]}设计。",
            w => $"{w.Brand}的{w.Adjectives[0]}{w.Kind}，适合{w.Use}。{w.Features[0]}，{w.Features[1]}，两年质保。",
        ],
        Query = "防水跑鞋",
        TranslatedQuery = "waterproof running shoes",
        RerankedQuery = "送给朋友的礼物",
        NextQuery = "送给咖啡爱好者的礼物",
        NextPrice = 300,
        RecommendedQuery = "耳机",
    };

    public required string Model { get; init; }

    /// <summary>As <see cref="ProductTable"/> has them.</summary>
    public required string Kinds { get; init; }

    public required string[] Brands { get; init; }

    public required string[] Colors { get; init; }

    /// <summary>Where the seeds' four products stand.</summary>
    public required (string Category, string Kind, double Price)[] SeedsPlaces { get; init; }

    public required string SeedsColor { get; init; }

    public required string SeedsBrand { get; init; }

    public required string[] Editions { get; init; }

    /// <summary>Makers of titles; the second argument draws an edition.</summary>
    public required Func<ProductWords, Func<string>, string>[] Titles { get; init; }

    public required Func<ProductWords, string>[] Texts { get; init; }

    public required string Query { get; init; }

    /// <summary>The query in another language that the model knows; null: it knows one.</summary>
    public string? TranslatedQuery { get; init; }

    public required string RerankedQuery { get; init; }

    public required string NextQuery { get; init; }

    public required int NextPrice { get; init; }

    public required string RecommendedQuery { get; init; }

    private static string Capitalized(string text) => char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];
}

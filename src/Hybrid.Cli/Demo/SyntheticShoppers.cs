using Hybrid.Behavior;

namespace Hybrid.Cli.Demo;

/// <summary>Makes the shop's shoppers and what they do.</summary>
/// <remarks>Each has two or three favourite categories and a price band, and goes on from what they took to what belongs to it.</remarks>
internal static class SyntheticShoppers
{
    private const int Shoppers = 1_900;
    private const int Days = 56;
    private const double FollowUpShare = 0.55;
    private const double TasteShare = 0.85;

    private static readonly DateTimeOffset Opening = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<Event> Generate(IReadOnlyList<ShopProduct> products, Random random)
    {
        ShopProduct[] sold = [.. products.Where(p => !p.IsCold)];
        Dictionary<string, Shelf> byKind = sold.GroupBy(p => p.Kind.Name).ToDictionary(g => g.Key, g => new Shelf([.. g], random));
        string[] categories = [.. sold.Select(p => p.Kind.Category).Distinct()];
        // Some kinds are entered by many, some by few.
        Dictionary<string, ProductKind[]> kinds = sold.GroupBy(p => p.Kind.Category).ToDictionary(g => g.Key, g => g.Select(p => p.Kind).Distinct().ToArray());

        var events = new List<Event>();
        for (int shopper = 1; shopper <= Shoppers; shopper++)
        {
            string[] tastes = [.. Enumerable.Range(0, 2 + random.Next(2)).Select(_ => categories[Skewed(categories.Length, random)])];
            int band = random.Next(3);
            int sessions = 1 + random.Next(3) + random.Next(4);
            DateTimeOffset time = Opening.AddMinutes(random.Next(Days * 24 * 60 / 2));
            for (int session = 0; session < sessions; session++)
            {
                AddSession(events, $"U{shopper}", tastes, band, time, byKind, kinds, categories, random);
                time = time.AddHours(3 + random.Next(Days * 24 / 8));
            }
        }
        return events;
    }

    private static void AddSession(
        List<Event> events, string user, string[] tastes, int band, DateTimeOffset time,
        Dictionary<string, Shelf> byKind, Dictionary<string, ProductKind[]> kinds, string[] categories, Random random)
    {
        int length = 2 + random.Next(4) + random.Next(5);
        ProductKind? kind = null;
        for (int i = 0; i < length; i++)
        {
            ProductKind[] followUps = kind is null ? [] : [.. kind.FollowUps.Where(byKind.ContainsKey).Select(name => byKind[name].Kind)];
            if (followUps.Length > 0 && random.NextDouble() < FollowUpShare)
            {
                kind = followUps[random.Next(followUps.Length)];
            }
            else if (kind is null || random.NextDouble() < 0.4)   // otherwise another of the same kind, to compare
            {
                string[] from = random.NextDouble() < TasteShare ? tastes : categories;
                ProductKind[] choices = kinds[from[random.Next(from.Length)]];
                kind = choices[Skewed(choices.Length, random)];
            }
            ShopProduct product = byKind[kind.Name].Pick(band, random);
            string what = random.Next(10) switch { 0 => "purchase", 1 or 2 => "cart", _ => "view" };
            events.Add(new Event(user, product.Item.Id, what, time));
            time = time.AddSeconds(20 + random.Next(400));
        }
    }

    /// <summary>An index below <paramref name="count"/>, small ones more often: about 1/(i + 1), as Zipf has it.</summary>
    private static int Skewed(int count, Random random) => (int)(Math.Pow(count + 1, random.NextDouble()) - 1);

    /// <summary>The products of one kind, in an order of popularity that has nothing to do with their ids.</summary>
    private sealed class Shelf
    {
        private readonly ShopProduct[] _products;

        public Shelf(ShopProduct[] products, Random random)
        {
            _products = products;
            random.Shuffle(_products);
        }

        public ProductKind Kind => _products[0].Kind;

        /// <summary>A popular product more often, and one of the shopper's price band most often.</summary>
        public ShopProduct Pick(int band, Random random)
        {
            ShopProduct product = _products[Skewed(_products.Length, random)];
            for (int tries = 0; product.Band != band && tries < 3; tries++)
                product = _products[Skewed(_products.Length, random)];
            return product;
        }
    }
}

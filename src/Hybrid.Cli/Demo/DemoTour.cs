using System.Globalization;
using Hybrid.Api.Messages;
using Hybrid.Catalog;
using Hybrid.Cli.Output;
using Hybrid.Cli.Queries;
using Hybrid.Recommending;

namespace Hybrid.Cli.Demo;

/// <summary>What the demo shows once the shop is indexed and trained.</summary>
internal sealed class DemoTour(HybridEngine engine, SyntheticShop shop, ShopLanguage language, TextWriter output)
{
    private readonly QueryRunner _queries = new(engine);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Heading($"A text query: {language.Query}");
        IReadOnlyList<ResultItem> found = await _queries.SearchAsync(new TextQuery { Text = language.Query, Count = 5 }, cancellationToken);
        ResultTable.Write(found);
        if (language.TranslatedQuery is { } translated)
        {
            Heading($"The same in English: {translated}");
            ResultTable.Write(await _queries.SearchAsync(new TextQuery { Text = translated, Count = 5 }, cancellationToken));
        }

        Heading($"More like this: {found[0].Id}, {found[0].Label()}");
        ResultTable.Write(await _queries.SimilarAsync(new ItemQuery { Item = found[0].Id, Count = 5 }, cancellationToken));

        await ShowHistoryAsync(cancellationToken);
        await ShowColdItemAsync(cancellationToken);
        await LatencyTable.WriteAsync(engine, output, cancellationToken);

        string folder = engine.Options.DataPath;
        Heading("What to try next");
        output.WriteLine($"""
              hybrid search "{language.NextQuery}" --filter 'price < {language.NextPrice} and in_stock == true' --data {folder}
              hybrid recommend --text "{language.RecommendedQuery}" --user {ShopperToShow()} --explain --data {folder}
              hybrid similar P100 --json --data {folder}
              hybrid status --data {folder}
              hybrid import --items your-items.csv --events your-events.csv --index --train     (your own shop, in ./hybrid-data)
            """);
    }

    private async Task ShowHistoryAsync(CancellationToken cancellationToken)
    {
        string user = ShopperToShow();
        IReadOnlyList<ItemId> history = engine.Records.ReadHistory(user, HybridRecommender.HistoryLength);
        IReadOnlyDictionary<ItemId, Item> known = engine.Records.Find(history);
        Heading($"The same query with and without a shopper: {language.RerankedQuery}");
        output.WriteLine($"Shopper {user} looked at: {string.Join("; ", history.Select(id => known[id].Title))}");
        output.WriteLine();
        var query = new UserQuery { Text = language.RerankedQuery, Count = 6 };
        IReadOnlyList<ResultItem> without = await _queries.RecommendAsync(query, cancellationToken);
        IReadOnlyList<ResultItem> with = await _queries.RecommendAsync(query with { User = user }, cancellationToken);
        ResultTable.WriteSideBySide("without", without, $"for shopper {user}", with);
    }

    private async Task ShowColdItemAsync(CancellationToken cancellationToken)
    {
        HashSet<ItemId> touched = [.. shop.Events.Select(e => e.Item)];
        Item cold = shop.Items.First(item => !touched.Contains(item.Id));
        Heading($"A cold item that nobody has touched: {cold.Id}, {cold.Title}");
        IReadOnlyList<ResultItem> found = await _queries.SearchAsync(new TextQuery { Text = cold.Title, Count = 3 }, cancellationToken);
        string place = found.FirstOrDefault(r => r.Id == cold.Id)?.Rank.ToString(CultureInfo.InvariantCulture) ?? "below 3";
        output.WriteLine($"No behaviour, yet its text finds it: place {place} for its title, and it has neighbours to be recommended beside:");
        ResultTable.Write(await _queries.SimilarAsync(new ItemQuery { Item = cold.Id.Value, Count = 3 }, cancellationToken));
    }

    /// <summary>The shopper with the longest history: the one whose taste shows best.</summary>
    private string ShopperToShow() => shop.Events.CountBy(e => e.User).OrderByDescending(u => u.Value).ThenBy(u => u.Key).First().Key.Value;

    private void Heading(string text)
    {
        output.WriteLine();
        output.WriteLine($"== {text}");
    }
}

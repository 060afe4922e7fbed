using System.Globalization;

namespace Hybrid.Catalog.Files;

/// <summary>Whether an item can be had now, as shops say it.</summary>
internal static class StockWords
{
    // Without spaces, dashes and underscores. What can only be ordered ahead (preorder, backorder) is not in stock.
    private static readonly Dictionary<string, bool> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["true"] = true, ["yes"] = true, ["y"] = true, ["t"] = true, ["on"] = true, ["ja"] = true, ["oui"] = true, ["si"] = true, ["sí"] = true, ["sim"] = true,
        ["是"] = true, ["有货"] = true, ["有貨"] = true, ["instock"] = true, ["available"] = true, ["inventory"] = true, ["lowstock"] = true,
        ["limitedavailability"] = true, ["limitedstock"] = true, ["instoreonly"] = true, ["onlineonly"] = true, ["auflager"] = true, ["lieferbar"] = true,
        ["verfügbar"] = true,
        ["false"] = false, ["no"] = false, ["n"] = false, ["f"] = false, ["off"] = false, ["nein"] = false, ["non"] = false, ["não"] = false, ["否"] = false,
        ["无货"] = false, ["缺货"] = false, ["outofstock"] = false, ["soldout"] = false, ["unavailable"] = false, ["notavailable"] = false,
        ["discontinued"] = false, ["preorder"] = false, ["presale"] = false, ["backorder"] = false, ["onbackorder"] = false, ["backordered"] = false,
        ["madetoorder"] = false, ["nichtverfügbar"] = false, ["nichtlieferbar"] = false, ["ausverkauft"] = false,
    };

    /// <summary>True or false, or null where the value is neither a word of those nor a number.</summary>
    /// <param name="value">A word, a link to one of schema.org ("https://schema.org/InStock"), or a quantity.</param>
    public static bool? Parse(string value)
    {
        string word = value[(value.LastIndexOf('/') + 1)..];
        if (Words.TryGetValue(word.Replace(" ", "").Replace("_", "").Replace("-", ""), out bool there))
            return there;
        return double.TryParse(value.TrimEnd('+'), NumberStyles.Float, CultureInfo.InvariantCulture, out double count) && double.IsFinite(count)
            ? count > 0
            : null;
    }
}

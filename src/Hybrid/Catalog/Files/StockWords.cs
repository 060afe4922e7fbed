using System.Globalization;

namespace Hybrid.Catalog.Files;

/// <summary>Whether an item can be had now, as shops say it.</summary>
internal static class StockWords
{
    // Without spaces, dashes and underscores.
    private static readonly HashSet<string> There = WordsOf("""
        true yes y t on ja oui si sí sim 是 有货 有貨 instock available inventory lowstock limitedavailability limitedstock instoreonly onlineonly
        auflager lieferbar verfügbar
        """);

    // What can only be ordered ahead (preorder, backorder) is not in stock.
    private static readonly HashSet<string> NotThere = WordsOf("""
        false no n f off nein non não 否 无货 缺货 outofstock soldout unavailable notavailable discontinued preorder presale backorder onbackorder backordered
        madetoorder nichtverfügbar nichtlieferbar ausverkauft
        """);

    /// <summary>True or false, or null where the value is neither a word of those nor a number.</summary>
    /// <param name="value">A word, a link to one of schema.org ("https://schema.org/InStock"), or a quantity.</param>
    public static bool? Parse(string value)
    {
        string word = value[(value.LastIndexOf('/') + 1)..];
        word = string.Concat(word.Where(c => c is not (' ' or '_' or '-')));
        if (There.Contains(word))
            return true;
        if (NotThere.Contains(word))
            return false;
        return double.TryParse(value.TrimEnd('+'), NumberStyles.Float, CultureInfo.InvariantCulture, out double count) && double.IsFinite(count)
            ? count > 0
            : null;
    }

    private static HashSet<string> WordsOf(string list) =>
        new(list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
}

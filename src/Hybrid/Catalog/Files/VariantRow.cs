namespace Hybrid.Catalog.Files;

/// <summary>A row that continues an item: another size or colour of it, with its own price and stock.</summary>
internal static class VariantRow
{
    /// <summary>The most values that an attribute collects from variants; those after them are left out.</summary>
    private const int MostValues = 1_000;

    /// <summary>The item with a variant: in stock if either is, the lower price, and of each attribute the values of both.</summary>
    public static Item Join(Item item, Item variant) => item with
    {
        Category = item.Category ?? variant.Category,
        Brand = item.Brand ?? variant.Brand,
        Price = item.Price is { } price && variant.Price is { } other ? Math.Min(price, other) : item.Price ?? variant.Price,
        InStock = item.InStock is { } there && variant.InStock is { } too ? there || too : item.InStock ?? variant.InStock,
        Attributes = JoinAttributes(item.Attributes, variant.Attributes),
    };

    private static Dictionary<string, AttributeValue> JoinAttributes(
        IReadOnlyDictionary<string, AttributeValue> attributes, IReadOnlyDictionary<string, AttributeValue> more)
    {
        var joined = new Dictionary<string, AttributeValue>(attributes, StringComparer.Ordinal);
        foreach ((string name, AttributeValue value) in more)
        {
            if (!joined.TryGetValue(name, out AttributeValue known))
                joined.Add(name, value);
            else if (known != value)
                joined[name] = AttributeValue.OfList(ElementsOf(known).Union(ElementsOf(value)).Take(MostValues));
        }
        return joined;
    }

    private static IEnumerable<AttributeValue> ElementsOf(AttributeValue value) => value.Kind == AttributeKind.List ? value.Elements : [value];
}

using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>What a condition looks at.</summary>
/// <param name="Name">As it is written: price, or the attribute's name.</param>
/// <param name="Kind">The kind of its values; null for an attribute, which may hold any.</param>
internal sealed record FilterField(string Name, AttributeKind? Kind)
{
    public const string Attributes = "attributes";

    public static readonly FilterField Id = new("id", AttributeKind.Text);

    public static readonly FilterField[] Known =
    [
        Id,
        new("category", AttributeKind.Text),
        new("brand", AttributeKind.Text),
        new("price", AttributeKind.Number),
        new("in_stock", AttributeKind.Boolean),
    ];

    public static FilterField Attribute(string name) => new(name, null);

    /// <summary>The item's value, or null when it has none.</summary>
    public AttributeValue? Of(Item item)
    {
        if (Kind is null)
            return item.Attributes.TryGetValue(Name, out AttributeValue value) ? value : (AttributeValue?)null;
        return Name switch
        {
            "id" => item.Id.Value,
            "category" => item.Category is { } category ? category : (AttributeValue?)null,
            "brand" => item.Brand is { } brand ? brand : (AttributeValue?)null,
            "price" => item.Price is { } price ? price : null,
            _ => item.InStock is { } inStock ? inStock : null,
        };
    }

    public void Write(StringBuilder expression)
    {
        if (Kind is not null)
        {
            expression.Append(Name);
            return;
        }
        expression.Append(Attributes).Append('[');
        FilterText.Quote(expression, Name);
        expression.Append(']');
    }
}

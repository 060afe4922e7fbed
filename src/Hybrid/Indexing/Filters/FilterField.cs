using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>What a condition looks at.</summary>
/// <param name="Name">As it is written: price, or the attribute's name.</param>
/// <param name="Kind">The kind of its values; null for an attribute, which may hold any.</param>
internal sealed record FilterField(string Name, AttributeKind? Kind)
{
    public const string Attributes = "attributes";

    /// <summary>Between the parts of a category that is a list, "Animation|Comedy".</summary>
    public const char CategorySeparator = '|';

    public static readonly FilterField Id = new("id", AttributeKind.Text);

    public static readonly FilterField[] Known =
    [
        Id,
        new("category", AttributeKind.Text),
        new("brand", AttributeKind.Text),
        new("price", AttributeKind.Number),
        new("in_stock", AttributeKind.Boolean),
    ];

    // An item has its names as they were given: composed, taken apart, or part one and part the other, which then has to be spelled alike here.
    public IReadOnlyList<string> Spellings { get; } =
        Kind is null ? [.. ((string[])[Name, ComposedText.Of(Name), ComposedText.Apart(Name)]).Distinct(StringComparer.Ordinal)] : [];

    public bool IsCategory => Kind is not null && Name == "category";

    public static FilterField Attribute(string name) => new(name, null);

    /// <summary>What a name stands for: a field, or else the attribute of that name.</summary>
    public static FilterField Named(string name) => Array.Find(Known, field => field.Name == name) ?? Attribute(name);

    /// <summary>The item's value, or null when it has none.</summary>
    public AttributeValue? Of(Item item)
    {
        if (Kind is null)
        {
            for (int i = 0; i < Spellings.Count; i++)
            {
                if (item.Attributes.TryGetValue(Spellings[i], out AttributeValue value))
                    return value;
            }
            return null;
        }
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

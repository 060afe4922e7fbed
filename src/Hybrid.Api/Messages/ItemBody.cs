using System.Text.Json.Serialization;
using Hybrid.Api.Answers;
using Hybrid.Api.Reading;
using Hybrid.Catalog;

namespace Hybrid.Api.Messages;

/// <summary>An item of the catalogue, as it is sent and as it is given back.</summary>
public sealed record ItemBody
{
    /// <summary>1 to 100 bytes of UTF-8, without control characters.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? Id { get; init; }

    /// <summary>Its name; may be left out when there is a text.</summary>
    public string? Title { get; init; }

    /// <summary>Its description.</summary>
    public string? Text { get; init; }

    public string? Category { get; init; }

    public string? Brand { get; init; }

    public double? Price { get; init; }

    public bool? InStock { get; init; }

    /// <summary>Everything else: texts, numbers, true or false, lists of those.</summary>
    [JsonConverter(typeof(AttributesConverter))]
    public IReadOnlyDictionary<string, AttributeValue>? Attributes { get; init; }

    internal static ItemBody Of(Item item) => new()
    {
        Id = item.IdAsGiven,
        Title = item.Title.Length > 0 ? item.Title : null,
        Text = item.Text.Length > 0 ? item.Text : null,
        Category = item.Category,
        Brand = item.Brand,
        Price = item.Price,
        InStock = item.InStock,
        Attributes = item.Attributes.Count > 0 ? item.Attributes : null,
    };

    /// <exception cref="RefusedException">It has no id, or neither title nor text.</exception>
    internal Item Read()
    {
        if (Id is null)
            throw ProblemKind.BadValue.Refuse("The item has no id.", "Give it an id of its own.", "id");
        ItemId id = FieldValues.Id<ItemId>("id", Id);
        if (string.IsNullOrWhiteSpace(Title) && string.IsNullOrWhiteSpace(Text))
        {
            throw ProblemKind.BadValue.Refuse($"The item '{id}' has neither a title nor a text.", "Give it one: it is found by what they mean.", "title",
                Title);
        }
        if (Price is { } price && !double.IsFinite(price))
            throw ProblemKind.BadValue.Refuse($"The price of the item '{id}' is too large for a number.", "Send a finite number, or leave it out.", "price");
        return new Item(id)
        {
            IdAsGiven = Id,
            Title = Title ?? "",
            Text = Text ?? "",
            Category = Category,
            Brand = Brand,
            Price = Price,
            InStock = InStock,
            Attributes = Attributes ?? new Dictionary<string, AttributeValue>(),
        };
    }
}

namespace Hybrid.Catalog;

/// <summary>One thing that can be recommended, as the catalogue describes it.</summary>
public sealed record Item
{
    public Item(ItemId id) => Id = id;

    public ItemId Id { get; }

    /// <summary>The id letter for letter as the catalogue writes it, spaces and all; what the shop is given back.</summary>
    /// <exception cref="ArgumentException">It is no spelling of <see cref="Id"/>.</exception>
    public string IdAsGiven
    {
        get => field ?? Id.Value;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(IdAsGiven));
            if (value != Id.Value && new ItemId(value) != Id)
                throw new ArgumentException($"'{PlainText.Brief(value)}' is not a way to write the id '{Id}'.", nameof(IdAsGiven));
            field = value == Id.Value ? null : value;
        }
    }

    /// <summary>Its name; may be empty when <see cref="Text"/> is not.</summary>
    public string Title { get; init; } = "";

    /// <summary>Its description.</summary>
    public string Text { get; init; } = "";

    public string? Category { get; init; }

    public string? Brand { get; init; }

    /// <summary>Finite, in the shop's currency; null when unknown.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite.</exception>
    public double? Price
    {
        get;
        init => field = value is not { } price || double.IsFinite(price)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Price), value, $"The price of {Id} must be a finite number; leave it out where it is unknown.");
    }

    /// <summary>Null when the shop does not say.</summary>
    public bool? InStock { get; init; }

    /// <summary>Everything else the shop says about it, by name.</summary>
    public IReadOnlyDictionary<string, AttributeValue> Attributes { get; init; } = NoAttributes;

    private static readonly IReadOnlyDictionary<string, AttributeValue> NoAttributes = new Dictionary<string, AttributeValue>().AsReadOnly();
}

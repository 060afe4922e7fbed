using System.Globalization;

namespace Hybrid.Catalog;

/// <summary>One value of an item's attribute: text, a finite number, or true/false.</summary>
public readonly record struct AttributeValue
{
    private readonly string? _text;
    private readonly double _number;

    private AttributeValue(AttributeKind kind, string? text, double number)
    {
        Kind = kind;
        _text = text;
        _number = number;
    }

    public AttributeKind Kind { get; }

    /// <exception cref="InvalidOperationException">The value is not text.</exception>
    public string Text => Kind == AttributeKind.Text ? _text ?? "" : throw new InvalidOperationException($"The attribute value {this} is not text.");

    /// <exception cref="InvalidOperationException">The value is not a number.</exception>
    public double Number => Kind == AttributeKind.Number ? _number : throw new InvalidOperationException($"The attribute value {this} is not a number.");

    /// <exception cref="InvalidOperationException">The value is not true or false.</exception>
    public bool IsTrue => Kind == AttributeKind.Boolean ? _number != 0 : throw new InvalidOperationException($"The attribute value {this} is not true or false.");

    public static implicit operator AttributeValue(string text) => new(AttributeKind.Text, text, 0);

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="number"/> is not finite.</exception>
    public static implicit operator AttributeValue(double number) => double.IsFinite(number)
        ? new(AttributeKind.Number, null, number)
        : throw new ArgumentOutOfRangeException(nameof(number), number, "An attribute's number must be finite.");

    public static implicit operator AttributeValue(bool truth) => new(AttributeKind.Boolean, null, truth ? 1 : 0);

    public override string ToString() => Kind switch
    {
        AttributeKind.Number => _number.ToString("R", CultureInfo.InvariantCulture),
        AttributeKind.Boolean => _number != 0 ? "true" : "false",
        _ => _text ?? "",
    };
}

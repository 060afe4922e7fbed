using System.Globalization;
using System.Text.RegularExpressions;

namespace Hybrid.Catalog;

/// <summary>One value of an item's attribute: text, a finite number, true/false, or a list of those.</summary>
/// <remarks>
/// A number from a file keeps the text that stood there, so that 12.50 is written 12.50 again. Two values are equal when they are of one kind and written
/// alike: 12.5 and 12.50 are not, though their <see cref="Number"/>s are. Two lists are equal when their elements are, in order.
/// </remarks>
public readonly partial record struct AttributeValue
{
    // What a double holds for certain is 15 digits; 17 tell any two apart.
    private const int MostDigits = 17;

    // The text; of a number null where it is the number's shortest; of a list its elements, an AttributeValue[]. One field, since an index holds millions.
    private readonly object? _held;
    private readonly double _number;

    private AttributeValue(AttributeKind kind, object? held, double number)
    {
        Kind = kind;
        _held = held;
        _number = number;
    }

    public AttributeKind Kind { get; }

    /// <exception cref="InvalidOperationException">The value is not text.</exception>
    public string Text => Kind == AttributeKind.Text ? (string?)_held ?? "" : throw IsNot("text");

    /// <exception cref="InvalidOperationException">The value is not a number.</exception>
    public double Number => Kind == AttributeKind.Number ? _number : throw IsNot("a number");

    /// <exception cref="InvalidOperationException">The value is not true or false.</exception>
    public bool IsTrue => Kind == AttributeKind.Boolean ? _number != 0 : throw IsNot("true or false");

    /// <summary>Texts, numbers and truths, in order; there may be none.</summary>
    /// <exception cref="InvalidOperationException">The value is not a list.</exception>
    public IReadOnlyList<AttributeValue> Elements => Kind == AttributeKind.List ? (AttributeValue[])_held! : throw IsNot("a list");   // ! : OfList sets it

    /// <summary>The value as text: a number as it stood in its file (always a JSON number), or else as short as it can be; "true" or "false"; a list's
    /// elements with | between, "a|b".</summary>
    public string AsWritten => Kind switch
    {
        AttributeKind.Number => (string?)_held ?? _number.ToString("R", CultureInfo.InvariantCulture),
        AttributeKind.Boolean => _number != 0 ? "true" : "false",
        AttributeKind.List => string.Join('|', Elements.Select(e => e.AsWritten)),
        _ => (string?)_held ?? "",
    };

    public static implicit operator AttributeValue(string text) => new(AttributeKind.Text, text, 0);

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="number"/> is not finite.</exception>
    public static implicit operator AttributeValue(double number) => double.IsFinite(number)
        ? new(AttributeKind.Number, null, number)
        : throw new ArgumentOutOfRangeException(nameof(number), number, "An attribute's number must be finite.");

    public static implicit operator AttributeValue(bool truth) => new(AttributeKind.Boolean, null, truth ? 1 : 0);

    /// <summary>A list of texts, numbers and truths.</summary>
    /// <exception cref="ArgumentException">An element is a list itself.</exception>
    public static AttributeValue OfList(IEnumerable<AttributeValue> elements)
    {
        AttributeValue[] held = [.. elements];
        return Array.Exists(held, e => e.Kind == AttributeKind.List)
            ? throw new ArgumentException("An attribute's list holds texts, numbers and truths, and no lists: join the inner ones.", nameof(elements))
            : new(AttributeKind.List, held, 0);
    }

    public bool Equals(AttributeValue other) =>
        Kind == other.Kind && _number.Equals(other._number)
        && (Kind == AttributeKind.List ? Elements.SequenceEqual(other.Elements) : Equals(_held, other._held));

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        hash.Add(_number);
        if (Kind != AttributeKind.List)
            hash.Add(_held);
        else
            foreach (AttributeValue element in Elements)
                hash.Add(element);
        return hash.ToHashCode();
    }

    /// <inheritdoc cref="AsWritten"/>
    public override string ToString() => AsWritten;

    /// <summary>What a CSV cell can be: true or false, a number written in digits, or else text.</summary>
    /// <remarks>007 is text, whose zeros a number would lose, and 7E3, which is as likely a code.</remarks>
    internal static AttributeValue OfCell(string cell) => cell switch
    {
        "true" => true,
        "false" => false,
        _ => PlainNumber().IsMatch(cell) ? OfJsonNumber(cell) : cell,
    };

    /// <summary>The number that a JSON number stands for; its text where a double would lose digits, as those of a long barcode.</summary>
    internal static AttributeValue OfJsonNumber(string token)
    {
        double number = double.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number))
            return token;
        Span<char> shortest = stackalloc char[32];   // 24 are the most, -1.2345678901234567E-308
        number.TryFormat(shortest, out int length, "R", CultureInfo.InvariantCulture);
        if (shortest[..length].SequenceEqual(token))
            return number;
        return KeepsDigits(token, number) ? new AttributeValue(AttributeKind.Number, token, number) : token;
    }

    private InvalidOperationException IsNot(string kind) => new($"The attribute value {this} is not {kind}.");

    private static bool KeepsDigits(string token, double number)
    {
        string digits = DigitsOf(token);
        return digits.Length <= MostDigits && digits == DigitsOf(number.ToString($"E{Math.Max(digits.Length, 1) - 1}", CultureInfo.InvariantCulture));
    }

    /// <summary>The digits that count: those of 0.0120E5 are 12.</summary>
    private static string DigitsOf(string token) =>
        token.Split('e', 'E')[0].Replace(".", "", StringComparison.Ordinal).Trim('-', '0');

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainNumber();
}

using System.Diagnostics.CodeAnalysis;

namespace Hybrid.Catalog;

/// <summary>The catalogue's key for an item, "P100": the same in every store and model.</summary>
/// <remarks>Ordered by its UTF-8 bytes, as in every store. <c>default</c> is no item; stores reject it.</remarks>
public readonly record struct ItemId : IParsable<ItemId>, IComparable<ItemId>
{
    /// <summary>The longest id in UTF-8 bytes.</summary>
    public const int MaxBytes = IdText.MaxBytes;

    /// <exception cref="ArgumentException">
    /// <paramref name="value"/> is empty, has a control character, is longer than <see cref="MaxBytes"/>, or is not valid Unicode.
    /// </exception>
    public ItemId(string value) => Value = IdText.Require(value, "an item id");

    /// <summary>What the id is matched by: as it was given, with its letters composed (NFC) and without spaces and zero-width marks at either end.</summary>
    public string Value { get; }

    public int CompareTo(ItemId other) => Utf8Order.Compare(Value, other.Value);

    public static bool operator <(ItemId left, ItemId right) => left.CompareTo(right) < 0;

    public static bool operator >(ItemId left, ItemId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ItemId left, ItemId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ItemId left, ItemId right) => left.CompareTo(right) >= 0;

    public static implicit operator ItemId(string value) => new(value);

    public override string ToString() => Value ?? "";

    public static ItemId Parse(string s, IFormatProvider? provider) => new(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ItemId result)
    {
        bool valid = s is not null && IdText.Reject(IdText.FormOf(s)) is null;
        result = valid ? new ItemId(s!) : default;   // ! : valid implies not null
        return valid;
    }
}

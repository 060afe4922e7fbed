using System.Diagnostics.CodeAnalysis;

namespace Hybrid.Catalog;

/// <summary>The catalogue's key for an item, "P100": the same in every store and model.</summary>
/// <remarks>Ordered by UTF-16 code unit. <c>default</c> is no item; stores reject it.</remarks>
public readonly record struct ItemId : IParsable<ItemId>, IComparable<ItemId>
{
    /// <summary>The longest id in UTF-8 bytes: the width of the VARCHAR key in Milvus.</summary>
    public const int MaxBytes = 100;

    /// <exception cref="ArgumentException"><paramref name="value"/> is empty, has a control character, is longer than <see cref="MaxBytes"/>, or is not valid Unicode.</exception>
    public ItemId(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (Reject(value) is { } reason)
            throw new ArgumentException($"'{value}' is not an item id: {reason}.", nameof(value));
        Value = value;
    }

    public string Value { get; }

    public int CompareTo(ItemId other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(ItemId left, ItemId right) => left.CompareTo(right) < 0;

    public static bool operator >(ItemId left, ItemId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ItemId left, ItemId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ItemId left, ItemId right) => left.CompareTo(right) >= 0;

    public static implicit operator ItemId(string value) => new(value);

    public override string ToString() => Value ?? "";

    public static ItemId Parse(string s, IFormatProvider? provider) => new(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ItemId result)
    {
        bool valid = s is not null && Reject(s) is null;
        result = valid ? new ItemId(s!) : default;   // ! : valid implies not null
        return valid;
    }

    /// <summary>Why <paramref name="value"/> cannot be an id of an item, user or session, or null when it can.</summary>
    internal static string? Reject(string value)
    {
        if (value.Length == 0)
            return "it is empty";
        int bytes = System.Text.Encoding.UTF8.GetByteCount(value);
        if (bytes > MaxBytes)
            return $"it has {bytes} UTF-8 bytes and {MaxBytes} is the most";
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (char.IsControl(c))
                return $"it holds the control character U+{(int)c:X4}";
            if (!char.IsSurrogate(c))
                continue;
            // Half a pair has no UTF-8: it would come back from a file as another id.
            if (i + 1 == value.Length || !char.IsSurrogatePair(c, value[i + 1]))
                return $"it holds half of a surrogate pair, U+{(int)c:X4}";
            i++;
        }
        return null;
    }
}

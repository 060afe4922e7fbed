using System.Diagnostics.CodeAnalysis;
using Hybrid.Catalog;

namespace Hybrid.Behavior;

/// <summary>The shop's key for somebody who does something, "U17"; a user and an item may have the same text.</summary>
/// <remarks>Ordered by its UTF-8 bytes, as in every store. <c>default</c> is no user; stores reject it.</remarks>
public readonly record struct UserId : IParsable<UserId>, IComparable<UserId>
{
    /// <summary>The longest id in UTF-8 bytes.</summary>
    public const int MaxBytes = IdText.MaxBytes;

    /// <exception cref="ArgumentException">
    /// <paramref name="value"/> is empty, has a control character, is longer than <see cref="MaxBytes"/>, or is not valid Unicode.
    /// </exception>
    public UserId(string value) => Value = IdText.Require(value, "a user id");

    /// <summary>What the id is matched by: as it was given, with its letters composed (NFC) and without spaces and zero-width marks at either end.</summary>
    public string Value { get; }

    public int CompareTo(UserId other) => Utf8Order.Compare(Value, other.Value);

    public static bool operator <(UserId left, UserId right) => left.CompareTo(right) < 0;

    public static bool operator >(UserId left, UserId right) => left.CompareTo(right) > 0;

    public static bool operator <=(UserId left, UserId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(UserId left, UserId right) => left.CompareTo(right) >= 0;

    public static implicit operator UserId(string value) => new(value);

    public override string ToString() => Value ?? "";

    public static UserId Parse(string s, IFormatProvider? provider) => new(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out UserId result)
    {
        bool valid = s is not null && IdText.Reject(IdText.FormOf(s)) is null;
        result = valid ? new UserId(s!) : default;   // ! : valid implies not null
        return valid;
    }
}

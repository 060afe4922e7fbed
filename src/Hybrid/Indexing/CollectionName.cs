using System.Globalization;

namespace Hybrid.Indexing;

/// <summary>A collection's full name, "products@3": a base name and a version.</summary>
internal readonly record struct CollectionName(string Base, long Version)
{
    public const int MaxLength = 64;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Base}@{Version}");

    /// <summary>False for an alias, and for everything else that is no full name.</summary>
    public static bool TryParse(string text, out CollectionName name)
    {
        int at = text.IndexOf('@', StringComparison.Ordinal);
        bool valid = long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long version) && at > 0
            && IsBase(text.AsSpan(0, at));
        name = valid ? new(text[..at], version) : default;
        return valid && name.ToString() == text;   // "products@03" is not a name
    }

    /// <exception cref="ArgumentException"><paramref name="name"/> is not a base name or an alias.</exception>
    public static void ThrowIfNotBase(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        if (!IsBase(name))
            throw new ArgumentException($"'{name}' is not a name: use 1 to {MaxLength} of A-Z a-z 0-9 _, not beginning with a digit.", parameter);
    }

    public static bool IsBase(ReadOnlySpan<char> name)
    {
        bool valid = name.Length is >= 1 and <= MaxLength && !char.IsAsciiDigit(name[0]);
        foreach (char c in name)
            valid &= char.IsAsciiLetterOrDigit(c) || c == '_';
        return valid;
    }
}

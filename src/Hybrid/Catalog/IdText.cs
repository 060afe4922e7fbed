namespace Hybrid.Catalog;

/// <summary>What the ids of items, users, sessions and requests have in common.</summary>
internal static class IdText
{
    /// <summary>The longest id in UTF-8 bytes: the width of the VARCHAR key in Milvus.</summary>
    public const int MaxBytes = 100;

    /// <summary>The form by which <paramref name="value"/> is matched, when it can be an id.</summary>
    /// <param name="what">What it should be, "an item id".</param>
    /// <exception cref="ArgumentException">It cannot.</exception>
    public static string Require(string value, string what)
    {
        ArgumentNullException.ThrowIfNull(value);
        string form = FormOf(value);
        return Reject(form) is { } reason
            ? throw new ArgumentException($"'{PlainText.Brief(value)}' is not {what}: {reason}.", nameof(value))
            : form;
    }

    /// <summary>What two spellings of one id have in common: letters composed, and nothing at either end that nobody sees. Case and zeros count.</summary>
    public static string FormOf(string value)
    {
        if (IsPlain(value))
            return value;
        int first = 0, end = value.Length;
        while (first < end && IsUnseen(value[first]))
            first++;
        while (end > first && IsUnseen(value[end - 1]))
            end--;
        return ComposedText.Of(value[first..end]);   // the same object where nothing is cut
    }

    /// <summary>Why <paramref name="value"/> cannot be an id's form, or null when it can.</summary>
    public static string? Reject(string value)
    {
        if (IsPlain(value))
            return null;
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

    /// <summary>Whether a text holds an id as a word of its own.</summary>
    public static bool IsNamedIn(string? text, string id)
    {
        for (int at = 0; text is not null && (at = text.IndexOf(id, at, StringComparison.Ordinal)) >= 0; at++)
        {
            int end = at + id.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
                return true;
        }
        return false;
    }

    /// <summary>Whether it is an id as it stands, as most are: letters, digits and signs of ASCII, not too many.</summary>
    private static bool IsPlain(string value) => value.Length is > 0 and <= MaxBytes && !value.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Whether a character is a space or a mark of no width. A tab or a line break is neither: it is a fault of the file.</summary>
    private static bool IsUnseen(char c) =>
        c is ' ' or '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF' || c > '\u0085' && char.IsWhiteSpace(c);
}

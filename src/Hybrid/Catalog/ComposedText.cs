using ADRaffy.ENSNormalize;

namespace Hybrid.Catalog;

/// <summary>Text with its letters composed (Unicode's form NFC), so that é is é whether a file wrote one character or two.</summary>
/// <remarks>By a library, because string.Normalize composes nothing under InvariantGlobalization.</remarks>
internal static class ComposedText
{
    /// <summary>The text composed; the same object where it is already. Cost: one look at each character where the text has no combining mark.</summary>
    public static string Of(string text)
    {
        foreach (char c in text)
        {
            if (!IsComposed(c))
                return Changed(text, ENSNormalize.NF.NFC);
        }
        return text;
    }

    /// <summary>The text with its letters taken apart, NFD.</summary>
    public static string Apart(string text) => Changed(text, ENSNormalize.NF.NFD);

    private static string Changed(string text, Func<string, string> change)
    {
        // A text with half a surrogate pair stays as it is: the library wants none.
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0 && !IsWellFormed(text))
            return text;
        string changed = change(text);
        return changed == text ? text : changed;
    }

    /// <summary>Whether a character stays as it is whatever stands beside it: letters without marks, ideographs, kana, Hangul syllables.</summary>
    /// <remarks>What follows a composable letter is a mark, and marks are not among these; so is the vowel that makes two Hangul letters one.</remarks>
    private static bool IsComposed(char c) => c switch
    {
        < '\u0300' => true,
        >= '\u4E00' and <= '\u9FFF' => true,
        >= '\u3001' and <= '\u3029' or >= '\u3030' and <= '\u3098' or >= '\u309B' and <= '\u312F' => true,
        >= '\uAC00' and <= '\uD7A3' => true,
        >= '\u0400' and <= '\u0482' => true,
        >= '\u2010' and <= '\u20CF' => true,
        >= '\uFF01' and <= '\uFFEF' => true,
        _ => false,
    };

    private static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}

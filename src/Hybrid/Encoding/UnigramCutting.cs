namespace Hybrid.Encoding;

/// <summary>How a Unigram model's text is normalized and cut into what is looked at by itself.</summary>
/// <param name="Characters">The model's own map; null: the text is composed (NFKC) as <see cref="UnigramText"/> does it.</param>
/// <param name="TrimsEnd">Whether spaces at the end go.</param>
/// <param name="Spaces">What takes the place of two spaces and more; null: they stay.</param>
/// <param name="SplitsSpaces">Whether spaces of any kind only part words.</param>
/// <param name="SplitsWords">Whether no piece reaches over the beginning of a word.</param>
internal sealed record UnigramCutting(SentencePieceCharacters? Characters, bool TrimsEnd, char? Spaces, bool SplitsSpaces, bool SplitsWords)
{
    private const char WordStart = '▁';

    /// <inheritdoc cref="UnigramText.Write"/>
    public int Write(ReadOnlySpan<char> text, Span<char> target, out bool isCut)
    {
        if (Characters is null)
            return UnigramText.Write(text, target, out isCut);
        ReadOnlySpan<char> normalized = Characters.Normalize(text);
        if (TrimsEnd)
            normalized = normalized.TrimEnd();
        int count = 0;
        bool begins = true, overflows = false;
        for (int i = 0; i < normalized.Length; i++)
        {
            char c = normalized[i];
            if (c == ' ' && Spaces is { } one && i + 1 < normalized.Length && normalized[i + 1] == ' ')
            {
                while (i + 1 < normalized.Length && normalized[i + 1] == ' ')
                    i++;
                c = one;
            }
            if (SplitsSpaces && char.IsWhiteSpace(c))
            {
                begins = true;
                continue;
            }
            c = c == ' ' ? WordStart : c;
            if (begins && c != WordStart)
                Put(target, WordStart);
            Put(target, c);
            begins = false;
        }
        isCut = overflows;
        // Half a surrogate pair is nothing.
        return count > 0 && overflows && char.IsHighSurrogate(target[count - 1]) ? count - 1 : count;

        void Put(Span<char> into, char c)
        {
            if (count < into.Length)
                into[count++] = c;
            else
                overflows = true;
        }
    }

    /// <summary>How long what is looked at by itself is, at the beginning of a text.</summary>
    public int NextLength(ReadOnlySpan<char> text) =>
        SplitsWords && text[1..].IndexOf(WordStart) is >= 0 and int behind ? behind + 1 : text.Length;
}

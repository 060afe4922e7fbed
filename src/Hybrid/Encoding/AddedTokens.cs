using System.Buffers;

namespace Hybrid.Encoding;

/// <summary>The tokens of a tokenizer.json that are found in a text before it is normalized: "&lt;s&gt;" and the other specials.</summary>
internal sealed class AddedTokens
{
    private readonly Token[] _tokens;   // the longest first
    private readonly SearchValues<char> _starts;

    /// <param name="mayBeNormalized">Whether the tokenizer does not normalize: then it is one whether they are looked for before or behind it.</param>
    /// <param name="most">The largest id that the model has.</param>
    /// <exception cref="ModelException">One is to be found in another way.</exception>
    public AddedTokens(string file, ManifestFields fields, bool mayBeNormalized, int most)
        : this(fields.List("added_tokens").Select((token, i) => TokenOf(new(file, $"added_tokens[{i}].", token), mayBeNormalized, most)))
    {
    }

    private AddedTokens(IEnumerable<Token> tokens)
    {
        _tokens = [.. tokens.OrderByDescending(token => token.Text.Length)];
        _starts = SearchValues.Create([.. _tokens.Select(token => token.Text[0]).Distinct()]);
    }

    public static AddedTokens Of(IEnumerable<(string Text, int Id)> tokens) =>
        new(tokens.Select(token => new Token(token.Text, token.Id, TakesSpaceBefore: false, TakesSpaceBehind: false)));

    /// <summary>By id, their texts.</summary>
    public IEnumerable<KeyValuePair<int, string>> Texts => _tokens.Select(token => KeyValuePair.Create(token.Id, token.Text));

    /// <summary>Finds the first in a text.</summary>
    /// <param name="length">How much stands before it; all of the text when there is none.</param>
    /// <param name="end">Where the text goes on behind it.</param>
    /// <returns>Its id; −1 when there is none.</returns>
    public int Find(ReadOnlySpan<char> text, out int length, out int end)
    {
        for (int i = 0; text[i..].IndexOfAny(_starts) is >= 0 and int skipped; i++)
        {
            i += skipped;
            foreach (Token token in _tokens)
            {
                if (!text[i..].StartsWith(token.Text, StringComparison.Ordinal))
                    continue;
                end = i + token.Text.Length;
                length = token.TakesSpaceBefore ? text[..i].TrimEnd().Length : i;
                if (token.TakesSpaceBehind)
                    end = text.Length - text[end..].TrimStart().Length;
                return token.Id;
            }
        }
        length = end = text.Length;
        return -1;
    }

    private static Token TokenOf(ManifestFields token, bool mayBeNormalized, int most)
    {
        // Such tokens are looked for in another text, or between words only.
        foreach (string field in (ReadOnlySpan<string>)["normalized", "single_word"])
        {
            if (token.Truth(field) && !(mayBeNormalized && field == "normalized"))
                throw token.Bad(field, "is true, and this version has only tokens that are taken wherever they are written");
        }
        return new Token(token.Text("content"), token.Integer("id", 0, most), token.Truth("lstrip", whenMissing: false),
            token.Truth("rstrip", whenMissing: false));
    }

    private sealed record Token(string Text, int Id, bool TakesSpaceBefore, bool TakesSpaceBehind);
}

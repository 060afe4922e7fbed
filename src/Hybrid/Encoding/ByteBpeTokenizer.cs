using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace Hybrid.Encoding;

/// <summary>Text → token ids, equal to those of the reference byte-level BPE of RoBERTa and its kin (Hugging Face's tokenizers).</summary>
/// <remarks>
/// <para>The merging is that of Microsoft.ML.Tokenizers. Its cutting into words is not the reference's: its expressions see a letter beyond U+FFFF as two
/// symbols, and its special tokens take no spaces in. So words and special tokens are found here.</para>
/// <para>A text counts up to its 65,536th UTF-16 unit. A lone surrogate counts as U+FFFD, and a word of more than 2,048 units
/// as several. No token is unknown: every byte is one.</para>
/// <para>Cost: linear in what is read, which ends where the limit is reached.</para>
/// </remarks>
internal sealed class ByteBpeTokenizer : EncoderTokenizer
{
    /// <summary>UTF-16 units of a text that count.</summary>
    public const int MostCharacters = UnigramTokenizer.MostCharacters;

    /// <summary>UTF-16 units of the longest word; what is longer is cut into such, because the merging takes a time that grows with the square of a
    /// word.</summary>
    public const int LongestWord = 2_048;

    private const int MostId = 10_000_000;

    private static readonly JsonElement Only = JsonElement.Parse("""
        {"pre_tokenizer": {"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
         "single": [{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}], "none": null}
        """);

    private static readonly string[] Contractions = ["s", "t", "re", "ve", "m", "ll", "d"];

    private readonly BpeTokenizer _merging;
    private readonly AddedTokens _added;
    private readonly Dictionary<int, string> _pieces;
    private readonly bool _addsSpace;
    private readonly int _start, _end;

    /// <param name="file">Named in errors.</param>
    /// <param name="json">A tokenizer.json.</param>
    /// <exception cref="ModelException">It is damaged, or of a tokenizer that works otherwise.</exception>
    public ByteBpeTokenizer(string file, ReadOnlyMemory<byte> json) =>
        (_merging, _added, _pieces, _addsSpace, (_start, _end)) = TokenizerFiles.Guard(file, () => Read(file, json));

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <inheritdoc/>
    public override int Encode(ReadOnlySpan<char> text, Span<int> ids, out int unknown, out bool isCut)
    {
        ReadOnlySpan<char> rest = text[..Math.Min(text.Length, MostCharacters)];
        isCut = !text[rest.Length..].IsWhiteSpace();
        unknown = 0;
        int count = 1;
        while (rest.Length > 0 && count < ids.Length)
        {
            int added = _added.Find(rest, out int length, out int end);
            AddWords(rest[..length], ids, ref count);
            if (added >= 0 && count < ids.Length)
                ids[count++] = added;
            rest = rest[end..];
        }
        // The closing token takes the place of the last one where there are more.
        isCut |= count == ids.Length;
        count = Math.Min(count, ids.Length - 1);
        ids[0] = _start;
        ids[count] = _end;
        return count + 1;
    }

    /// <inheritdoc/>
    protected override string PieceOf(int id) => _pieces.GetValueOrDefault(id) ?? throw NoSuchId(id);

    /// <inheritdoc/>
    protected override bool IsAround(int id) => id == _start || id == _end;

    /// <inheritdoc/>
    protected override string TextOf(IEnumerable<string> pieces)
    {
        List<byte> bytes = [];
        foreach (char c in string.Concat(pieces))
            bytes.AddRange(ByteOf(c) is >= 0 and int one ? [(byte)one] : System.Text.Encoding.UTF8.GetBytes([c]));
        return System.Text.Encoding.UTF8.GetString([.. bytes]);
    }

    private static (BpeTokenizer Merging, AddedTokens Added, Dictionary<int, string> Pieces, bool AddsSpace, (int Start, int End) Around) Read(
        string file, ReadOnlyMemory<byte> json)
    {
        ManifestFields fields = ManifestFields.Of(file, json.Span);
        ManifestFields model = fields.Object("model");
        if (fields.Has("normalizer"))
            fields.Require("normalizer", Only.GetProperty("none"));
        if (!fields.Has("pre_tokenizer") || fields.Object("pre_tokenizer") is not { } words || words.Text("type") != "ByteLevel"
            || !words.Truth("use_regex", whenMissing: true))
        {
            fields.Require("pre_tokenizer", Only.GetProperty("pre_tokenizer"));
            throw fields.Bad("pre_tokenizer", "cuts into other words than this version does");
        }
        foreach (string field in (ReadOnlySpan<string>)["dropout", "continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Has(field) && !model.IsEmptyText(field))
                model.Require(field, Only.GetProperty("none"));
        }
        foreach (string field in (ReadOnlySpan<string>)["byte_fallback", "ignore_merges"])
        {
            if (model.Truth(field, whenMissing: false))
                throw model.Bad(field, "is true, and this version has no tokenizer that does so");
        }
        Dictionary<string, int> vocabulary = model.IntegersByName("vocab", MostId);
        for (int one = 0; one < 256; one++)
        {
            if (!vocabulary.ContainsKey(CharacterOf((byte)one).ToString()))
                throw model.Bad("vocab", $"has no piece '{CharacterOf((byte)one)}' for the byte {one}");
        }
        if (vocabulary.Values.Distinct().Count() < vocabulary.Count)
            throw model.Bad("vocab", "gives two pieces one id");
        string[] merges = [.. model.Pairs("merges")];
        if (merges.Distinct(StringComparer.Ordinal).Count() < merges.Length)
            throw model.Bad("merges", "holds a pair twice");
        foreach (string merge in merges)
        {
            int space = merge.IndexOf(' ', StringComparison.Ordinal);
            foreach (string piece in (ReadOnlySpan<string>)[merge[..space], merge[(space + 1)..], merge.Remove(space, 1)])
            {
                if (!vocabulary.ContainsKey(piece))
                    throw model.Bad("merges", $"makes '{piece}', which the vocabulary does not have");
            }
        }
        AddedTokens added = new(file, fields, mayBeNormalized: true, MostId);
        Dictionary<int, string> pieces = [];
        foreach ((string piece, int id) in vocabulary)
            pieces[id] = piece;
        foreach ((int id, string text) in added.Texts)
            pieces[id] = text;
        BpeTokenizer merging = BpeTokenizer.Create(new BpeOptions(vocabulary) { Merges = merges, ByteLevel = true });
        return (merging, added, pieces, words.Truth("add_prefix_space", whenMissing: true), TokenizerFiles.AroundOf(fields, Only.GetProperty("single")));
    }

    /// <summary>Adds the tokens of a text between two added ones.</summary>
    private void AddWords(ReadOnlySpan<char> text, Span<int> ids, ref int count)
    {
        if (text.IsEmpty)
            return;
        if (_addsSpace && text[0] != ' ')
            text = $" {text}";
        for (int start = 0; start < text.Length && count < ids.Length;)
        {
            int end = EndOfWord(text, start);
            if (end - start > LongestWord)
                end = start + LongestWord - (char.IsHighSurrogate(text[start + LongestWord - 1]) ? 1 : 0);
            ReadOnlySpan<char> word = text[start..end];
            if (word.IndexOfAnyInRange('\ud800', '\udfff') >= 0)
                word = WithoutLoneSurrogates(word);
            foreach (int id in _merging.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false))
            {
                if (count == ids.Length)
                    break;
                ids[count++] = id;
            }
            start = end;
        }
    }

    /// <summary>Where the word ends that begins at a place, as GPT-2's expression has it:
    /// <c>'(s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.</summary>
    private static int EndOfWord(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'')
        {
            foreach (string contraction in Contractions)
            {
                if (text[(start + 1)..].StartsWith(contraction, StringComparison.Ordinal))
                    return start + 1 + contraction.Length;
            }
        }
        int first = text[start] == ' ' && start + 1 < text.Length && KindAt(text, start + 1, out _) != Kind.Space ? start + 1 : start;
        Kind kind = KindAt(text, first, out int length);
        int end = first + length;
        while (end < text.Length && KindAt(text, end, out length) == kind)
            end += length;
        // The last space before a word belongs to the word, or stands alone.
        return kind == Kind.Space && end < text.Length && end - start > 1 ? end - 1 : end;
    }

    private static string WithoutLoneSurrogates(ReadOnlySpan<char> text)
    {
        StringBuilder whole = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            whole.Append(rune.ToString());
        return whole.ToString();
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int place, out int length)
    {
        _ = Rune.DecodeFromUtf16(text[place..], out Rune rune, out length);   // U+FFFD where a surrogate is alone
        if (Rune.IsWhiteSpace(rune))
            return Kind.Space;
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
    }

    /// <summary>The character that stands for a byte: itself where it is one to see, or else the next beyond U+00FF.</summary>
    private static char CharacterOf(byte one) => one switch
    {
        <= 32 => (char)(256 + one),
        >= 127 and <= 160 => (char)(256 + 33 + one - 127),
        173 => (char)(256 + 67),
        _ => (char)one,
    };

    private static int ByteOf(char c) => c switch
    {
        >= (char)256 and <= (char)(256 + 32) => c - 256,
        > (char)(256 + 32) and < (char)(256 + 67) => c - 256 - 33 + 127,
        (char)(256 + 67) => 173,
        < (char)256 => c,
        _ => -1,
    };
}

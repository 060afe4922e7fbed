using System.Text;

namespace Hybrid.Encoding;

/// <summary>Text → token ids, equal to those of the reference BERT tokenizer (Hugging Face's BertTokenizerFast), cased and uncased.</summary>
/// <remarks>
/// <para>[CLS] tokens… [SEP], cut at a limit. Words are split at spaces, around punctuation and around ideographs, and lower-cased and
/// stripped of accents where the model wants it (<see cref="CharacterTable.WordPiece"/>); each becomes the longest pieces of the vocabulary from left to
/// right, or [UNK] when they do not cover it or it is longer than <see cref="MaxWordLength"/>. "[SEP]" and the other
/// specials written in the text are those tokens.</para>
/// <para>A lone surrogate counts as U+FFFD, which the reference drops.</para>
/// <para>Cost: one pass over the text, which ends with the first token beyond the limit; memory does not depend on its length.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
internal sealed partial class WordPieceTokenizer : EncoderTokenizer
{
    /// <summary>Code points of the longest word that is looked up.</summary>
    public const int MaxWordLength = 100;

    private const string Continuing = "##";

    private static readonly string[] Specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private readonly CharacterTable _characters;
    private readonly bool _stripsAccents, _keepsIdeographs;
    // The pieces that begin a word, and those that go on ("##ing" as "ing").
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _first;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _next;
    private readonly int _longestFirst, _longestNext;
    private readonly AddedTokens _specials;
    private readonly int _unknown, _start, _end;
    private readonly Lazy<Dictionary<int, string>> _pieces;

    /// <param name="file">Named in errors.</param>
    /// <param name="vocabulary">One piece a line; its id is its line number from 0.</param>
    /// <exception cref="ModelException">A special token is missing.</exception>
    public WordPieceTokenizer(string file, ReadOnlySpan<byte> vocabulary, bool lowerCase = true, bool stripAccents = true)
        : this(file, PiecesOf(vocabulary), lowerCase, stripAccents)
    {
    }

    private WordPieceTokenizer(string file, Dictionary<string, int> pieces, bool lowerCase, bool stripAccents)
        : this(pieces, lowerCase, stripAccents, keepsIdeographs: false, AddedTokens.Of(Specials.Select(special => (special, IdOf(file, pieces, special)))),
            pieces[Specials[1]], (pieces[Specials[2]], pieces[Specials[3]]))
    {
    }

    private WordPieceTokenizer(Dictionary<string, int> pieces, bool lowerCase, bool stripAccents, bool keepsIdeographs, AddedTokens specials, int unknown,
        (int Start, int End) around)
    {
        (_stripsAccents, _keepsIdeographs, _specials, _unknown, (_start, _end)) = (stripAccents, keepsIdeographs, specials, unknown, around);
        _characters = CharacterTable.WordPiece(lowerCase, stripAccents);
        _pieces = new(() => pieces.Select(piece => KeyValuePair.Create(piece.Value, piece.Key))
            .Concat(specials.Texts).DistinctBy(one => one.Key).ToDictionary());
        Dictionary<string, int> first = new(StringComparer.Ordinal), next = new(StringComparer.Ordinal);
        foreach ((string piece, int id) in pieces)
        {
            if (piece.StartsWith(Continuing, StringComparison.Ordinal))
                next[piece[Continuing.Length..]] = id;
            else
                first[piece] = id;
        }
        first.Remove("");
        next.Remove("");
        _longestFirst = first.Keys.Select(p => p.Length).DefaultIfEmpty().Max();
        _longestNext = next.Keys.Select(p => p.Length).DefaultIfEmpty().Max();
        _first = first.GetAlternateLookup<ReadOnlySpan<char>>();
        _next = next.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <inheritdoc/>
    public override int Encode(ReadOnlySpan<char> text, Span<int> ids, out int unknown, out bool isCut)
    {
        Words words = new(this, ids[1..^1], stackalloc char[2 * MaxWordLength]);
        for (ReadOnlySpan<char> rest = text; rest.Length > 0 && !words.IsCut;)
        {
            int special = _specials.Find(rest, out int length, out int end);
            ReadOnlySpan<char> plain = rest[..length];
            for (int i = 0; i < plain.Length && !words.IsCut;)
            {
                int c = plain[i];
                int units = 1;
                if (char.IsSurrogate(plain[i]))
                {
                    _ = Rune.DecodeFromUtf16(plain[i..], out Rune rune, out units);   // U+FFFD when it is alone
                    c = rune.Value;
                }
                words.Take(c);
                i += units;
            }
            if (special >= 0)
            {
                words.EndWord();
                words.Add(special);
            }
            rest = rest[end..];
        }
        words.EndWord();
        isCut = words.IsCut;
        ids[0] = _start;
        ids[words.Count + 1] = _end;
        unknown = ids[1..(words.Count + 1)].Count(_unknown);
        return words.Count + 2;
    }

    /// <inheritdoc/>
    protected override string PieceOf(int id) => _pieces.Value.GetValueOrDefault(id) ?? throw NoSuchId(id);

    /// <inheritdoc/>
    protected override bool IsAround(int id) => id == _start || id == _end;

    /// <inheritdoc/>
    protected override string TextOf(IEnumerable<string> pieces) => string.Join(' ', pieces).Replace($" {Continuing}", "", StringComparison.Ordinal);

    /// <summary>The word that is being collected, and the ids of those before it.</summary>
    private ref struct Words(WordPieceTokenizer tokenizer, Span<int> ids, Span<char> word)
    {
        private readonly Span<int> _ids = ids;
        private readonly Span<char> _word = word;
        private int _chars;
        private int _codePoints;
        private bool _isRefused;

        public int Count { get; private set; }

        /// <summary>Whether there is a token that has no place: every word that is begun becomes one at least.</summary>
        public readonly bool IsCut => _isRefused || (_codePoints > 0 && Count == _ids.Length);

        public void Take(int codePoint)
        {
            int action = tokenizer._characters.ActionOf(codePoint);
            if (action == CharacterTable.Keep)
            {
                if (tokenizer._stripsAccents && (uint)(codePoint - Hangul.First) < Hangul.Count)
                    TakeSyllable(codePoint - Hangul.First);
                else
                    Append(codePoint);
            }
            else if (action == CharacterTable.Space)
            {
                EndWord();
            }
            else if (action == CharacterTable.Alone)
            {
                TakeAlone(codePoint);
            }
            else if (CharacterTable.IsSeveral(action))
            {
                foreach (int replacement in tokenizer._characters.SeveralOf(action))
                    TakeReplacement(replacement);
            }
            else if (action != CharacterTable.Drop)
            {
                TakeReplacement(action);
            }
        }

        /// <summary>Looks the collected word up.</summary>
        public void EndWord()
        {
            if (_codePoints == 0)
                return;
            Span<int> pieces = stackalloc int[MaxWordLength];
            int count = _codePoints > MaxWordLength ? 0 : Split(pieces);
            if (count == 0)
                Add(tokenizer._unknown);
            foreach (int piece in pieces[..count])
                Add(piece);
            _chars = _codePoints = 0;
        }

        public void Add(int id)
        {
            if (Count < _ids.Length)
                _ids[Count++] = id;
            else
                _isRefused = true;
        }

        private void TakeReplacement(int codePoint)
        {
            if (tokenizer._characters.ActionOf(codePoint) == CharacterTable.Alone)
                TakeAlone(codePoint);
            else
                Append(codePoint);
        }

        private void TakeAlone(int codePoint)
        {
            if (tokenizer._keepsIdeographs && IsIdeograph(codePoint))
            {
                Append(codePoint);
                return;
            }
            EndWord();
            Append(codePoint);
            EndWord();
        }

        // The Unicode Standard, 3.12: a syllable is a lead, a vowel and perhaps a tail, by arithmetic.
        private void TakeSyllable(int index)
        {
            Append(Hangul.Lead + (index / (Hangul.Vowels * Hangul.Tails)));
            Append(Hangul.Vowel + (index / Hangul.Tails % Hangul.Vowels));
            if (index % Hangul.Tails is > 0 and int tail)
                Append(Hangul.Tail + tail);
        }

        private void Append(int codePoint)
        {
            if (++_codePoints > MaxWordLength)
                return;
            if (codePoint < 0x10000)
                _word[_chars++] = (char)codePoint;
            else
                _chars += new Rune(codePoint).EncodeToUtf16(_word[_chars..]);
        }

        /// <summary>The longest pieces from left to right; 0 when they do not cover the word.</summary>
        private readonly int Split(Span<int> pieces)
        {
            ReadOnlySpan<char> rest = _word[.._chars];
            int count = 0;
            while (rest.Length > 0)
            {
                int length = Math.Min(rest.Length, count == 0 ? tokenizer._longestFirst : tokenizer._longestNext);
                int id = -1;
                for (; length > 0; length--)
                {
                    if ((count == 0 ? tokenizer._first : tokenizer._next).TryGetValue(rest[..length], out id))
                        break;
                }
                if (length == 0)
                    return 0;
                pieces[count++] = id;
                rest = rest[length..];
            }
            return count;
        }
    }

    private static class Hangul
    {
        public const int First = 0xAC00, Count = 11_172, Lead = 0x1100, Vowel = 0x1161, Tail = 0x11A7, Vowels = 21, Tails = 28;
    }
}

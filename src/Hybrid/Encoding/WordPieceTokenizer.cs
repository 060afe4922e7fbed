using System.Text;

namespace Hybrid.Encoding;

/// <summary>Text → token ids, equal to those of the reference BERT tokenizer (uncased; Hugging Face's BertTokenizerFast).</summary>
/// <remarks>
/// <para>[CLS] tokens… [SEP], cut at a limit. Words are split at spaces, around punctuation and around ideographs, lower-cased and stripped of
/// accents (<see cref="CharacterTable.WordPiece"/>); each becomes the longest pieces of the vocabulary from left to right, or [UNK] when
/// they do not cover it or it is longer than <see cref="MaxWordLength"/>. "[SEP]" and the other specials written in the text are those tokens.</para>
/// <para>A lone surrogate counts as U+FFFD, which the reference drops.</para>
/// <para>Cost: one pass over the text, which ends with the first token beyond the limit; memory does not depend on its length.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
internal sealed class WordPieceTokenizer : ITokenizer
{
    /// <summary>Code points of the longest word that is looked up.</summary>
    public const int MaxWordLength = 100;

    private static readonly CharacterTable Characters = CharacterTable.WordPiece;
    private static readonly string[] Specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    // The pieces that begin a word, and those that go on ("##ing" as "ing").
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _first;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _next;
    private readonly int _longestFirst, _longestNext;
    private readonly int[] _specials = new int[Specials.Length];
    private readonly int _unknown, _start, _end;

    /// <param name="file">Named in errors.</param>
    /// <param name="vocabulary">One piece a line; its id is its line number from 0.</param>
    /// <exception cref="ModelException">A special token is missing.</exception>
    public WordPieceTokenizer(string file, ReadOnlySpan<byte> vocabulary)
    {
        Dictionary<string, int> first = new(StringComparer.Ordinal), next = new(StringComparer.Ordinal);
        int id = 0;
        foreach (Range line in vocabulary.Split((byte)'\n'))
        {
            string piece = System.Text.Encoding.UTF8.GetString(vocabulary[line].TrimEnd((byte)'\r'));
            if (piece.StartsWith("##", StringComparison.Ordinal))
                next[piece[2..]] = id;
            else
                first[piece] = id;
            id++;
        }
        first.Remove("");
        next.Remove("");
        for (int i = 0; i < Specials.Length; i++)
        {
            if (!first.TryGetValue(Specials[i], out _specials[i]))
                throw new ModelException(file, $"the vocabulary has no piece {Specials[i]}. It is not one of an uncased BERT; copy the model folder again.");
        }
        (_unknown, _start, _end) = (_specials[1], _specials[2], _specials[3]);
        _longestFirst = first.Keys.Max(p => p.Length);
        _longestNext = next.Keys.Select(p => p.Length).DefaultIfEmpty().Max();
        _first = first.GetAlternateLookup<ReadOnlySpan<char>>();
        _next = next.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <inheritdoc/>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids, out int unknown, out bool isCut)
    {
        Words words = new(this, ids[1..^1], stackalloc char[2 * MaxWordLength]);
        for (int i = 0; i < text.Length && !words.IsCut;)
        {
            if (text[i] == '[' && SpecialAt(text[i..]) is int special and >= 0)
            {
                words.EndWord();
                words.Add(_specials[special]);
                i += Specials[special].Length;
                continue;
            }
            int c = text[i];
            int length = 1;
            if (char.IsSurrogate(text[i]))
            {
                _ = Rune.DecodeFromUtf16(text[i..], out Rune rune, out length);   // U+FFFD when it is alone
                c = rune.Value;
            }
            words.Take(c);
            i += length;
        }
        words.EndWord();
        isCut = words.IsCut;
        ids[0] = _start;
        ids[words.Count + 1] = _end;
        unknown = ids[1..(words.Count + 1)].Count(_unknown);
        return words.Count + 2;
    }

    private static int SpecialAt(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < Specials.Length; i++)
        {
            if (text.StartsWith(Specials[i], StringComparison.Ordinal))
                return i;
        }
        return -1;
    }

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
            int action = Characters.ActionOf(codePoint);
            if (action == CharacterTable.Keep)
            {
                if ((uint)(codePoint - Hangul.First) < Hangul.Count)
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
                foreach (int replacement in Characters.SeveralOf(action))
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
            if (Characters.ActionOf(codePoint) == CharacterTable.Alone)
                TakeAlone(codePoint);
            else
                Append(codePoint);
        }

        private void TakeAlone(int codePoint)
        {
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

using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Encoding;

/// <summary>Text as a Unigram model looks at it: composed (NFKC), its words begun by "▁" and without spaces, in UTF-16.</summary>
/// <remarks>
/// What the reference makes of it in four steps: NFKC; each run of spaces, controls and of what has no character (<see cref="CharacterTable.Unigram"/>)
/// becomes one space; those at the ends go; "▁" takes the place of each, and stands in front unless the text begins with one.
/// </remarks>
internal static class UnigramText
{
    private const int WordStart = '▁';

    private static readonly CharacterTable Characters = CharacterTable.Unigram;

    /// <param name="text">A lone surrogate in it counts as U+FFFD.</param>
    /// <param name="target">What has no place in it is left out.</param>
    /// <param name="isCut">Whether something was left out.</param>
    /// <returns>How many characters were written; none for a text without words.</returns>
    public static int Write(ReadOnlySpan<char> text, Span<char> target, out bool isCut)
    {
        Words words = new(target);
        StringBuilder composable = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            int action = Characters.ActionOf(rune.Value);
            if (action is CharacterTable.Keep or CharacterTable.Space)
            {
                Append(composable, rune.Value);
            }
            else if (action == CharacterTable.Alone)
            {
                words.TakeComposed(composable);
                words.Take(rune);
            }
            else if (CharacterTable.IsSeveral(action))
            {
                foreach (int part in Characters.SeveralOf(action))
                    Append(composable, part);
            }
            else
            {
                Append(composable, action);
            }
        }
        words.TakeComposed(composable);
        isCut = words.IsCut;
        return words.Count;
    }

    private static void Append(StringBuilder text, int codePoint)
    {
        Span<char> units = stackalloc char[2];
        text.Append(units[..new Rune(codePoint).EncodeToUtf16(units)]);
    }

    private ref struct Words(Span<char> target)
    {
        private readonly Span<char> _target = target;
        private bool _isAfterSpace;

        public int Count { get; private set; }

        public bool IsCut { get; private set; }

        public void TakeComposed(StringBuilder text)
        {
            foreach (Rune rune in ComposedText.Of(text.ToString()).EnumerateRunes())
                Take(rune);
            text.Clear();
        }

        public void Take(Rune rune)
        {
            if (Characters.ActionOf(rune.Value) == CharacterTable.Space)
            {
                _isAfterSpace = true;
                return;
            }
            if (Count == 0 ? rune.Value != WordStart : _isAfterSpace)
                Put(new Rune(WordStart));
            _isAfterSpace = false;
            Put(rune);
        }

        private void Put(Rune rune)
        {
            IsCut |= !rune.TryEncodeToUtf16(_target[Count..], out int written);
            Count += IsCut ? 0 : written;
        }
    }
}

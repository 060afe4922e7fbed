using System.Globalization;

namespace Hybrid.Encoding;

/// <summary>What a reference tokenizer makes of each character: a table of this folder, ready for lookups.</summary>
/// <remarks>
/// Tables of our own rather than char.IsPunctuation, string.Normalize and ToLowerInvariant: the ids must equal the references', whose
/// Unicode is older (BERT's categories are those of version 8), and must not change with the runtime or with ICU (which InvariantGlobalization leaves out).
/// </remarks>
internal sealed class CharacterTable
{
    /// <summary>Stays as it is, in the word around it.</summary>
    public const int Keep = 0;

    public const int Drop = -1;

    /// <summary>Ends a word.</summary>
    public const int Space = -2;

    /// <summary>Is a word of its own: punctuation, ideographs; for Unigram, is composed with nothing.</summary>
    public const int Alone = -3;

    private const int CodePoints = 0x110000;
    private const int BlockSize = 256;

    private static readonly Lazy<CharacterTable> LazyWordPiece = new(() => new("WordPieceCharacters.txt"));
    private static readonly Lazy<CharacterTable> LazyCased = new(() => new("WordPieceCasedCharacters.txt"));
    private static readonly Lazy<CharacterTable> LazyLowerCase = new(() => new("WordPieceLowerCaseCharacters.txt"));
    private static readonly Lazy<CharacterTable> LazyWithoutAccents = new(() => new("WordPieceWithoutAccentsCharacters.txt"));
    private static readonly Lazy<CharacterTable> LazyUnigram = new(() => new("UnigramCharacters.txt"));

    // Code point → block → action: the constants above, the code point that takes its place, or CodePoints + index into the sequences.
    private readonly ushort[] _blocks = new ushort[CodePoints / BlockSize];
    private readonly int[] _actions;
    private readonly int[][] _sequences;

    private CharacterTable(string file)
    {
        List<int> actions = [.. new int[BlockSize]];   // block 0: all Keep
        List<int[]> sequences = [];
        Dictionary<int, ushort> uniform = [];
        using Stream stream = typeof(CharacterTable).Assembly.GetManifestResourceStream($"Hybrid.Encoding.{file}")
            ?? throw new InvalidOperationException($"The assembly lacks its resource {file}.");
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            string[] words = line.Split(' ');
            string[] range = words[0].Split('-');
            (int first, int last) = (Hex(range[0]), Hex(range[^1]));
            (int action, int step) = words[1] switch
            {
                "drop" => (Drop, 0),
                "space" => (Space, 0),
                "alone" => (Alone, 0),
                _ when words.Length > 2 => (CodePoints + sequences.Count, 0),
                string offset when offset.EndsWith('+') => (Hex(offset[..^1]), 1),
                string target => (Hex(target), 0),
            };
            if (words.Length > 2)
                sequences.Add([.. words[1..].Select(Hex)]);
            for (int c = first; c <= last; c++)
            {
                // Most of Unicode's million has no character yet: its blocks are one.
                if (step == 0 && c % BlockSize == 0 && c + BlockSize - 1 <= last)
                {
                    if (!uniform.TryGetValue(action, out ushort shared))
                    {
                        uniform[action] = shared = (ushort)(actions.Count / BlockSize);
                        actions.AddRange(Enumerable.Repeat(action, BlockSize));
                    }
                    _blocks[c / BlockSize] = shared;
                    c += BlockSize - 1;
                    continue;
                }
                ref ushort block = ref _blocks[c / BlockSize];
                if (block == 0)
                {
                    block = (ushort)(actions.Count / BlockSize);
                    actions.AddRange(new int[BlockSize]);
                }
                actions[(block * BlockSize) + (c % BlockSize)] = action + (step * (c - first));
            }
        }
        _actions = [.. actions];
        _sequences = [.. sequences];
    }

    public static CharacterTable WordPiece(bool lowerCase, bool stripAccents) => (lowerCase, stripAccents) switch
    {
        (true, true) => LazyWordPiece.Value,
        (true, false) => LazyLowerCase.Value,
        (false, true) => LazyWithoutAccents.Value,
        (false, false) => LazyCased.Value,
    };

    public static CharacterTable Unigram => LazyUnigram.Value;

    /// <summary>
    /// One of the constants above, the code point (from 1) that takes the character's place, or what stands for several: see <see cref="SeveralOf"/>.
    /// </summary>
    public int ActionOf(int codePoint) => _actions[(_blocks[codePoint / BlockSize] * BlockSize) + (codePoint % BlockSize)];

    public static bool IsSeveral(int action) => action >= CodePoints;

    /// <summary>The code points that take a character's place.</summary>
    public ReadOnlySpan<int> SeveralOf(int action) => _sequences[action - CodePoints];

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

using System.Globalization;

namespace Hybrid.Encoding;

/// <summary>What the reference BERT tokenizer makes of each character: the table of WordPieceCharacters.txt, ready for lookups.</summary>
/// <remarks>
/// A table of our own rather than char.IsPunctuation, string.Normalize and ToLowerInvariant: the ids must equal the reference's, whose
/// categories are those of Unicode 8, and must not change with the runtime or with ICU (which InvariantGlobalization leaves out).
/// </remarks>
internal static class WordPieceCharacters
{
    /// <summary>Stays as it is, in the word around it.</summary>
    public const int Keep = 0;

    public const int Drop = -1;

    /// <summary>Ends a word.</summary>
    public const int Space = -2;

    /// <summary>Is a word of its own: punctuation, ideographs.</summary>
    public const int Alone = -3;

    private const int CodePoints = 0x110000;
    private const int BlockSize = 256;

    // Code point → block → action: the constants above, the code point that takes its place, or CodePoints + index into Sequences.
    private static readonly ushort[] Blocks = new ushort[CodePoints / BlockSize];
    private static readonly int[] Actions;
    private static readonly int[][] Sequences;

    static WordPieceCharacters()
    {
        List<int> actions = [.. new int[BlockSize]];   // block 0: all Keep
        List<int[]> sequences = [];
        using Stream stream = typeof(WordPieceCharacters).Assembly.GetManifestResourceStream("Hybrid.Encoding.WordPieceCharacters.txt")
            ?? throw new InvalidOperationException("The assembly lacks its resource WordPieceCharacters.txt.");
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
                ref ushort block = ref Blocks[c / BlockSize];
                if (block == 0)
                {
                    block = (ushort)(actions.Count / BlockSize);
                    actions.AddRange(new int[BlockSize]);
                }
                actions[(block * BlockSize) + (c % BlockSize)] = action + (step * (c - first));
            }
        }
        Actions = [.. actions];
        Sequences = [.. sequences];
    }

    /// <summary>
    /// One of the constants above, the code point (from 1) that takes the character's place, or what stands for several: see <see cref="SeveralOf"/>.
    /// </summary>
    public static int ActionOf(int codePoint) => Actions[(Blocks[codePoint / BlockSize] * BlockSize) + (codePoint % BlockSize)];

    public static bool IsSeveral(int action) => action >= CodePoints;

    /// <summary>The code points that take a character's place.</summary>
    public static ReadOnlySpan<int> SeveralOf(int action) => Sequences[action - CodePoints];

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

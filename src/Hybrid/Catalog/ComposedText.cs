using System.Globalization;
using System.Text;

namespace Hybrid.Catalog;

/// <summary>Texts in one form, NFC: "é" is one character, whether it was written as one or as e with an accent behind it.</summary>
/// <remarks>By a table of our own: string.Normalize changes nothing where ICU is left out (InvariantGlobalization), and the library that can (ENSNormalize
/// 0.3.1) keeps 15 MB of other tables and takes most of a second for its first text.</remarks>
internal static class ComposedText
{
    // Hangul syllables are counted, not listed: The Unicode Standard, section 3.12.
    private const int Syllables = 0xAC00, Leads = 0x1100, Vowels = 0x1161, Tails = 0x11A7, LeadCount = 19, VowelCount = 21, TailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TailCount;

    private static readonly Dictionary<int, int[]> Parts = [];
    private static readonly Dictionary<(int First, int Second), int> Wholes = [];
    private static readonly Dictionary<int, int> Classes = [];

    static ComposedText()
    {
        using Stream stream = typeof(ComposedText).Assembly.GetManifestResourceStream("Hybrid.Catalog.ComposedText.txt")
            ?? throw new InvalidOperationException("The assembly lacks its resource ComposedText.txt.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            string[] words = line.Split(' ');
            if (words[0].Split('-') is [var first, var last])
            {
                for (int code = Hex(first); code <= Hex(last); code++)
                    Classes[code] = int.Parse(words[1], CultureInfo.InvariantCulture);
                continue;
            }
            int[] parts = [.. words[1..].Where(word => word != "-").Select(Hex)];
            Parts[Hex(words[0])] = parts;
            if (words[^1] != "-")
                Wholes[(parts[0], parts[1])] = Hex(words[0]);
        }
    }

    /// <summary>The text with its letters composed; the text itself, without a copy, where they are. Half a surrogate pair stays as it is.</summary>
    public static string Of(string text)
    {
        foreach (char c in text)
        {
            if (!IsComposed(c))
                return Write(text, Compose(Decompose(text)));
        }
        return text;
    }

    /// <summary>The text with its letters taken apart, NFD.</summary>
    public static string Apart(string text) => Write(text, Decompose(text));

    // Most texts end here, and cost a look at each character. Those of these blocks (Latin, kana, Han, Hangul syllables) are composed, and change only beside
    // one that is not of them: NFC_Quick_Check in Unicode's DerivedNormalizationProps.txt.
    private static bool IsComposed(char c) =>
        c is < '\u0300' or (>= '\u3041' and <= '\u3096') or (>= '\u30A1' and <= '\u30FE') or (>= '\u3400' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7A3');

    private static List<int> Decompose(string text)
    {
        var codes = new List<int>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            AddParts(codes, isPair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i]);
            i += isPair ? 1 : 0;
        }
        Order(codes);
        return codes;
    }

    private static void AddParts(List<int> codes, int code)
    {
        if (code - Syllables is >= 0 and < SyllableCount and var syllable)
        {
            codes.Add(Leads + syllable / (VowelCount * TailCount));
            codes.Add(Vowels + syllable % (VowelCount * TailCount) / TailCount);
            if (syllable % TailCount != 0)
                codes.Add(Tails + syllable % TailCount);
        }
        else if (Parts.TryGetValue(code, out int[]? parts))
        {
            foreach (int part in parts)
                AddParts(codes, part);
        }
        else
        {
            codes.Add(code);
        }
    }

    /// <summary>Sorts each run of marks by class, and leaves those of one class in their order.</summary>
    private static void Order(List<int> codes)
    {
        for (int i = 0; i < codes.Count; i++)
        {
            int start = i;
            while (i < codes.Count && ClassOf(codes[i]) != 0)
                i++;
            if (i - start > 1)
            {
                int[] sorted = [.. codes[start..i].OrderBy(ClassOf)];   // a stable sort
                for (int j = 0; j < sorted.Length; j++)
                    codes[start + j] = sorted[j];
            }
        }
    }

    private static List<int> Compose(List<int> codes)
    {
        int length = 0, starter = -1, before = 0;   // before: the class of the last one written, where that is behind the starter
        for (int i = 0; i < codes.Count; i++)
        {
            int code = codes[i];
            int ownClass = ClassOf(code);
            bool isNext = starter == length - 1;
            if (starter >= 0 && (isNext || before != 0 && before < ownClass) && Whole(codes[starter], code) is { } whole)
            {
                codes[starter] = whole;
                continue;
            }
            if (ownClass == 0)
                starter = length;
            before = ownClass;
            codes[length++] = code;
        }
        codes.RemoveRange(length, codes.Count - length);
        return codes;
    }

    private static int? Whole(int first, int second)
    {
        if (first - Leads is >= 0 and < LeadCount and var lead && second - Vowels is >= 0 and < VowelCount and var vowel)
            return Syllables + (lead * VowelCount + vowel) * TailCount;
        if (first - Syllables is >= 0 and < SyllableCount and var syllable && syllable % TailCount == 0 && second - Tails is > 0 and < TailCount and var tail)
            return first + tail;
        return Wholes.TryGetValue((first, second), out int whole) ? whole : null;
    }

    /// <returns><paramref name="text"/> itself when it says the same.</returns>
    private static string Write(string text, List<int> codes)
    {
        var written = new StringBuilder(text.Length);
        foreach (int code in codes)
        {
            if (code > char.MaxValue)
                written.Append(char.ConvertFromUtf32(code));
            else
                written.Append((char)code);
        }
        return written.Equals(text) ? text : written.ToString();
    }

    private static int ClassOf(int code) => code < 0x300 ? 0 : Classes.GetValueOrDefault(code);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

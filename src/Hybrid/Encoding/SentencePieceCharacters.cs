using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Hybrid.Encoding;

/// <summary>The character map of a SentencePiece model, compiled: which characters become which.</summary>
/// <remarks>
/// The format is SentencePiece's: a length, a double array over UTF-8 bytes, then the replacements, each ended by a zero. It is used as the reference does
/// (Hugging Face's tokenizers): of each grapheme of up to five bytes the map is asked, and the shortest beginning of it that the map has decides on all
/// of it; of other graphemes each character is asked by itself.
/// </remarks>
internal sealed class SentencePieceCharacters
{
    private const int LongestGrapheme = 5;   // in UTF-8 bytes

    private readonly uint[] _units;
    private readonly byte[] _replacements;

    /// <param name="fields">Its "precompiled_charsmap" is the map in base 64.</param>
    /// <exception cref="ModelException">The map is damaged.</exception>
    public SentencePieceCharacters(ManifestFields fields)
    {
        const string Field = "precompiled_charsmap";
        string text = fields.Text(Field);
        byte[] map = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, map, out int length) || length < sizeof(int)
            || BinaryPrimitives.ReadUInt32LittleEndian(map) is var size && (size % sizeof(uint) != 0 || size == 0 || size > length - sizeof(uint)))
        {
            throw fields.Bad(Field, "is damaged");
        }
        int bytes = (int)BinaryPrimitives.ReadUInt32LittleEndian(map);
        _units = new uint[bytes / sizeof(uint)];
        for (int i = 0; i < _units.Length; i++)
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(map.AsSpan(sizeof(uint) * (i + 1)));
        _replacements = map[(sizeof(uint) + bytes)..length];
    }

    public string Normalize(ReadOnlySpan<char> text)
    {
        StringBuilder normalized = new(text.Length);
        Span<byte> utf8 = stackalloc byte[16];
        for (ReadOnlySpan<char> rest = text; rest.Length > 0;)
        {
            ReadOnlySpan<char> grapheme = rest[..GraphemeLength(rest)];
            rest = rest[grapheme.Length..];
            // One UTF-16 unit is one byte at least.
            if (grapheme.Length <= LongestGrapheme && Append(grapheme, utf8, normalized))
                continue;
            foreach (Rune rune in grapheme.EnumerateRunes())
            {
                if (!TryAppend(utf8[..rune.EncodeToUtf8(utf8)], normalized))
                    normalized.Append(rune.ToString());
            }
        }
        return normalized.ToString();
    }

    private static int GraphemeLength(ReadOnlySpan<char> text)
    {
        int length = StringInfo.GetNextTextElementLength(text);
        while (length < text.Length && Rune.DecodeFromUtf16(text[length..], out Rune mark, out int units) == OperationStatus.Done && IsNewerMark(mark.Value)
            && IsExtended($"{text[..Math.Min(length, LongestGrapheme)]}\u0301"))
        {
            length += units;
        }
        return length;

        // Controls and ends of lines are not.
        static bool IsExtended(string text) => StringInfo.GetNextTextElementLength(text) == text.Length;
    }

    /// <summary>The combining marks of Unicode 17, which the reference has: .NET 10 has those of version 16.</summary>
    private static bool IsNewerMark(int codePoint) => codePoint is >= 0x1ACF and (<= 0x1ADD or (>= 0x1AE0 and <= 0x1AEB) or 0x10EFA or 0x10EFB
        or (>= 0x11B60 and <= 0x11B67) or 0x1E6E3 or 0x1E6E6 or 0x1E6EE or 0x1E6EF or 0x1E6F5);

    private bool Append(ReadOnlySpan<char> grapheme, Span<byte> utf8, StringBuilder normalized)
    {
        int length = System.Text.Encoding.UTF8.GetBytes(grapheme, utf8);   // U+FFFD for a lone surrogate
        return length <= LongestGrapheme && TryAppend(utf8[..length], normalized);
    }

    /// <summary>Appends what takes the place of a text; false when the map does not have it.</summary>
    private bool TryAppend(ReadOnlySpan<byte> utf8, StringBuilder normalized)
    {
        uint node = OffsetOf(_units[0]);
        foreach (byte one in utf8)
        {
            node ^= one;
            if (one == 0 || node >= _units.Length)
                return false;
            uint unit = _units[node];
            if ((unit & 0x8000_00FF) != one)
                return false;
            node ^= OffsetOf(unit);
            bool ends = (unit & 0x100) != 0;
            if (!ends)
                continue;
            if (node >= _units.Length || (int)(_units[node] & 0x7FFF_FFFF) is var start && start > _replacements.Length)
                return false;
            ReadOnlySpan<byte> replacement = _replacements.AsSpan((int)(_units[node] & 0x7FFF_FFFF));
            int end = replacement.IndexOf((byte)0);
            normalized.Append(System.Text.Encoding.UTF8.GetString(end < 0 ? replacement : replacement[..end]));
            return true;
        }
        return false;
    }

    private static uint OffsetOf(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);
}

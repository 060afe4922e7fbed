using System.Numerics;
using CsCheck;

namespace Hybrid.Fuzz;

/// <summary>Makes damaged inputs of whole files.</summary>
internal static class Damage
{
    private const int MostEdits = 6;

    // Bytes that are no UTF-8, or half of it, or invisible; numbers at the ends of their range, not a number, infinite; what formats are made of.
    private static readonly byte[][] Tokens =
    [
        [0], [0x7F], [0x80], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0xF0, 0x9F, 0x98, 0x80], [0xC2, 0x85], [0x1F, 0x8B],
        [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0x80, 0x7F], [0, 0, 0xC0, 0x7F], [0, 0, 0, 0, 0, 0, 0, 0],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        .. Text("\n", "\r\n", "\r", "\t", " ", "\"", "'", ",", ";", "\\", "\u2028", "-1", "1e999", "NaN", "Infinity", "9999999999999999999999", "0x10", "null"),
    ];

    // A place in a file as a share of its length, so that an edit does not depend on the file.
    private static readonly Gen<double> Place = Gen.Double.Unit;

    private delegate byte[] Edit(byte[] bytes);

    public static byte[][] Text(params string[] texts) => [.. texts.Select(System.Text.Encoding.UTF8.GetBytes)];

    /// <param name="mostBytes">The longest input.</param>
    public static Gen<byte[]> Of(FuzzTarget target, int mostBytes)
    {
        Gen<byte[]> file = Gen.OneOf(target.Files);
        Gen<byte[]> token = Gen.OneOf([.. Tokens, .. target.Tokens, .. target.Tokens]);
        Gen<Edit> edit = Gen.Frequency(
            (4, Gen.Select(Place, Gen.Byte).Select((at, value) => Change(at, 1, [value]))),
            (2, Gen.Select(Place, Gen.Int[0, 7]).Select(Flip)),
            (4, Gen.Select(Place, token).Select((at, text) => Change(at, 0, text))),
            (3, Gen.Select(Place, token).Select((at, text) => Change(at, text.Length, text))),
            (2, Gen.Select(Place, Gen.Int[1, 16]).Select((at, count) => Change(at, count, []))),
            (1, Place.Select(CutShort)),
            (2, Gen.Select(Place, Place, Place).Select(Copy)),
            (1, Gen.Select(Place, Gen.Int[1, 64], Gen.Int[1, BitOperations.Log2((uint)mostBytes)]).Select((at, length, bits) => Repeat(at, length, 1 << bits))),
            (1, Gen.Select(Place, Place, file).Select(Splice)));
        Gen<byte[]> damaged = Gen.Select(file, edit.Array[1, MostEdits]).Select((whole, edits) =>
        {
            byte[] input = edits.Aggregate(whole, (bytes, next) => next(bytes));
            return input.Length > mostBytes ? input[..mostBytes] : input;
        });
        return target.Seal is { } seal ? Gen.Select(damaged, Gen.Bool).Select((input, whole) => whole ? seal(input) : input) : damaged;
    }

    private static Edit Change(double at, int count, byte[] with) => bytes => Replace(bytes, At(bytes, at), count, with);

    private static Edit Flip(double at, int bit) => bytes =>
        bytes.Length == 0 ? bytes : Replace(bytes, At(bytes, at), 1, [(byte)(bytes[At(bytes, at)] ^ 1 << bit)]);

    private static Edit CutShort(double at) => bytes => bytes[..At(bytes, at)];

    private static Edit Copy(double from, double to, double at) => bytes =>
        Replace(bytes, At(bytes, at), 0, bytes[At(bytes, Math.Min(from, to))..At(bytes, Math.Max(from, to))]);

    private static Edit Repeat(double at, int length, int count) => bytes =>
    {
        int from = At(bytes, at);
        byte[] part = bytes[from..Math.Min(bytes.Length, from + length)];
        return Replace(bytes, from, 0, [.. Enumerable.Repeat(part, count / length).SelectMany(p => p)]);
    };

    private static Edit Splice(double at, double from, byte[] other) => bytes => [.. bytes[..At(bytes, at)], .. other[At(other, from)..]];

    private static int At(byte[] bytes, double place) => (int)(place * bytes.Length);

    private static byte[] Replace(byte[] bytes, int at, int count, byte[] with) => [.. bytes[..at], .. with, .. bytes[Math.Min(bytes.Length, at + count)..]];
}

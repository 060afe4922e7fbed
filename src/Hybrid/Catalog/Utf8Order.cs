namespace Hybrid.Catalog;

/// <summary>The one order of ids and texts: that of their UTF-8 bytes, which is that of their code points, and the database's.</summary>
/// <remarks>Strings by themselves compare UTF-16, which has another one: 😀 (D83D DE00) before ｱ (FF71), though its code point is greater.</remarks>
internal static class Utf8Order
{
    /// <summary>Below 0, 0 or above 0; null comes first. Allocates nothing.</summary>
    public static int Compare(string? left, string? right)
    {
        if (left is null || right is null)
            return (left is null ? 0 : 1) - (right is null ? 0 : 1);
        int same = left.AsSpan().CommonPrefixLength(right);
        return same == left.Length || same == right.Length
            ? left.Length - right.Length
            : Rank(left[same]) - Rank(right[same]);
    }

    // Surrogates stand for what comes after all other code units. Where both strings differ within a pair, its first halves are equal.
    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}

namespace Hybrid.Encoding;

/// <summary>Text → the ids that a network is given.</summary>
/// <remarks>Threads: every member may be called concurrently.</remarks>
internal interface ITokenizer
{
    /// <summary>Writes the ids of a text.</summary>
    /// <param name="ids">Its length, at least 2, is the limit.</param>
    /// <param name="unknown">How many of the ids stand for what the vocabulary does not have.</param>
    /// <param name="isCut">Whether the text has tokens beyond the limit.</param>
    /// <returns>How many ids were written, the two special ones included.</returns>
    int Encode(ReadOnlySpan<char> text, Span<int> ids, out int unknown, out bool isCut);
}

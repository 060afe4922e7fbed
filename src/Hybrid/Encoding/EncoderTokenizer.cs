using System.Buffers;
using Microsoft.ML.Tokenizers;

namespace Hybrid.Encoding;

/// <summary>A tokenizer of this library as the type that .NET knows: everything that takes a <see cref="Tokenizer"/> takes it.</summary>
/// <remarks>
/// <para>Ids and tokens come with the special ones around the text, as the model is given them. The normalized text of a call is its tokens' pieces, one after
/// another, and offsets and counts of characters are within it. It normalizes and cuts into words itself, whatever a call says.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
internal abstract class EncoderTokenizer : Tokenizer, ITokenizer
{
    /// <inheritdoc cref="ITokenizer.Encode"/>
    public abstract int Encode(ReadOnlySpan<char> text, Span<int> ids, out int unknown, out bool isCut);

    /// <summary>The text of tokens; the special ones count as nothing, unknown and added ones as they are written.</summary>
    public override string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return TextOf(ids.Where(id => !IsAround(id)).Select(PieceOf));
    }

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        int[] all = [.. ids];
        string text = Decode(all);
        bool fits = text.TryCopyTo(destination);
        (idsConsumed, charsWritten) = fits ? (all.Length, text.Length) : (0, 0);
        return fits ? OperationStatus.Done : OperationStatus.DestinationTooSmall;
    }

    /// <summary>The piece of an id as the vocabulary has it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such id.</exception>
    protected abstract string PieceOf(int id);

    /// <summary>Whether an id is one of those that stand around every text.</summary>
    protected abstract bool IsAround(int id);

    /// <summary>The text that pieces spell.</summary>
    protected abstract string TextOf(IEnumerable<string> pieces);

    protected static ArgumentOutOfRangeException NoSuchId(int id) => new(nameof(id), id, "The vocabulary has no token with this id.");

    /// <inheritdoc/>
    protected sealed override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        int[] ids = IdsOf(text ?? textSpan, settings.MaxTokenCount);
        string pieces = string.Concat(ids.Select(PieceOf));
        return new EncodeResults<int> { Tokens = ids, NormalizedText = pieces, CharsConsumed = pieces.Length };
    }

    /// <inheritdoc/>
    protected sealed override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        List<EncodedToken> tokens = [];
        int start = 0;
        foreach (int id in IdsOf(text ?? textSpan, settings.MaxTokenCount))
        {
            string piece = PieceOf(id);
            tokens.Add(new EncodedToken(id, piece, start..(start + piece.Length)));
            start += piece.Length;
        }
        return new EncodeResults<EncodedToken> { Tokens = tokens, NormalizedText = string.Concat(tokens.Select(token => token.Value)), CharsConsumed = start };
    }

    /// <inheritdoc/>
    protected sealed override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        IdsOf(text ?? textSpan, settings.MaxTokenCount).Length;

    /// <param name="most">As many ids at most; the special ones are always among them where they fit.</param>
    private int[] IdsOf(ReadOnlySpan<char> text, int most)
    {
        for (int room = Math.Min(text.Length, 1_024) + 16; ; room *= 4)
        {
            int[] ids = new int[Math.Clamp(room, 2, Math.Max(most, 2))];
            int count = Encode(text, ids, out _, out bool isCut);
            if (!isCut || count < ids.Length || ids.Length >= most)
                return ids[..Math.Min(count, most)];
        }
    }
}

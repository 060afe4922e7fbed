using System.Security.Cryptography;
using Microsoft.ML.Tokenizers;

namespace Hybrid.Encoding;

/// <summary>A tokenizer that a program brings in place of the model's own.</summary>
/// <param name="own">The model's own, which has the special tokens around a text.</param>
internal sealed class GivenTokenizer(Tokenizer tokenizer, EncoderTokenizer own) : ITokenizer
{
    // Texts on which two tokenizers for one vocabulary differ, if they do: case, accents, scripts, symbols, spaces, specials.
    private static readonly string[] Probes =
    [
        "Wireless noise-cancelling headphones, 30-hour battery (2024) don't", "naïve CAFÉ ẞ İstanbul ﬁ ① ㎏", "无线降噪耳机 ガ 한국어 สวัสดี हिन्दी",
            "😀👍🏽 €™ 𝒳 \u200b\u0007x",
        " a\t b\r\n c\u3000d ", "[CLS] <s> </s> [SEP] ▁ ##ing", "supercalifragilisticexpialidocious 1234567890",
    ];

    /// <summary>How the manifest names it: another tokenizer makes other vectors, so its name has a digest of what it does.</summary>
    public ModelTokenizer Description(ModelTokenizer described)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string probe in Probes)
        {
            foreach (int id in tokenizer.EncodeToIds(probe).Append(-1))
                digest.AppendData(BitConverter.GetBytes(id));
        }
        return described with { Type = $"{tokenizer.GetType().FullName} {Convert.ToHexStringLower(digest.GetHashAndReset())}" };
    }

    private readonly IReadOnlyList<int> _around = own.EncodeToIds("");

    /// <inheritdoc/>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids, out int unknown, out bool isCut)
    {
        IReadOnlyList<int> all = tokenizer.EncodeToIds(text[..Math.Min(text.Length, UnigramTokenizer.MostCharacters)]);
        // Whether a tokenizer of the library gives the special tokens depends on how it was made, and on whom one asks.
        int first = all.Count > 0 && all[0] == _around[0] ? 1 : 0;
        int last = all.Count > first && all[^1] == _around[^1] ? all.Count - 1 : all.Count;
        isCut = last - first > ids.Length - 2 || text.Length > UnigramTokenizer.MostCharacters;
        int count = 1;
        ids[0] = _around[0];
        for (int i = first; i < last && count < ids.Length - 1; i++)
            ids[count++] = all[i];
        ids[count++] = _around[^1];
        int? id = tokenizer switch
        {
            Microsoft.ML.Tokenizers.WordPieceTokenizer words => words.UnknownTokenId,
            SentencePieceTokenizer pieces => pieces.UnknownId,
            BpeTokenizer { UnknownToken: { } token } bpe => bpe.Vocabulary.TryGetValue(token, out int found) ? found : null,
            _ => null,
        };
        unknown = id is { } one ? ids[..count].Count(one) : 0;
        return count;
    }
}

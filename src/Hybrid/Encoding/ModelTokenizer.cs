namespace Hybrid.Encoding;

/// <summary>How a model cuts text into tokens, as its manifest says.</summary>
/// <param name="Type">"wordpiece", "unigram" or "bpe".</param>
/// <param name="File">The vocabulary's file in the model folder: a tokenizer.json, which says itself how it works, or for wordpiece a list of pieces.</param>
/// <param name="LowerCase">Whether text is lower-cased first.</param>
/// <param name="StripAccents">Whether accents are taken off first.</param>
public sealed record ModelTokenizer(string Type, string File, bool LowerCase, bool StripAccents)
{
    internal const string WordPiece = "wordpiece", Unigram = "unigram", Bpe = "bpe";
}

using System.Text.Json;

namespace Hybrid.Encoding;

internal sealed partial class WordPieceTokenizer
{
    private static readonly JsonElement Only = JsonElement.Parse("""
        {
          "normalizer": {"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
          "pre_tokenizer": {"type":"BertPreTokenizer"},
          "single": [{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}]
        }
        """);

    /// <param name="file">Named in errors.</param>
    /// <param name="json">A tokenizer.json.</param>
    /// <exception cref="ModelException">It is damaged, or of a tokenizer that works otherwise.</exception>
    public static WordPieceTokenizer Of(string file, ReadOnlyMemory<byte> json) => TokenizerFiles.Guard(file, () =>
    {
        const int MostId = 10_000_000;
        ManifestFields fields = ManifestFields.Of(file, json.Span);
        ManifestFields model = fields.Object("model");
        if (model.Has("type"))
            model.OneOf("type", "WordPiece");
        if (model.Has("continuing_subword_prefix"))
            model.OneOf("continuing_subword_prefix", Continuing);
        if (model.Has("max_input_chars_per_word"))
            model.Integer("max_input_chars_per_word", MaxWordLength, MaxWordLength);
        (bool lower, bool strips, bool ideographs) = NormalizerOf(fields);
        fields.Require("pre_tokenizer", Only.GetProperty("pre_tokenizer"));
        Dictionary<string, int> pieces = model.IntegersByName("vocab", MostId);
        AddedTokens specials = new(file, fields, mayBeNormalized: false, MostId);
        string unknown = model.Text("unk_token");
        if (!pieces.TryGetValue(unknown, out int id))
            throw model.Bad("vocab", $"has no piece {unknown}, which stands for unknown words");
        return new WordPieceTokenizer(pieces, lower, strips, !ideographs, specials, id, TokenizerFiles.AroundOf(fields, Only.GetProperty("single")));
    });

    /// <summary>What a tokenizer.json does to a text first.</summary>
    /// <exception cref="ModelException">It is something else than this version does.</exception>
    public static (bool LowerCase, bool StripAccents, bool PartsIdeographs) NormalizerOf(ManifestFields fields)
    {
        if (!fields.Has("normalizer") || fields.Object("normalizer") is not { } normalizer || normalizer.Text("type") != "BertNormalizer"
            || !normalizer.Truth("clean_text", whenMissing: true))
        {
            fields.Require("normalizer", Only.GetProperty("normalizer"));
            throw fields.Bad("normalizer", "is another one than this version has");
        }
        bool lower = normalizer.Truth("lowercase", whenMissing: true);
        bool strips = normalizer.Has("strip_accents") ? normalizer.Truth("strip_accents") : lower;
        return (lower, strips, normalizer.Truth("handle_chinese_chars", whenMissing: true));
    }

    private static Dictionary<string, int> PiecesOf(ReadOnlySpan<byte> vocabulary)
    {
        Dictionary<string, int> pieces = new(StringComparer.Ordinal);
        int id = 0;
        foreach (Range line in vocabulary.Split((byte)'\n'))
            pieces[System.Text.Encoding.UTF8.GetString(vocabulary[line].TrimEnd((byte)'\r'))] = id++;
        return pieces;
    }

    private static int IdOf(string file, Dictionary<string, int> pieces, string special) => pieces.TryGetValue(special, out int id)
        ? id
        : throw new ModelException(file, $"the vocabulary has no piece {special}. It is not one of an uncased BERT; copy the model folder again.");

    /// <summary>The ranges that BERT takes for Chinese; the last but two begins so in the reference.</summary>
    private static bool IsIdeograph(int codePoint) => codePoint is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0x2F800 and <= 0x2FA1F);
}

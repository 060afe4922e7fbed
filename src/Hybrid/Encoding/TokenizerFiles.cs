using System.Text.Json;

namespace Hybrid.Encoding;

/// <summary>Reads the files that tokenizers are written to, for what they have in common.</summary>
internal static class TokenizerFiles
{
    /// <summary>What a tokenizer.json says of its kind.</summary>
    /// <param name="name">Its path in the model folder.</param>
    /// <exception cref="ModelException">It is damaged, or of a kind that this version does not run.</exception>
    public static ModelTokenizer Describe(string file, string name, ReadOnlyMemory<byte> json) => Guard(file, () =>
    {
        ManifestFields fields = ManifestFields.Of(file, json.Span);
        ManifestFields model = fields.Object("model");
        // Older files do not say the type, which shows in the fields.
        string type = model.Has("type") ? model.OneOf("type", "WordPiece", "Unigram", "BPE")
            : model.Has("merges") ? "BPE" : model.Has("unk_id") ? "Unigram" : "WordPiece";
        if (type != "WordPiece")
            return new ModelTokenizer(type == "BPE" ? ModelTokenizer.Bpe : ModelTokenizer.Unigram, name, LowerCase: false, StripAccents: false);
        (bool lower, bool strips, _) = WordPieceTokenizer.NormalizerOf(fields);
        return new ModelTokenizer(ModelTokenizer.WordPiece, name, lower, strips);
    });

    /// <exception cref="ModelException">The file is damaged, or of a kind that this version does not run.</exception>
    public static EncoderTokenizer Open(string file, byte[] content, ModelTokenizer tokenizer) => tokenizer.Type switch
    {
        ModelTokenizer.Bpe => new ByteBpeTokenizer(file, content),
        ModelTokenizer.Unigram => new UnigramTokenizer(file, content),
        _ when tokenizer.File.EndsWith(".json", StringComparison.OrdinalIgnoreCase) => WordPieceTokenizer.Of(file, content),
        _ => new WordPieceTokenizer(file, content, tokenizer.LowerCase, tokenizer.StripAccents),
    };

    /// <summary>The ids that stand before and behind a text.</summary>
    /// <exception cref="ModelException">The file puts anything else around a text, or other ids.</exception>
    public static (int Start, int End) AroundOf(ManifestFields fields, JsonElement examples)
    {
        ManifestFields around = fields.Object("post_processor");
        if (around.Has("processors"))
        {
            // The one of bytes moves offsets only.
            ManifestFields[] parts = [.. around.ObjectsOf("processors").Where(part => part.Text("type") != "ByteLevel")];
            around = parts is [var only] ? only : throw around.Bad("processors", $"has {parts.Length} that put tokens around a text; this version does one");
        }
        if (around.Has("cls") && around.Has("sep"))
            return (around.PairId("cls"), around.PairId("sep"));
        string[] ends = around.TemplateEnds("single", examples);
        ManifestFields ids = around.Object("special_tokens");
        return (IdOf(ends[0]), IdOf(ends[1]));

        int IdOf(string token) => ids.Object(token).IntegersOf("ids") is [var id] ? id : throw ids.Bad(token, "is not one id");
    }

    /// <summary>Turns what a JSON reader throws on damaged text into a refusal.</summary>
    public static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        // InvalidOperationException is what a string with an escaped lone surrogate gives when it is asked for.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelException(file, $"the tokenizer's file is not JSON: {e.Message} Copy the model folder again.", e);
        }
    }
}

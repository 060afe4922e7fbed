using System.Text.Json.Nodes;
using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

/// <summary>infra/unigram/reference.py wrote unigram-reference.jsonl by asking the reference tokenizer.</summary>
public sealed class UnigramTokenizerTests
{
    private const int Limit = 512, Start = 0, End = 2, Unknown = 3, WordStart = 6;

    private static readonly byte[] Whole = File.ReadAllBytes(Path.Combine(E5.Folder, "tokenizer.json"));
    private static readonly UnigramTokenizer Tokenizer = new("tokenizer.json", Whole);
    private static readonly TokenizerReference Reference = new(Tokenizer, Limit, "unigram-reference.jsonl");

    [Fact]
    public void Every_golden_text_has_the_reference_ids()
    {
        E5.Golden[] goldens = E5.Goldens();
        Assert.Equal(166, goldens.Length);
        Assert.All(goldens, golden => Assert.Equal(golden.Ids, Ids((golden.Query ? "query: " : "passage: ") + golden.Text)));
    }

    [Fact]
    public void Texts_of_mixed_scripts_have_the_reference_ids() => Reference.AssertTexts();

    [Fact]
    public void Every_code_point_has_the_reference_ids() => Reference.AssertEveryCodePoint();

    [Fact]
    public void A_lone_surrogate_counts_as_the_replacement_character()
    {
        // Not a theory: an attribute keeps its strings in UTF-8, which has no lone surrogates.
        foreach (string text in (string[])["a\ud83dz", "a\ude00z"])
            Assert.Equal(Ids("a\ufffdz"), Ids(text));
        Assert.Equal(Ids("a\ufffd"), Ids("a\ud83d"));
    }

    [Theory]
    [InlineData("words, ")]
    [InlineData("无线降噪耳机")]
    [InlineData("<s>")]
    public void A_very_long_text_is_cut_at_the_limit(string repeated)
    {
        int[] ids = Ids(string.Concat(Enumerable.Repeat(repeated, 10_000_000 / repeated.Length)));
        Assert.Equal(Limit, ids.Length);
        Assert.Equal(End, ids[^1]);
        Assert.Equal(ids, Ids(string.Concat(Enumerable.Repeat(repeated, 2 * Limit))));
    }

    [Theory]
    [InlineData('a')]
    [InlineData('中')]
    [InlineData(' ')]
    [InlineData('\ufdfa')]   // 18 characters when it is composed
    [InlineData('\u0301')]
    [InlineData('<')]
    public void Memory_does_not_grow_with_the_text(char repeated)
    {
        int[] ids = new int[Limit];
        string text = new(repeated, 10_000_000);
        Tokenizer.Encode(text, ids, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Tokenizer.Encode(text, ids, out _, out bool isCut);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
        Assert.Equal(repeated != ' ', isCut);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\u3000")]
    [InlineData("\u200b\u0007")]
    public void A_text_without_words_has_only_the_special_tokens(string text) => Assert.Equal([Start, End], Ids(text));

    [Theory]
    [InlineData("a b c", false)]
    [InlineData("a b c \n\t\u200b", false)]
    [InlineData("a b c d", true)]
    [InlineData("a b c</s>", true)]
    public void A_text_is_cut_when_a_token_finds_no_place(string text, bool isCut)
    {
        int[] ids = new int[5];
        Assert.Equal(5, Tokenizer.Encode(text, ids, out _, out bool wasCut));
        Assert.Equal(isCut, wasCut);
        Assert.Equal(Ids("a b c"), ids);
    }

    [Fact]
    public void Unknown_characters_beside_each_other_are_one_token_and_counted()
    {
        int[] ids = new int[Limit];
        int length = Tokenizer.Encode("𠮷𠮷 𠮷", ids, out int unknown, out _);
        Assert.Equal([Start, WordStart, Unknown, WordStart, Unknown, End], ids[..length]);
        Assert.Equal(2, unknown);
    }

    [Fact]
    public void Random_code_units_never_throw_and_stay_within_the_limit() => TokenizerReference.AssertRandomCodeUnits(Tokenizer);

    [Fact]
    public void A_truncated_file_is_refused_by_name()
    {
        foreach (int length in (int[])[0, 1, 1_000, Whole.Length / 2, Whole.Length - 1])
        {
            var refusal = Assert.Throws<ModelException>(() => new UnigramTokenizer("m/tokenizer.json", Whole.AsMemory(0, length)));
            Assert.StartsWith("m/tokenizer.json: the tokenizer's file is not JSON: ", refusal.Message, StringComparison.Ordinal);
            Assert.EndsWith("Copy the model folder again.", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("$", "[]", "field 'model' is missing")]
    [InlineData("model.type", "\"BPE\"", "field 'model.type' is 'BPE', which is none of Unigram")]
    [InlineData("model.byte_fallback", "true", "field 'model.byte_fallback' is true, and this version makes no bytes of unknown characters")]
    [InlineData("model.unk_id", "9", "field 'model.unk_id' is 9, not a whole number from 0 to 4")]
    [InlineData("model.vocab", "[]", "field 'model.vocab' is empty")]
    [InlineData("model.vocab", "[[\"<s>\",0],[\"a\"]]", "field 'model.vocab' holds no piece with a score at 1")]
    [InlineData("model.vocab", "[[\"<s>\",1e999]]", "field 'model.vocab' holds no piece with a score at 0")]
    [InlineData("model.vocab", "[[\"LONE\",0]]", "the tokenizer's file is not JSON")]
    [InlineData("model.vocab", "[[\"<s>\",0],[\"<unk>\",0],[\"a\",0],[\"b\",0]]", "field 'model.vocab' has no piece </s>")]
    [InlineData("added_tokens", "[{\"id\":5}]", "field 'added_tokens[0].normalized' is missing")]
    [InlineData("normalizer", "{\"type\":\"NFC\"}", "field 'normalizer' is {\"type\":\"NFC\"}; this version runs only {\"type\":\"Sequence\"")]
    [InlineData("pre_tokenizer", "null", "field 'pre_tokenizer' is null; this version runs only")]
    [InlineData("post_processor", "{\"single\":[]}", "field 'post_processor.single' is []; this version runs only")]
    public void A_file_of_another_tokenizer_is_refused_with_the_field(string field, string value, string reason)
    {
        JsonNode file = Small();
        JsonNode changed = JsonNode.Parse(value)!;   // ! : of null it is null, which is what the field then has
        if (field == "$")
            file = changed;
        else if (field.Split('.') is [var outer, var inner])
            file[outer]![inner] = changed;   // ! : Small has them
        else
            file[field] = changed;
        var refusal = Assert.Throws<ModelException>(() => new UnigramTokenizer("m/tokenizer.json", Bytes(file)));
        Assert.StartsWith($"m/tokenizer.json: {reason}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_ways_with_the_same_score_the_one_whose_last_piece_is_longer_wins()
    {
        JsonNode file = Small();
        file["model"]!["vocab"] = JsonNode.Parse("""[["<s>",0],["<unk>",0],["</s>",0],["▁",-1],["a",-1],["aa",-1]]""");   // ! : Small has it
        UnigramTokenizer small = new("tokenizer.json", Bytes(file));
        int[] ids = new int[8];
        Assert.Equal([0, 3, 4, 5, 2], ids[..small.Encode("aaa", ids, out _, out _)]);
    }

    /// <summary>The file of the model with five pieces.</summary>
    private static JsonNode Small()
    {
        JsonNode file = JsonNode.Parse(Whole)!;   // ! : it is not "null"
        file["model"]!["vocab"] = JsonNode.Parse("""[["<s>",0],["<unk>",0],["</s>",0],["▁",-1],["a",-2]]""");   // ! : it is there
        file["model"]!["unk_id"] = 1;
        file["added_tokens"] = JsonNode.Parse("""[{"id":0,"content":"<s>","single_word":false,"normalized":false}]""");
        return file;
    }

    /// <summary>A JsonNode cannot write the half of a surrogate pair that LONE stands for.</summary>
    private static byte[] Bytes(JsonNode file) =>
        System.Text.Encoding.UTF8.GetBytes(file.ToJsonString().Replace("LONE", "\\ud800", StringComparison.Ordinal));

    private static int[] Ids(string text) => Reference.Ids(text);
}

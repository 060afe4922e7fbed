using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

/// <summary>infra/wordpiece/reference.cs wrote wordpiece-reference.jsonl by asking the reference tokenizer.</summary>
public sealed class WordPieceTokenizerTests
{
    private const int Limit = 256;

    private static readonly WordPieceTokenizer Tokenizer = new("vocab.txt", File.ReadAllBytes(Path.Combine(MiniLm.Folder, "vocab.txt")));
    private static readonly TokenizerReference Reference = new(Tokenizer, Limit, "wordpiece-reference.jsonl");

    [Fact]
    public void Every_golden_text_has_the_reference_ids()
    {
        MiniLm.Golden[] goldens = MiniLm.Goldens();
        Assert.Equal(111, goldens.Length);
        Assert.All(goldens, golden => Assert.Equal(golden.Ids, Ids(golden.Text)));
    }

    [Fact]
    public void Texts_of_mixed_scripts_have_the_reference_ids() => Reference.AssertTexts();

    [Fact]
    public void Every_code_point_has_the_reference_ids() => Reference.AssertEveryCodePoint();

    [Fact]
    public void A_lone_surrogate_is_dropped_as_the_replacement_character_is()
    {
        // Not a theory: an attribute keeps its strings in UTF-8, which has no lone surrogates.
        foreach (string text in (string[])["a\ud83dz", "a\ude00z", "a\ude00\ud83dz"])
            Assert.Equal(Ids("a\ufffdz"), Ids(text));
    }

    [Fact]
    public void A_text_may_end_within_a_surrogate_pair() => Assert.Equal(Ids("a"), Ids("a\ud83d"));

    [Fact]
    public void A_very_long_text_is_cut_at_the_limit()
    {
        int[] ids = Ids(string.Concat(Enumerable.Repeat("words, ", 1_500_000)));
        Assert.Equal(Limit, ids.Length);
        Assert.Equal(102, ids[^1]);
        Assert.Equal(ids, Ids(string.Concat(Enumerable.Repeat("words, ", Limit))));
    }

    [Fact]
    public void A_very_long_word_is_one_unknown_token() => Assert.Equal([101, 100, 102], Ids(new string('a', 10_000_000)));

    [Fact]
    public void A_word_cut_by_the_limit_keeps_its_first_pieces()
    {
        int[] whole = Ids("supercalifragilisticexpialidocious");
        int[] cut = new int[6];
        Assert.Equal(6, Tokenizer.Encode("supercalifragilisticexpialidocious", cut, out _, out _));
        Assert.Equal([.. whole[..5], 102], cut);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\u3000")]
    [InlineData("\u200b\u0301")]
    public void A_text_without_words_has_only_the_special_tokens(string text) => Assert.Equal([101, 102], Ids(text));

    [Theory]
    [InlineData("one two", false)]
    [InlineData("one two three", false)]
    [InlineData("one two three \n\t\u200b", false)]
    [InlineData("one two three.", true)]
    [InlineData("one two three f", true)]
    [InlineData("one two three[SEP]", true)]
    [InlineData("one two unaffordable", true)]
    public void A_text_is_cut_when_a_token_finds_no_place(string text, bool isCut)
    {
        Tokenizer.Encode(text, new int[5], out _, out bool wasCut);
        Assert.Equal(isCut, wasCut);
    }

    [Fact]
    public void Unknown_tokens_are_counted()
    {
        Tokenizer.Encode("智能手机 5G", new int[Limit], out int unknown, out _);
        Assert.Equal(2, unknown);   // 能 and 机
    }

    [Fact]
    public void Random_code_units_never_throw_and_stay_within_the_limit() => TokenizerReference.AssertRandomCodeUnits(Tokenizer);

    [Fact]
    public void A_vocabulary_without_the_special_tokens_is_refused_by_name()
    {
        var refusal = Assert.Throws<ModelException>(() => new WordPieceTokenizer("m/vocab.txt", "[PAD]\n[UNK]\n[CLS]\nthe\n"u8));
        Assert.Equal("m/vocab.txt: the vocabulary has no piece [SEP]. It is not one of an uncased BERT; copy the model folder again.", refusal.Message);
    }

    private static int[] Ids(string text) => Reference.Ids(text);
}

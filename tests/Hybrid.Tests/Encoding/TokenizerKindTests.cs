using System.Buffers;
using System.Text.Json.Nodes;
using Hybrid.Encoding;
using Microsoft.ML.Tokenizers;

namespace Hybrid.Tests.Encoding;

/// <summary>What every kind of tokenizer holds. infra/tokenizers/reference.py made the small tokenizers and asked the reference for the ids.</summary>
public sealed class TokenizerKindTests
{
    private const int Limit = 64;

    public static TheoryData<string> Kinds => [.. Directory.EnumerateFiles(Path.GetDirectoryName(TinyModel.TokenizerFile("any"))!, "*.json")   // ! : it has one
        .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void There_are_ten_kinds() => Assert.Equal(10, Kinds.Count);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Texts_of_mixed_scripts_have_the_reference_ids(string kind) => Reference(kind).AssertTexts();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_code_point_has_the_reference_ids(string kind) => Reference(kind).AssertEveryCodePoint();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_lone_surrogate_counts_as_the_replacement_character(string kind)
    {
        TokenizerReference reference = Reference(kind);
        // Not a theory of texts: an attribute keeps its strings in UTF-8, which has no lone surrogates.
        foreach (string text in (string[])["a\ud83dz", "a\ude00z"])
            Assert.Equal(reference.Ids("a\ufffdz"), reference.Ids(text));
        Assert.Equal(reference.Ids("a\ufffd"), reference.Ids("a\ud83d"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ten_megabytes_are_cut_at_the_limit(string kind)
    {
        EncoderTokenizer tokenizer = Open(kind);
        int[] ids = new int[Limit];
        foreach (string repeated in (string[])["words, ", "a", "无线", "<s>", "\u0301"])
        {
            string text = string.Concat(Enumerable.Repeat(repeated, 10_000_000 / repeated.Length));
            tokenizer.Encode(text, ids, out _, out _);
            long before = GC.GetAllocatedBytesForCurrentThread();
            int count = tokenizer.Encode(text, ids, out _, out _);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
            Assert.InRange(count, 2, Limit);
            Assert.Equal(tokenizer.EncodeToIds("")[^1], ids[count - 1]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_empty_text_has_only_the_special_tokens(string kind)
    {
        EncoderTokenizer tokenizer = Open(kind);
        Assert.Equal(2, tokenizer.EncodeToIds("").Count);
        Assert.Equal("", tokenizer.Decode(tokenizer.EncodeToIds("")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_cut_text_keeps_its_first_tokens_and_both_special_ones(string kind)
    {
        EncoderTokenizer tokenizer = Open(kind);
        int[] whole = new int[Limit], cut = new int[5];
        int count = tokenizer.Encode("play, play play", whole, out _, out bool isCut);
        Assert.False(isCut);
        Assert.Equal(5, tokenizer.Encode("play, play play", cut, out _, out isCut));
        Assert.True(isCut);
        Assert.Equal([.. whole[..4], whole[count - 1]], cut);
        Assert.Equal(count, tokenizer.Encode("play, play play", whole.AsSpan(0, count), out _, out isCut));
        Assert.False(isCut);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Random_code_units_never_throw_and_stay_within_the_limit(string kind) => TokenizerReference.AssertRandomCodeUnits(Open(kind));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_truncated_file_is_refused(string kind)
    {
        byte[] file = File.ReadAllBytes(TinyModel.TokenizerFile(kind));
        for (int length = 0; length < file.Length - 1; length += 211)
            Assert.Throws<ModelException>(() => TokenizerFiles.Describe("m/tokenizer.json", "tokenizer.json", file.AsMemory(0, length)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_lacks_a_field_is_refused_or_works(string kind)
    {
        foreach (string field in JsonNode.Parse(File.ReadAllBytes(TinyModel.TokenizerFile(kind)))!.AsObject().Select(one => one.Key))   // ! : it is not "null"
        {
            JsonObject file = JsonNode.Parse(File.ReadAllBytes(TinyModel.TokenizerFile(kind)))!.AsObject();   // ! : likewise
            file.Remove(field);
            byte[] content = System.Text.Encoding.UTF8.GetBytes(file.ToJsonString());
            if (field is "model" or "added_tokens" or "post_processor" or "pre_tokenizer")
                Assert.Contains(field, Assert.Throws<ModelException>(() => Open(content)).Message, StringComparison.Ordinal);
            else if (field != "normalizer" || kind.StartsWith("roberta", StringComparison.Ordinal))
                Open(content);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_damaged_file_is_refused_or_works(string kind)
    {
        const int Seed = 9;
        var random = new Random(Seed);
        byte[] file = File.ReadAllBytes(TinyModel.TokenizerFile(kind));
        int[] ids = new int[16];
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. file];
            for (int change = random.Next(1, 4); change > 0; change--)
                damaged[random.Next(damaged.Length)] = "0123456789\"[]{}:, abcnst\\"u8[random.Next(25)];
            try
            {
                Assert.InRange(Open(damaged).Encode("a<s> 中文 aaa ﬁ b\u0301", ids, out _, out _), 2, 16);
            }
            catch (ModelException refusal)
            {
                Assert.StartsWith("m/tokenizer.json: ", refusal.Message, StringComparison.Ordinal);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {Seed}, file {i}: {e}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_serves_where_a_tokenizer_of_the_library_does(string kind)
    {
        const string Text = "playing a wire, naïve 12";
        Tokenizer tokenizer = Open(kind);
        IReadOnlyList<int> ids = tokenizer.EncodeToIds(Text);
        Assert.Equal(Reference(kind).Ids(Text), ids);
        Assert.Equal(ids.Count, tokenizer.CountTokens(Text));
        IReadOnlyList<EncodedToken> tokens = tokenizer.EncodeToTokens(Text, out string? normalized);
        Assert.Equal(ids, tokens.Select(token => token.Id));
        Assert.All(tokens, token => Assert.Equal(token.Value, normalized![token.Offset]));   // ! : it always comes
        Assert.Equal(6, tokenizer.EncodeToIds(Text, maxTokenCount: 6, out _, out _).Count);
        string decoded = tokenizer.Decode(ids);
        Assert.Contains("wire", decoded, StringComparison.Ordinal);
        char[] target = new char[decoded.Length];
        Assert.Equal(OperationStatus.Done, tokenizer.Decode(ids, target, out int used, out int written));
        Assert.Equal((decoded, ids.Count, decoded.Length), (new string(target), used, written));
        Assert.Equal(OperationStatus.DestinationTooSmall, tokenizer.Decode(ids, target.AsSpan(1), out used, out written));
        Assert.Equal((0, 0), (used, written));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([9_999_999]));
    }

    [Fact]
    public void A_word_of_thousands_of_letters_is_several()
    {
        EncoderTokenizer tokenizer = Open("roberta");
        IReadOnlyList<int> ids = tokenizer.EncodeToIds(new string('q', 5_000));
        IReadOnlyList<int> part = tokenizer.EncodeToIds(new string('q', ByteBpeTokenizer.LongestWord));
        Assert.Equal(part.SkipLast(1), ids.Take(part.Count - 1));
    }

    [Fact]
    public void All_ids_of_a_long_text_come_when_there_is_no_limit()
    {
        string text = string.Concat(Enumerable.Repeat("kettle, ", 5_000));
        Assert.Equal(10_002,
            new Hybrid.Encoding.WordPieceTokenizer("vocab.txt", File.ReadAllBytes(Path.Combine(MiniLm.Folder, "vocab.txt"))).CountTokens(text));
    }

    /// <summary>Why WordPiece is our own: when this fails, look whether the library's has become exact.</summary>
    [Fact]
    public void The_librarys_own_BERT_tokenizer_misses_golden_lines()
    {
        var library = BertTokenizer.Create(Path.Combine(MiniLm.Folder, "vocab.txt"), new BertOptions { RemoveNonSpacingMarks = true });
        MiniLm.Golden[] goldens = MiniLm.Goldens();
        // 85 without ICU, 88 with it.
        Assert.InRange(goldens.Count(golden => library.EncodeToIds(golden.Text, 256, out _, out _).SequenceEqual(golden.Ids)), 80, goldens.Length - 1);
    }

    /// <summary>Why a byte-level BPE gets its words from us: when this fails, look whether the library's expressions have become exact.</summary>
    [Fact]
    public void The_librarys_own_words_for_byte_level_BPE_miss_letters_beyond_the_first_plane()
    {
        JsonNode model = JsonNode.Parse(File.ReadAllBytes(TinyModel.TokenizerFile("roberta")))!["model"]!;   // ! : it is there
        var library = BpeTokenizer.Create(new BpeOptions(model["vocab"]!.AsObject().Select(p => KeyValuePair.Create(p.Key, (int)p.Value!)))   // ! : likewise
        {
            Merges = [.. model["merges"]!.AsArray().Select(pair => string.Join(' ', pair!.AsArray().Select(half => (string?)half)))],   // ! : likewise
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(new(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"), null),
        });
        EncoderTokenizer own = Open("roberta");
        // no special tokens, which it was not given
        string[] texts = [.. Reference("roberta").Texts().Where(text => !text.Contains('<', StringComparison.Ordinal))];
        int same = texts.Count(text => library.EncodeToIds(text).SequenceEqual(own.EncodeToIds(text).Skip(1).SkipLast(1)));
        Assert.InRange(same, texts.Length / 2, texts.Length - 1);
    }

    private static TokenizerReference Reference(string kind) => new(Open(kind), Limit, Path.Combine("Tokenizers", $"{kind}-reference.jsonl"));

    private static EncoderTokenizer Open(string kind) => Open(File.ReadAllBytes(TinyModel.TokenizerFile(kind)));

    private static EncoderTokenizer Open(byte[] content) =>
        TokenizerFiles.Open("m/tokenizer.json", content, TokenizerFiles.Describe("m/tokenizer.json", "tokenizer.json", content));
}

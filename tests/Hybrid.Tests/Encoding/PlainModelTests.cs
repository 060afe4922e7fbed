using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Hybrid.Encoding;
using Microsoft.ML.Tokenizers;

namespace Hybrid.Tests.Encoding;

/// <summary>Model folders without manifest.</summary>
public sealed class PlainModelTests : IDisposable
{
    private const string Text = "wireless play";

    private readonly TinyModel _model = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("mean_tokens", "mean")]
    [InlineData("cls_token", "cls")]
    [InlineData("max_tokens", "max")]
    [InlineData("lasttoken", "last token")]
    public void Tokens_become_a_vector_as_the_pooling_says(string mode, string pooling)
    {
        _model.Pool(mode);
        Assert.Equal(pooling, Load().Manifest.Pooling);
        AssertVector(Pooled(pooling, (id, _) => TinyModel.TokenVector(id)));
    }

    [Fact]
    public void Newer_files_say_the_pooling_in_a_word()
    {
        _model.Write("1_Pooling/config.json", """{"embedding_dimension": 4, "pooling_mode": "lasttoken"}""");
        AssertVector(Pooled("last token", (id, _) => TinyModel.TokenVector(id)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Types_are_0_and_positions_count_from_0_where_the_graph_wants_them(bool types, bool positions)
    {
        _model.Network(types: types, positions: positions);
        AssertVector(Pooled("mean", (id, i) => [.. TinyModel.TokenVector(id).Select(x => x + (positions ? i : 0))]));
    }

    [Fact]
    public void Half_precision_comes_out_as_float()
    {
        _model.Network(isHalf: true);
        AssertVector(Pooled("mean", (id, _) => TinyModel.TokenVector(id)), tolerance: 1e-3);
    }

    [Theory]
    [InlineData(TinyModel.Dimension)]
    [InlineData(-1)]
    public void A_graph_that_pools_itself_is_left_to_it(int last)
    {
        _model.Network(isPooled: true, last: last, output: "sentence_embedding");
        File.Delete(_model.FileOf("modules.json"));
        Directory.Delete(_model.FileOf("1_Pooling"), recursive: true);
        AssertVector(Pooled("cls", (id, _) => TinyModel.TokenVector(id)));
    }

    [Fact]
    public void The_network_may_be_in_the_folder_onnx()
    {
        File.Delete(_model.FileOf("model.onnx"));
        _model.Network("onnx/model.onnx", last: -1);
        AssertVector(Pooled("mean", (id, _) => TinyModel.TokenVector(id)));
    }

    [Theory]
    [InlineData("bert-cased")]
    [InlineData("roberta-space")]
    [InlineData("xlmr")]
    public void Every_kind_of_tokenizer_encodes_whatever_it_is_given(string kind)
    {
        File.Copy(TinyModel.TokenizerFile(kind), _model.FileOf("tokenizer.json"), overwrite: true);
        using TextEncoder encoder = Load();
        string[] texts = ["", " ", "\0", "a\ud83dz", "无线", new('x', 10_000_000), "play <mask> 12"];
        float[] vectors = new float[texts.Length * TinyModel.Dimension];
        encoder.Encode(texts, TextRole.Passage, vectors, Token);
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.Equal(1, TensorPrimitives.Norm(vectors.AsSpan(i * 4, 4)), tolerance: 1e-5);
            Assert.Equal(encoder.Encode(texts[i], TextRole.Passage), vectors[(i * 4)..((i + 1) * 4)]);
        }
    }

    [Theory]
    [InlineData(true, null, "PLAY", "play", true)]
    [InlineData(true, null, "plaÿ", "play", true)]
    [InlineData(true, false, "plaÿ", "play", false)]
    [InlineData(false, null, "PLAY", "play", false)]
    public void A_vocabulary_is_read_as_its_settings_say(bool lower, bool? strips, string one, string other, bool areSame)
    {
        JsonNode vocabulary = JsonNode.Parse(File.ReadAllText(_model.FileOf("tokenizer.json")))!["model"]!["vocab"]!;   // ! : it is there
        // ! : likewise
        _model.Write("vocab.txt", string.Join('\n', vocabulary.AsObject().OrderBy(p => (int)p.Value!).Select(p => p.Key is "\n" or "##\n" ? "" : p.Key)));
        File.Delete(_model.FileOf("tokenizer.json"));
        _model.Write("tokenizer_config.json", new JsonObject { ["do_lower_case"] = lower, ["strip_accents"] = strips }.ToJsonString());
        using TextEncoder encoder = Load();
        Assert.Equal(areSame, encoder.TokenIds(one, TextRole.Query).SequenceEqual(encoder.TokenIds(other, TextRole.Query)));
    }

    [Theory]
    [InlineData("sentence_bert_config.json", "max_seq_length", 9, 9)]
    [InlineData("sentence_bert_config.json", "max_seq_length", 4_096, 64)]
    [InlineData("config.json", "max_position_embeddings", 12, 12)]
    public void The_least_limit_of_tokens_counts(string file, string field, int value, int expected)
    {
        _model.Change(file, json => json[field] = value);
        Assert.Equal(expected, Load().Manifest.MaxTokens);
    }

    [Fact]
    public void Prompts_are_put_before_a_text_by_its_role()
    {
        _model.Write("config_sentence_transformers.json", """{"prompts": {"query": "play ", "document": "wire "}}""");
        using TextEncoder encoder = Load();
        Assert.Equal(("play ", "wire "), (encoder.Manifest.QueryPrefix, encoder.Manifest.PassagePrefix));
        Assert.Equal(encoder.Tokenizer.EncodeToIds("play less"), encoder.TokenIds("less", TextRole.Query));
    }

    [Fact]
    public void Any_file_that_says_something_is_part_of_the_space()
    {
        VectorSpaces(() => { }, () => _model.Pool("max_tokens"), () => _model.Network(types: true),
            () => _model.Change("config.json", c => c["hidden_act"] = "gelu"));

        void VectorSpaces(params Action[] changes)
        {
            List<string> hashes = [];
            foreach (Action change in changes)
            {
                change();
                hashes.Add(ModelManifest.Load(_model.Folder).SpaceFor(ItemTextTemplate.Default).Hash);
            }
            Assert.Equal(changes.Length, hashes.Distinct().Count());
        }
    }

    [Fact]
    public void A_network_that_rounds_by_what_runs_together_gets_one_text_at_a_time()
    {
        _model.Network(quantizes: true);
        using TextEncoder encoder = Load();
        string[] texts = ["play", "a 智能 ガ한 <mask>", "wireless playing 12", "b"];
        float[] vectors = new float[texts.Length * encoder.Dimension];
        encoder.Encode(texts, TextRole.Passage, vectors, Token);
        for (int i = 0; i < texts.Length; i++)
        {
            float[] alone = encoder.Encode(texts[i], TextRole.Passage);
            Assert.All(alone.Zip(vectors.Skip(i * alone.Length)), pair => Assert.Equal(pair.First, pair.Second, tolerance: 1e-6));
        }
    }

    [Fact]
    public void The_first_floats_of_a_vector_can_be_kept_alone()
    {
        using TextEncoder whole = Load(), two = TextEncoder.Load(_model.Folder, new TextEncoderOptions { Dimension = 2 });
        float[] kept = whole.Encode(Text, TextRole.Query)[..2];
        TensorPrimitives.Divide(kept, TensorPrimitives.Norm<float>(kept), kept);
        float[] vector = two.Encode(Text, TextRole.Query);
        Assert.Equal(2, vector.Length);
        Assert.All(vector.Zip(kept), pair => Assert.Equal(pair.Second, pair.First, tolerance: 1e-6));
        Assert.NotEqual(whole.SpaceFor(ItemTextTemplate.Default).Hash, two.SpaceFor(ItemTextTemplate.Default).Hash);
        string refusal = Assert.Throws<ModelException>(() => TextEncoder.Load(_model.Folder, new TextEncoderOptions { Dimension = 5 })).Message;
        Assert.EndsWith("its vectors have 4 floats, and 5 are to be kept. Ask for 4 or fewer.", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_a_manifest_keeps_its_first_floats_too()
    {
        using TextEncoder some = TextEncoder.Load(MiniLm.Folder, new TextEncoderOptions { Dimension = 256 });
        float[] kept = MiniLm.Encoder.Encode("a kettle", TextRole.Query)[..256];
        Assert.Equal(1, TensorPrimitives.CosineSimilarity<float>(kept, some.Encode("a kettle", TextRole.Query)), tolerance: 1e-5);
        Assert.Equal(256, some.SpaceFor(ItemTextTemplate.Default).Dimension);
    }

    [Fact]
    public void A_tokenizer_of_the_library_can_be_given()
    {
        BertTokenizer given = BertTokenizer.Create(Path.Combine(MiniLm.Folder, "vocab.txt"));
        using TextEncoder encoder = TextEncoder.Load(MiniLm.Folder, new TextEncoderOptions { Tokenizer = given });
        Assert.Same(given, encoder.Tokenizer);
        Assert.Equal(
            1, TensorPrimitives.CosineSimilarity<float>(MiniLm.Encoder.Encode("a kettle", TextRole.Query), encoder.Encode("a kettle", TextRole.Query)),
                tolerance: 1e-5);
        Assert.NotEqual(MiniLm.Encoder.SpaceFor(ItemTextTemplate.Default), encoder.SpaceFor(ItemTextTemplate.Default));
        int[] ids = encoder.TokenIds(string.Concat(Enumerable.Repeat("kettle ", 1_000)), TextRole.Query);
        Assert.Equal((256, 102), (ids.Length, ids[^1]));
        encoder.Encode("智能手机 能机", TextRole.Query);
        Assert.Equal(1, encoder.MostlyUnknownTexts);
    }

    [Fact]
    public void A_tokenizer_of_this_library_can_be_given_to_another_model()
    {
        using TextEncoder own = Load(), other = TextEncoder.Load(_model.Folder, new TextEncoderOptions { Tokenizer = own.Tokenizer });
        Assert.Equal(own.Encode(Text, TextRole.Query), other.Encode(Text, TextRole.Query));
    }

    [Fact]
    public void Unknown_tokens_are_counted_and_the_warning_says_that_nobody_knows_the_languages()
    {
        using TextEncoder encoder = Load();
        encoder.Encode("สวัสดี", TextRole.Query);
        Assert.Equal(1, encoder.MostlyUnknownTexts);
        Assert.Contains("(its languages: not said)", encoder.UnknownTextWarning, StringComparison.Ordinal);
    }

    private TextEncoder Load() => TextEncoder.Load(_model.Folder);

    private void AssertVector(float[] expected, double tolerance = 1e-5)
    {
        using TextEncoder encoder = Load();
        // Beside a longer text, so that there is padding.
        string[] texts = [Text, "play play play play less less", ""];
        float[] vectors = new float[texts.Length * TinyModel.Dimension];
        encoder.Encode(texts, TextRole.Passage, vectors, Token);
        TensorPrimitives.Divide(expected, TensorPrimitives.Norm<float>(expected), expected);
        Assert.All(vectors[..4].Zip(expected), pair => Assert.Equal(pair.Second, pair.First, tolerance));
        Assert.Equal(encoder.Encode(Text, TextRole.Passage), vectors[..4]);
    }

    /// <summary>What the pooling of the text's token vectors is, by the book.</summary>
    private float[] Pooled(string pooling, Func<int, int, float[]> vectorOf)
    {
        using TextEncoder encoder = Load();
        float[][] tokens = [.. encoder.TokenIds(Text, TextRole.Passage).Select(vectorOf)];
        return [.. Enumerable.Range(0, TinyModel.Dimension).Select(d => pooling switch
        {
            "mean" => tokens.Average(token => token[d]),
            "max" => tokens.Max(token => token[d]),
            "cls" => tokens[0][d],
            _ => tokens[^1][d],
        })];
    }
}

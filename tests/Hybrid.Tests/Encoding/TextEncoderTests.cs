using System.Numerics.Tensors;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Hybrid.Tests.Encoding;

public sealed class TextEncoderTests
{
    private const int Dimension = 384;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_golden_vector_is_met_to_a_cosine_of_0_9998()
    {
        MiniLm.Golden[] goldens = MiniLm.Goldens();
        float[] vectors = new float[goldens.Length * Dimension];
        MiniLm.Encoder.Encode([.. goldens.Select(g => g.Text)], TextRole.Passage, vectors, Token);
        for (int i = 0; i < goldens.Length; i++)
        {
            ReadOnlySpan<float> vector = vectors.AsSpan(i * Dimension, Dimension);
            Assert.InRange(TensorPrimitives.CosineSimilarity(vector, goldens[i].Embedding), 0.9998f, 1.0001f);
            Assert.Equal(1.0, TensorPrimitives.Norm(vector), tolerance: 1e-5);
        }
    }

    [Fact]
    public void A_vector_does_not_depend_on_what_is_encoded_with_it_or_in_which_order()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        string[] words = ["steel", "kettle", "with", "a", "wooden", "handle", "espresso", "machine", "日本", "30-hour"];
        string[] texts = [.. Enumerable.Range(0, 120).Select(i => string.Join(' ', random.GetItems(words, i % 40 == 0 ? 300 : random.Next(25))))];
        float[][] alone = [.. texts.Select(text => MiniLm.Encoder.Encode(text, TextRole.Passage))];
        int[] order = [.. Enumerable.Range(0, texts.Length)];
        for (int round = 0; round < 2; round++)
        {
            random.Shuffle(order);
            float[] vectors = new float[texts.Length * Dimension];
            MiniLm.Encoder.Encode([.. order.Select(i => texts[i])], TextRole.Passage, vectors, Token);
            for (int row = 0; row < order.Length; row++)
            {
                for (int d = 0; d < Dimension; d++)
                    Assert.True(Math.Abs(alone[order[row]][d] - vectors[(row * Dimension) + d]) <= 1e-6f, $"seed {Seed}, text {order[row]}, component {d}");
            }
        }
    }

    [Fact]
    public void More_texts_than_one_window_holds_keep_their_order()
    {
        string[] texts = [.. Enumerable.Range(0, 1_100).Select(i => i % 100 == 7 ? $"kettle number {i}" : "mug")];
        float[] vectors = new float[texts.Length * Dimension];
        MiniLm.Encoder.Encode(texts, TextRole.Passage, vectors, Token);
        foreach (int i in (int[])[7, 8, 1_007, 1_099])
        {
            float[] alone = MiniLm.Encoder.Encode(texts[i], TextRole.Passage);
            Assert.Equal(1.0, TensorPrimitives.Dot(alone, vectors.AsSpan(i * Dimension, Dimension)), tolerance: 1e-5);
        }
    }

    [Fact]
    public void Several_threads_get_the_same_vectors_as_one()
    {
        string[] texts = [.. Enumerable.Range(0, 16).Select(i => $"{(i % 2 == 0 ? "a green" : "the very large blue")} chair {i}")];
        float[][] expected = [.. texts.Select(text => MiniLm.Encoder.Encode(text, TextRole.Query))];
        Parallel.For(0, texts.Length, new ParallelOptions { CancellationToken = Token }, i =>
            Assert.Equal(1.0, TensorPrimitives.Dot<float>(expected[i], MiniLm.Encoder.Encode(texts[i], TextRole.Query)), tolerance: 1e-5));
    }

    [Fact]
    public void Texts_in_words_of_the_same_meaning_are_closer_than_others()
    {
        float[] query = MiniLm.Encoder.Encode("headphones for travelling", TextRole.Query);
        Assert.True(
            TensorPrimitives.Dot<float>(query, MiniLm.Encoder.Encode("Noise cancelling earbuds for the plane", TextRole.Passage))
            > TensorPrimitives.Dot<float>(query, MiniLm.Encoder.Encode("Cast iron frying pan", TextRole.Passage)));
    }

    [Fact]
    public void No_texts_give_no_vectors()
    {
        float[] room = [7];
        MiniLm.Encoder.Encode([], TextRole.Passage, room.AsSpan(1), Token);
        var refusal = Assert.Throws<ArgumentException>(() => MiniLm.Encoder.Encode([], TextRole.Passage, room, Token));
        Assert.StartsWith("0 texts of dimension 384 need 0 floats, got 1.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([7f], room);
    }

    [Fact]
    public void A_text_without_words_has_the_unit_vector_of_none()
    {
        float[] none = MiniLm.Encoder.Encode("", TextRole.Query);
        Assert.Equal(1.0, TensorPrimitives.Norm<float>(none), tolerance: 1e-5);
        foreach (string text in (string[])["  \n", "\ud800"])
            Assert.Equal(none, MiniLm.Encoder.Encode(text, TextRole.Query));
    }

    [Fact]
    public void Room_of_the_wrong_size_is_refused_with_the_right_one()
    {
        var refusal = Assert.Throws<ArgumentException>(() => MiniLm.Encoder.Encode(["a", "b"], TextRole.Passage, new float[384], Token));
        Assert.StartsWith("2 texts of dimension 384 need 768 floats, got 384.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_text_is_refused_with_its_position()
    {
        string[] texts = ["a", null!];   // ! : what is tested
        var refusal = Assert.Throws<ArgumentException>(() => MiniLm.Encoder.Encode(texts, TextRole.Passage, new float[768], Token));
        Assert.StartsWith("Text 1 is null.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_call_stops_before_the_next_text_and_the_next_batch()
    {
        using CancellationTokenSource cancellation = new();
        float[] vectors = new float[3 * 1_024 * Dimension];
        // Texts are fetched window by window, so that the second window is a place after the first batches.
        CallingList texts = new(3 * 1_024, callAt: 1_030, cancellation.Cancel);
        Assert.Throws<OperationCanceledException>(() => MiniLm.Encoder.Encode(texts, TextRole.Passage, vectors, cancellation.Token));
        Assert.Equal(1_030, texts.Last);
        Assert.Contains(vectors.Take(1_024 * Dimension), v => v != 0);
        Assert.All(vectors.Skip(1_024 * Dimension), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Token_ids_are_those_the_model_is_given() => Assert.Equal([101, 2332, 102], MiniLm.Encoder.TokenIds("King", TextRole.Query));

    [Fact]
    public void The_space_is_that_of_the_manifest() =>
        Assert.Equal(MiniLm.Encoder.Manifest.SpaceFor(new ItemTextTemplate("{title} {text}")), MiniLm.Encoder.SpaceFor(new ItemTextTemplate("{title} {text}")));

    [Fact]
    public void Texts_that_are_mostly_unknown_are_counted_and_warned_of_once()
    {
        RecordingLogger logger = new();
        using var encoder = TextEncoder.Load(MiniLm.Folder, logger: logger);
        Assert.Null(encoder.UnknownTextWarning);
        string[] texts =
        [
            "无线蓝牙耳机 主动降噪 续航30小时", "智能手机 5G 128GB存储 三摄系统", "智能手表 健康监测 GPS 防水", "平板电脑 10英寸 2K屏幕 8核处理器",
            "Wireless headphones", "A watch, 😀 included", "",
        ];
        encoder.Encode(texts, TextRole.Passage, new float[texts.Length * Dimension], Token);
        encoder.Encode(texts[0], TextRole.Query);

        const string Warning = "texts are mostly unknown to all-MiniLM-L6-v2: in a language or script that it does not know (its languages: en), "
            + "so what is found by them is close to chance. Add words that it knows, or use the model multilingual-e5-small-en-zh, which knows en, zh.";
        Assert.Equal(5, encoder.MostlyUnknownTexts);
        Assert.Equal($"5 {Warning}", encoder.UnknownTextWarning);
        Assert.Equal([(LogLevel.Warning, $"4 {Warning}")], logger.Entries);
    }

    [Theory]
    [InlineData("😀 a b", true)]      // 1 of 3
    [InlineData("😀 a b c", false)]   // 1 of 4
    [InlineData("😀 😀 😀 a b c d e f g", true)]   // 3 of 10
    public void Mostly_unknown_begins_at_three_tokens_of_ten(string text, bool isMostlyUnknown)
    {
        using var encoder = TextEncoder.Load(MiniLm.Folder);
        encoder.Encode(text, TextRole.Query);
        Assert.Equal(isMostlyUnknown ? 1 : 0, encoder.MostlyUnknownTexts);
    }

    [Fact]
    public async Task The_ecosystems_interface_gives_the_same_vectors()
    {
        var generator = Assert.IsAssignableFrom<IEmbeddingGenerator<string, Embedding<float>>>(MiniLm.Encoder);
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(["a kettle", "a mug"], cancellationToken: Token);
        Assert.Equal(2, embeddings.Count);
        Assert.Equal(1.0, TensorPrimitives.Dot(MiniLm.Encoder.Encode("a mug", TextRole.Passage), embeddings[1].Vector.Span), tolerance: 1e-5);
        Assert.Empty(await generator.GenerateAsync([], cancellationToken: Token));

        EmbeddingGeneratorMetadata metadata = Assert.IsType<EmbeddingGeneratorMetadata>(generator.GetService(typeof(EmbeddingGeneratorMetadata)));
        Assert.Equal(("all-MiniLM-L6-v2", 384), (metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(MiniLm.Encoder, generator.GetService(typeof(TextEncoder)));
        Assert.Null(generator.GetService(typeof(Item)));
        Assert.Null(generator.GetService(typeof(TextEncoder), "key"));
    }

    [Fact]
    public async Task Options_for_another_model_are_refused()
    {
        Assert.Contains("the model ada, this encoder has all-MiniLM-L6-v2", (await Assert.ThrowsAsync<ArgumentException>(
            () => MiniLm.Encoder.GenerateAsync(["a"], new EmbeddingGenerationOptions { ModelId = "ada" }, Token))).Message, StringComparison.Ordinal);
        Assert.Contains("256 dimensions, all-MiniLM-L6-v2 gives 384", (await Assert.ThrowsAsync<ArgumentException>(
            () => MiniLm.Encoder.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = 256 }, Token))).Message, StringComparison.Ordinal);
    }

    private sealed class RecordingLogger : ILogger<TextEncoder>
    {
        public List<(LogLevel, string)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((logLevel, formatter(state, exception)));
    }
}

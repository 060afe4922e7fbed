using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

public sealed class MultilingualEncoderTests
{
    private const int Dimension = 384;

    /// <summary>The products of the seeds.</summary>
    private static readonly Dictionary<string, string> Products = new()
    {
        ["P100"] = "无线蓝牙耳机 主动降噪 续航30小时",
        ["P203"] = "智能手机 5G 128GB存储 三摄系统",
        ["P305"] = "平板电脑 10英寸 2K屏幕 8核处理器",
        ["P501"] = "智能手表 健康监测 GPS 防水",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TextRole.Query)]
    [InlineData(TextRole.Passage)]
    public void Every_golden_vector_is_met_to_a_cosine_of_0_999(TextRole role)
    {
        E5.Golden[] goldens = [.. E5.Goldens().Where(golden => golden.Role == role)];
        Assert.NotEmpty(goldens);
        float[] vectors = new float[goldens.Length * Dimension];
        E5.Encoder.Encode([.. goldens.Select(g => g.Text)], role, vectors, Token);
        for (int i = 0; i < goldens.Length; i++)
        {
            ReadOnlySpan<float> vector = vectors.AsSpan(i * Dimension, Dimension);
            float cosine = TensorPrimitives.CosineSimilarity(vector, goldens[i].Embedding);
            Assert.True(cosine is >= 0.999f and <= 1.0001f, $"{cosine} for {goldens[i].Text}");
            Assert.Equal(1.0, TensorPrimitives.Norm(vector), tolerance: 1e-5);
            Assert.Equal(goldens[i].Ids, E5.Encoder.TokenIds(goldens[i].Text, role));
        }
    }

    [Theory]
    [InlineData("无线降噪耳机", "P100")]
    [InlineData("能打电话的手表", "P501")]
    [InlineData("适合画画的平板", "P305")]
    [InlineData("wireless noise-cancelling headphones", "P100")]
    [InlineData("a watch that can make calls", "P501")]
    [InlineData("a tablet for drawing", "P305")]
    public void The_seeds_products_are_found_in_both_languages(string query, string product)
    {
        float[] vector = E5.Encoder.Encode(query, TextRole.Query);
        Assert.Equal(product, Products.MaxBy(p => TensorPrimitives.Dot<float>(vector, E5.Encoder.Encode(p.Value, TextRole.Passage))).Key);
    }

    [Fact]
    public void A_vector_does_not_depend_on_what_is_encoded_with_it_or_in_which_order()
    {
        string[] texts = [.. Products.Values, "", "a kettle", string.Join(' ', Enumerable.Repeat("钢制水壶 steel kettle", 150)), .. Products.Values.Reverse()];
        float[] vectors = new float[texts.Length * Dimension];
        E5.Encoder.Encode(texts, TextRole.Passage, vectors, Token);
        for (int i = 0; i < texts.Length; i++)
        {
            float[] alone = E5.Encoder.Encode(texts[i], TextRole.Passage);
            for (int d = 0; d < Dimension; d++)
                Assert.True(Math.Abs(alone[d] - vectors[(i * Dimension) + d]) <= 1e-6f, $"text {i}, component {d}");
        }
    }

    [Fact]
    public void A_text_of_megabytes_has_the_vector_of_its_beginning_and_is_counted_as_cut()
    {
        string[] texts = [string.Concat(Enumerable.Repeat("无线降噪耳机，", 1_500_000)), string.Concat(Enumerable.Repeat("无线降噪耳机，", 1_000))];
        float[] vectors = new float[2 * Dimension];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(2, E5.Encoder.Encode(texts, TextRole.Passage, vectors, Token));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
        Assert.Equal(vectors[..Dimension], vectors[Dimension..]);
    }

    [Fact]
    public void A_text_without_words_and_a_lone_surrogate_have_unit_vectors()
    {
        foreach (string text in (string[])["", " \n", "\ud800", "a\udc00b"])
            Assert.Equal(1.0, TensorPrimitives.Norm<float>(E5.Encoder.Encode(text, TextRole.Query)), tolerance: 1e-5);
    }

    [Fact]
    public void Unknown_tokens_are_counted_without_the_prefix()
    {
        using var encoder = TextEncoder.Load(E5.Folder);
        encoder.Encode(["无线蓝牙耳机", "Bluetooth-Kopfhörer", "𠮷", "a b c 𠮷"], TextRole.Query, new float[4 * Dimension], Token);
        Assert.Equal(1, encoder.MostlyUnknownTexts);   // of 𠮷, "▁" and an unknown one; with the prefix that would be 1 of 5
        Assert.Equal("1 text is mostly unknown to multilingual-e5-small-en-zh: in a language or script that it does not know (its languages: en, zh), so what "
            + "is found by it is close to chance. Add words that it knows, or use vectors of another encoder.", encoder.UnknownTextWarning);
    }

    [Fact]
    public void A_damaged_tokenizer_is_refused_by_name_also_when_its_hash_was_adapted()
    {
        using TemporaryFolder folder = new();
        foreach (string file in Directory.EnumerateFiles(E5.Folder))
            File.Copy(file, folder.File(Path.GetFileName(file)));
        string tokenizer = folder.File("tokenizer.json"), manifest = folder.File("model.json");
        using (FileStream stream = File.OpenWrite(tokenizer))
            stream.SetLength(stream.Length / 2);
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(tokenizer))), root = Path.GetDirectoryName(tokenizer) ?? "";
        Assert.StartsWith($"{tokenizer}: its SHA-256 is {hash}, model.json says 5f5dddee", Assert.Throws<ModelException>(() => TextEncoder.Load(root)).Message,
            StringComparison.Ordinal);

        JsonNode changed = JsonNode.Parse(File.ReadAllText(manifest))!;   // ! : the file is not "null"
        changed["sha256"]!["tokenizer.json"] = hash;   // ! : it is there
        File.WriteAllText(manifest, changed.ToJsonString());
        Assert.StartsWith($"{tokenizer}: the tokenizer's file is not JSON: ", Assert.Throws<ModelException>(() => TextEncoder.Load(root)).Message,
            StringComparison.Ordinal);
    }
}

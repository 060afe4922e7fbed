using System.Numerics.Tensors;
using Hybrid.Encoding;
using Hybrid.Encoding.Adapting;
using Hybrid.Vectors;

namespace Hybrid.Tests.Encoding.Adapting;

public sealed class TextAdapterTests
{
    [Fact]
    public void An_adapted_encoder_gives_the_matrix_times_the_vector_at_length_1_alone_and_in_batches()
    {
        using var folder = new TemporaryFolder();
        string file = Saved(folder, MiniLm.Encoder.Manifest, MiniLm.Folder);
        using TextEncoder adapted = TextEncoder.Load(file);
        string[] texts = ["a kettle", "a tent for two", "headphones", ""];
        var vectors = new float[texts.Length * adapted.Dimension];
        adapted.Encode(texts, TextRole.Passage, vectors, TestContext.Current.CancellationToken);

        var adapter = TextAdapter.Load(file);
        for (int i = 0; i < texts.Length; i++)
        {
            float[] expected = ByHand(MiniLm.Encoder.Encode(texts[i], TextRole.Query), adapter);
            Assert.Equal(1, TensorPrimitives.Dot<float>(expected, vectors.AsSpan(i * adapted.Dimension, adapted.Dimension)), 1e-5f);
            Assert.Equal(1, TensorPrimitives.Dot<float>(expected, adapted.Encode(texts[i], TextRole.Query)), 1e-5f);
        }
    }

    [Fact]
    public void The_space_is_a_new_one_that_names_model_and_adapter_and_changes_with_the_matrix()
    {
        using var folder = new TemporaryFolder();
        ModelManifest plain = MiniLm.Encoder.Manifest;
        ModelManifest first = ModelManifest.Load(Saved(folder, plain, MiniLm.Folder)),
            second = ModelManifest.Load(Saved(folder, plain, MiniLm.Folder, seed: 2));
        VectorSpace space = first.SpaceFor(ItemTextTemplate.Default);
        Assert.Equal(("all-MiniLM-L6-v2+adapter-1", 384, VectorSpaceKind.Text), (space.Model, space.Dimension, space.Kind));
        Assert.NotEqual(plain.SpaceFor(ItemTextTemplate.Default).Hash, space.Hash);
        Assert.NotEqual(second.SpaceFor(ItemTextTemplate.Default).Hash, space.Hash);
    }

    [Fact]
    public void What_is_read_is_what_was_written_and_nothing_is_left_beside_it()
    {
        using var folder = new TemporaryFolder();
        TextAdapter written = Adapter(MiniLm.Encoder.Manifest, "all-MiniLM-L6-v2", 1);
        written.Save(folder.File("a.bin"));
        written.Save(folder.File("a.bin"));
        var read = TextAdapter.Load(folder.File("a.bin"));
        Assert.Equal((written.Version, written.Encoder, written.EncoderName, written.EncoderHash, written.Checksum),
            (read.Version, read.Encoder, read.EncoderName, read.EncoderHash, read.Checksum));
        Assert.Equal(written.Matrix.ToArray(), read.Matrix.ToArray());
        Assert.Equal(["a.bin"], Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName));
        Assert.Contains("writable", Assert.Throws<AdapterException>(() => written.Save(folder.File("none/a.bin"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_refused_wherever_the_damage_is()
    {
        using var folder = new TemporaryFolder();
        string file = Saved(folder, MiniLm.Encoder.Manifest, MiniLm.Folder);
        byte[] whole = File.ReadAllBytes(file);
        foreach (int at in (int[])[0, 9, 13, 25, whole.Length / 2, whole.Length - 1])
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x40;
            File.WriteAllBytes(file, damaged);
            Assert.StartsWith(file, Assert.Throws<ModelException>(() => TextAdapter.Load(file)).Message, StringComparison.Ordinal);
        }
        foreach (int length in (int[])[0, 7, 20, 100, whole.Length - 1])
        {
            File.WriteAllBytes(file, whole[..length]);
            Assert.Throws<ModelException>(() => TextEncoder.Load(file));
        }
        File.Delete(file);
        Assert.Contains("cannot be read", Assert.Throws<ModelException>(() => TextAdapter.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_of_another_encoder_or_dimension_is_refused_with_both_named()
    {
        using var folder = new TemporaryFolder();
        using var tiny = new TinyModel();
        ModelManifest other = ModelManifest.Load(tiny.Folder);
        string message = Assert.Throws<ModelException>(() => other.Adapted(Adapter(MiniLm.Encoder.Manifest, MiniLm.Folder, 1))).Message;
        Assert.Contains("trained behind all-MiniLM-L6-v2@", message, StringComparison.Ordinal);
        Assert.Contains("(4-d)", message, StringComparison.Ordinal);

        string file = Saved(folder, MiniLm.Encoder.Manifest, MiniLm.Folder);
        Assert.Contains("its adapter was trained on vectors of 384 floats, and 128 are to be kept",
            Assert.Throws<ModelException>(() => TextEncoder.Load(file, new TextEncoderOptions { Dimension = 128 })).Message, StringComparison.Ordinal);

        string replaced = Saved(folder, other, tiny.Folder);
        tiny.Write("sentence_bert_config.json", """{"max_seq_length": 8, "do_lower_case": false}""");
        Assert.Contains("Give the model that it belongs to",
            Assert.Throws<ModelException>(() => ModelManifest.Load(replaced)).Message, StringComparison.Ordinal);
        string gone = Saved(folder, other, folder.File("gone"));
        Assert.Contains("is no longer in", Assert.Throws<ModelException>(() => ModelManifest.Load(gone)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bridge_is_read_as_it_was_written_and_refused_when_damaged()
    {
        using var folder = new TemporaryFolder();
        VectorSpace from = new("new", "aa", 2, VectorSpaceKind.Text, "{title}"), to = new("old", "bb", 3, VectorSpaceKind.Text, "{title}");
        var map = new SpaceMap(SpaceMapKind.Ridge, from, to, [1, 2, 3, 4, 5, 6], [0, 1], [7, 8, 9]);
        new TextBridge(2, "./new", map).Save(folder.File("bridge-2.bin"));
        var read = TextBridge.Load(TextBridge.Find(folder.Path, "bridge-2"));
        Assert.Equal(("bridge-2", "./new", map.Space, map.Kind), (read.Name, read.Model, read.Map.Space, read.Map.Kind));
        Assert.Contains("those there: bridge-2",
            Assert.Throws<ModelException>(() => TextBridge.Find(folder.Path, "bridge-3")).Message, StringComparison.Ordinal);
        byte[] bytes = File.ReadAllBytes(folder.File("bridge-2.bin"));
        bytes[^20] ^= 1;
        File.WriteAllBytes(folder.File("bridge-2.bin"), bytes);
        Assert.Contains("checksum", Assert.Throws<ModelException>(() => TextBridge.Load(folder.File("bridge-2.bin"))).Message, StringComparison.Ordinal);
    }

    internal static TextAdapter Adapter(ModelManifest manifest, string encoder, int seed)
    {
        int d = manifest.Dimension;
        var random = new Random(seed);
        float[] matrix = [.. Enumerable.Range(0, d * d).Select(i => (i / d == i % d ? 1 : 0) + (float)((random.NextDouble() - 0.5) / d))];
        return new TextAdapter(1, encoder, manifest.Name, manifest.SpaceFor(ItemTextTemplate.Default).Hash, d, matrix);
    }

    private static string Saved(TemporaryFolder folder, ModelManifest manifest, string encoder, int seed = 1)
    {
        string file = folder.File($"{Guid.NewGuid():N}.bin");
        Adapter(manifest, encoder, seed).Save(file);
        return file;
    }

    private static float[] ByHand(float[] vector, TextAdapter adapter)
    {
        int d = vector.Length;
        float[] adapted = [.. Enumerable.Range(0, d).Select(j => (float)Enumerable.Range(0, d).Sum(i => (double)vector[i] * adapter.Matrix.Span[i * d + j]))];
        UnitVector.Normalize(adapted);
        return adapted;
    }
}

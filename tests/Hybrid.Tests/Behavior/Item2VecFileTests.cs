using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hybrid.Behavior;

namespace Hybrid.Tests.Behavior;

public sealed class Item2VecFileTests : IDisposable
{
    // Of four items with eight floats each, and their checksum.
    private const int ContextBytes = 4 * 8 * sizeof(float) + 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-item2vec-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "item2vec.bin");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    public void A_saved_model_comes_back_bit_equal_read_or_mapped(long leastMapped)
    {
        Item2VecModel model = Trained();
        model.Save(Path);

        Item2VecModel loaded = Item2VecFile.Load(Path, toContinue: true, leastMapped);

        Assert.Equal(model.Items, loaded.Items);
        Assert.Equal(model.Counts, loaded.Counts);
        Assert.Equal(model.Vectors.ToArray(), loaded.Vectors.ToArray());
        Assert.Equal(model.State!.Contexts.ToArray(), loaded.State!.Contexts.ToArray());   // ! : both can be trained on
        Assert.Equal(model.Options, loaded.Options);
        Assert.Equal(model.Pairs, loaded.Pairs);
        Assert.Equal(model.Space, loaded.Space);
        Assert.Equal(model.MostSimilar("金箍棒"), loaded.MostSimilar("金箍棒"));
    }

    [Fact]
    public void Saving_replaces_an_older_model_and_leaves_nothing_else_in_the_folder()
    {
        File.WriteAllText(Path, "something older");
        Trained().Save(Path);
        Assert.Equal([Path], Directory.GetFileSystemEntries(_folder));
        Assert.Equal(4, Item2VecModel.Load(Path).Items.Count);
    }

    [Fact]
    public void Equal_models_are_equal_files()
    {
        Trained().Save(Path);
        byte[] first = File.ReadAllBytes(Path);
        Trained().Save(Path);
        Assert.Equal(first, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Any_flipped_bit_is_refused()
    {
        Trained().Save(Path);
        byte[] good = File.ReadAllBytes(Path);
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= (byte)(1 << i % 8);
            File.WriteAllBytes(Path, bad);
            Item2VecException thrown = Assert.Throws<Item2VecException>(() => Item2VecModel.Load(Path, toContinue: true));
            Assert.Contains("rain it again with Item2Vec.Train.", thrown.Message, StringComparison.Ordinal);
            // The contexts at the end are not read by who only asks.
            if (i < good.Length - ContextBytes)
                Assert.Throws<Item2VecException>(() => Item2VecFile.Load(Path, toContinue: false, leastMapped: i % 2 * long.MaxValue));
        }
    }

    [Fact]
    public void Damaged_contexts_are_nothing_to_who_only_asks()
    {
        Item2VecModel model = Trained();
        model.Save(Path);
        byte[] bad = File.ReadAllBytes(Path);
        bad[^20] ^= 1;
        File.WriteAllBytes(Path, bad);
        Assert.Equal(model.Vectors.ToArray(), Item2VecModel.Load(Path).Vectors.ToArray());
        Assert.Throws<Item2VecException>(() => Item2VecModel.Load(Path, toContinue: true));
    }

    [Fact]
    public void Any_missing_end_is_refused()
    {
        Trained().Save(Path);
        byte[] good = File.ReadAllBytes(Path);
        for (int length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(Path, good[..length]);
            Assert.Throws<Item2VecException>(() => Item2VecModel.Load(Path));
        }
        File.WriteAllBytes(Path, good[..^100]);
        Refused($"it is cut short: {good.Length - 100:N0} of {good.Length:N0} bytes. Train it again with Item2Vec.Train.");
        File.WriteAllBytes(Path, good[..15]);
        Refused("it is cut short: 15 bytes. Train it again with Item2Vec.Train.");
    }

    [Fact]
    public void Damage_says_what_is_wrong_and_what_to_do()
    {
        Trained().Save(Path);
        byte[] good = File.ReadAllBytes(Path);

        File.WriteAllBytes(Path, [.. good, 0]);
        Refused($"it is damaged: {good.Length + 1:N0} bytes instead of {good.Length:N0}. Train it again with Item2Vec.Train.");
        byte[] bad = [.. good];
        bad[^(ContextBytes + 20)] ^= 1;
        File.WriteAllBytes(Path, bad);
        Refused("it is damaged: its checksum does not match. Train it again with Item2Vec.Train.");
    }

    [Fact]
    public void A_newer_format_asks_for_a_newer_Hybrid()
    {
        Trained().Save(Path);
        byte[] bytes = File.ReadAllBytes(Path);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 5);
        File.WriteAllBytes(Path, bytes);
        Refused("a newer Hybrid wrote it, in format 5, and this one reads format 4. Update Hybrid, or train it again with Item2Vec.Train.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_file_of_an_earlier_format_is_read(int format)
    {
        Item2VecModel model = Trained();
        File.WriteAllBytes(Path, Earlier(model, format));

        Item2VecModel loaded = Item2VecModel.Load(Path, toContinue: true);

        Assert.Equal(model.Space, loaded.Space);
        Assert.Equal(model.Counts, loaded.Counts);
        Assert.Equal(format == 3, loaded.CanContinue);
        byte[] bad = File.ReadAllBytes(Path);
        bad[^30] ^= 1;
        File.WriteAllBytes(Path, bad);
        Refused("it is damaged: its checksum does not match. Train it again with Item2Vec.Train.");
    }

    /// <summary>What earlier versions wrote.</summary>
    private static byte[] Earlier(Item2VecModel model, int format)
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("HYBI2VEC"u8);
        writer.Write(format);
        writer.Write(0L);
        Item2VecOptions o = model.Options;
        foreach (int number in (int[])[o.VectorSize, o.Window, o.MinCount, o.Epochs, o.Workers, o.Negative])
            writer.Write(number);
        foreach (double number in (double[])[o.NsExponent, o.Sample ?? 0, o.Alpha, o.MinAlpha])
            writer.Write(number);
        writer.Write(o.Seed);
        writer.Write(model.Pairs);
        if (format >= 2)
            writer.Write("item2vec");
        writer.Write(model.Items.Count);
        for (int row = 0; row < model.Items.Count; row++)
        {
            writer.Write(model.Items[row].Value);
            writer.Write(model.Counts[row]);
        }
        writer.Write(MemoryMarshal.AsBytes(model.Vectors.Span));
        if (format >= 2)
            writer.Write(false);   // no map
        if (format >= 3)
        {
            writer.Write(true);
            writer.Write(new byte[sizeof(float) * model.Vectors.Length]);
            writer.Write(7L);   // the last event
        }
        file.Position = 12;
        writer.Write(file.Length + 8);
        file.Position = file.Length;
        writer.Write(System.IO.Hashing.XxHash3.HashToUInt64(file.ToArray()));
        return file.ToArray();
    }

    [Theory]
    [InlineData("")]
    [InlineData("item,vector\nP100,0.1 0.2 0.3 0.4 0.5\n")]
    public void Another_kind_of_file_is_refused(string content)
    {
        File.WriteAllText(Path, content);
        Refused("it is not an Item2Vec model. Train it again with Item2Vec.Train.");
    }

    [Fact]
    public void A_missing_file_says_how_to_make_it() => Refused("there is no such file. Train the model with Item2Vec.Train and save it.");

    [Fact]
    public void A_folder_that_is_not_there_is_named_when_saving()
    {
        string path = System.IO.Path.Combine(_folder, "missing", "item2vec.bin");
        Item2VecException thrown = Assert.Throws<Item2VecException>(() => Trained().Save(path));
        Assert.StartsWith($"{path}: save failed: ", thrown.Message, StringComparison.Ordinal);
        Assert.EndsWith("Check that the folder exists, is writable and has room, then save again.", thrown.Message, StringComparison.Ordinal);
    }

    private void Refused(string reason)
    {
        Item2VecException thrown = Assert.Throws<Item2VecException>(() => Item2VecModel.Load(Path));
        Assert.Equal($"{Path}: load failed: {reason}", thrown.Message);
    }

    private static Item2VecModel Trained() => Item2Vec.Train(
        ItemSequences.From([["金箍棒", "P2", "P3"], ["P3", "金箍棒", "P4"], ["P4", "P2"]]),
        new Item2VecOptions { VectorSize = 8, Sample = 0, Workers = 1, Alpha = 0.05, Seed = 5 });
}

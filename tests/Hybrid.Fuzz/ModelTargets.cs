using System.IO.Hashing;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;

namespace Hybrid.Fuzz;

/// <summary>The files of models: what training saves, and the manifest of an encoder.</summary>
internal static class ModelTargets
{
    public static FuzzTarget Item2Vec(TemporaryFolder folder)
    {
        string path = folder.File("item2vec.bin");
        var options = new Item2VecOptions { VectorSize = 3, Workers = 1 };
        byte[][] files = [.. ((int[])[0, 1, 6]).Select(items =>
        {
            ItemId[] ids = [.. Enumerable.Range(0, items).Select(i => new ItemId($"P{i}"))];
            new Item2VecModel(options, ids, [.. ids.Select(_ => 5L)], Enumerable.Range(1, items * 3).Select(i => i / 7f).ToArray(), pairs: 100).Save(path);
            return File.ReadAllBytes(path);
        })];
        return new FuzzTarget("item2vec", files, input =>
        {
            File.WriteAllBytes(path, input);
            Item2VecModel model;
            try
            {
                model = Item2VecModel.Load(path);
            }
            catch (Item2VecException)
            {
                return;
            }
            Assert.True(model.Items.Count == model.Counts.Count && model.Vectors.Length == model.Items.Count * model.Dimension);
            Assert.All(model.Items, item => Assert.True(model.TryGetVector(item, out _)));
        })
        { Seal = Sealed };
    }

    public static FuzzTarget Manifest(TemporaryFolder folder)
    {
        string model = Directory.CreateDirectory(folder.File("model")).FullName;
        string path = Path.Combine(model, ModelManifest.FileName);
        byte[][] files = [.. ((string[])["all-MiniLM-L6-v2", "multilingual-e5-small-en-zh"])
            .Select(name => File.ReadAllBytes(Path.Combine(RepositoryFiles.Model(name), ModelManifest.FileName)))];
        return new FuzzTarget("manifest", files, input =>
        {
            File.WriteAllBytes(path, input);
            try
            {
                Assert.InRange(ModelManifest.Load(model).Dimension, 1, 65_536);
            }
            catch (ModelException)
            {
                // What it says of a manifest that cannot be used.
            }
        })
        {
            Tokens = Damage.Text(
                "\"name\"", "\"dimension\": -1", "\"sha256\": {", "{", "}", "[", "]", ":", "\"\"", "\\ud83d", "\\u0000", "../x", "true", "1e400", "wordpiece"),
        };
    }

    public static FuzzTarget Tokenizer()
    {
        // ! : they are there.
        JsonNode file = JsonNode.Parse(File.ReadAllBytes(Path.Combine(RepositoryFiles.Model("multilingual-e5-small-en-zh"), "tokenizer.json")))!;
        file["model"]!["vocab"] = JsonNode.Parse("""[["<s>",0],["<unk>",0],["</s>",0],["▁",-1],["a",-2.5],["▁a",-2],["中文",-3],["<mask>",0]]""");
        file["model"]!["unk_id"] = 1;
        file["added_tokens"] = JsonNode.Parse("""[{"id":0,"content":"<s>","single_word":false,"normalized":false}]""");
        return new FuzzTarget("tokenizer", [JsonSerializer.SerializeToUtf8Bytes(file)], input =>
        {
            int[] ids = new int[16];
            try
            {
                int length = new UnigramTokenizer("tokenizer.json", input).Encode("a<s> 中文 aaa b", ids, out int unknown, out _);
                Assert.True(length is >= 2 and <= 16 && unknown <= length);
            }
            catch (ModelException)
            {
                // What it says of a file that cannot be used.
            }
        })
        {
            Tokens = Damage.Text("\"vocab\"", "[\"a\",-1]", "[]", "[[]]", "{", "}", "null", "\"unk_id\": -1", "\\ud83d", "\\u0000", "-1e400", "true", "<s>"),
        };
    }

    // The length of the file stands at byte 12, its checksum at the end.
    private static byte[] Sealed(byte[] input)
    {
        if (input.Length < 28)
            return input;
        byte[] whole = [.. input];
        BitConverter.TryWriteBytes(whole.AsSpan(12), (long)whole.Length);
        BitConverter.TryWriteBytes(whole.AsSpan(whole.Length - sizeof(ulong)), XxHash3.HashToUInt64(whole.AsSpan(..^sizeof(ulong))));
        return whole;
    }
}

using System.Text.Json.Nodes;
using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

public sealed class ModelManifestTests
{
    [Fact]
    public void The_manifest_of_MiniLM_is_read_whole()
    {
        var manifest = ModelManifest.Load(MiniLm.Folder);
        Assert.Equal("all-MiniLM-L6-v2", manifest.Name);
        Assert.Equal("Apache-2.0", manifest.License);
        Assert.Equal(["en"], manifest.Languages);
        Assert.Equal(new ModelTokenizer("wordpiece", "vocab.txt", LowerCase: true, StripAccents: true), manifest.Tokenizer);
        Assert.Equal(("", ""), (manifest.QueryPrefix, manifest.PassagePrefix));
        Assert.Equal(["input_ids", "attention_mask"], manifest.Inputs);
        Assert.Equal(("sentence_embedding", 384, 256, true), (manifest.Output, manifest.Dimension, manifest.MaxTokens, manifest.Normalized));
        Assert.Equal((0.995, 384), (manifest.SelfTest.MinCosine, manifest.SelfTest.Embedding.Count));
        Assert.Equal(["model.onnx", "vocab.txt"], manifest.Sha256.Keys.Order());
    }

    [Fact]
    public void The_manifest_of_the_multilingual_model_is_read_whole()
    {
        var manifest = ModelManifest.Load(RepositoryFiles.Model("multilingual-e5-small-en-zh"));
        Assert.Equal(("unigram", "tokenizer.json"), (manifest.Tokenizer.Type, manifest.Tokenizer.File));
        Assert.Equal(("query: ", "passage: "), (manifest.QueryPrefix, manifest.PassagePrefix));
        Assert.Equal(512, manifest.MaxTokens);
    }

    [Theory]
    [InlineData("name", null, "field 'name' is missing")]
    [InlineData("dimension", "\"384\"", "field 'dimension' is '384', not a number")]
    [InlineData("dimension", "0", "field 'dimension' is 0, not a whole number from 1 to 65536")]
    [InlineData("dimension", "383", "field 'self_test.embedding' has 384 numbers, dimension says 383")]
    [InlineData("inputs", "[]", "field 'inputs' is empty")]
    [InlineData("normalized", "1", "field 'normalized' is 1, not true or false")]
    [InlineData("tokenizer", "{\"type\":\"bpe\",\"file\":\"x\"}", "field 'tokenizer.type' is 'bpe', which is none of wordpiece, unigram")]
    [InlineData("tokenizer", "{\"type\":\"wordpiece\"}", "field 'tokenizer.file' is missing")]
    [InlineData("tokenizer", "{\"type\":\"wordpiece\",\"file\":\"other.txt\"}", "field 'sha256' has no hash of other.txt")]
    [InlineData("self_test", "[]", "field 'self_test' is a list, not an object")]
    [InlineData("sha256", "{\"../model.onnx\":\"00\"}", "field 'sha256.../model.onnx' is not the plain name of a file in the model folder")]
    [InlineData("sha256", "{\"model.onnx\":\"00\"}", "field 'sha256.model.onnx' is '00', not 64 lower-case hex digits")]
    public void A_bad_field_is_refused_with_file_and_field(string field, string? value, string reason)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(Path.Combine(MiniLm.Folder, "model.json")))!.AsObject();   // ! : the file is not "null"
        json.Remove(field);
        if (value is not null)
            json[field] = JsonNode.Parse(value);
        var refusal = Assert.Throws<ModelException>(() => ModelManifest.Parse("m/model.json", System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())));
        Assert.Equal($"m/model.json: {reason}. Correct it, or copy the model folder again.", refusal.Message);
        Assert.Equal("m/model.json", refusal.File);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"name\": ")]
    public void A_manifest_that_is_not_JSON_is_refused(string json)
    {
        var refusal = Assert.Throws<ModelException>(() => ModelManifest.Parse("m/model.json", System.Text.Encoding.UTF8.GetBytes(json)));
        Assert.StartsWith("m/model.json: the model's manifest is not JSON: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_is_no_object_is_refused() =>
        Assert.Equal("m/model.json: field 'tokenizer' is missing. Correct it, or copy the model folder again.",
            Assert.Throws<ModelException>(() => ModelManifest.Parse("m/model.json", "[]"u8.ToArray())).Message);
}

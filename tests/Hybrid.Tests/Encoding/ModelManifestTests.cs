using System.Text.Json.Nodes;
using Hybrid.Encoding;
using Hybrid.Vectors;

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
        Assert.Equal((0.995, 384), (manifest.SelfTest?.MinCosine, manifest.SelfTest?.Embedding.Count));
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
    [InlineData("tokenizer", "{\"type\":\"words\",\"file\":\"x\"}", "field 'tokenizer.type' is 'words', which is none of wordpiece, unigram, bpe")]
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
    [InlineData("name", "'\\ud800'")]
    [InlineData("inputs", "['\\ud800']")]
    [InlineData("pooling", "1e999")]
    [InlineData("self_test", "{'text': 'x', 'min_cosine': 1e999, 'embedding': []}")]
    [InlineData("sha256", "{'\\ud800': '00'}")]
    [InlineData("sha256", "{'a\\u0000b': '00'}")]
    public void A_field_with_a_value_that_cannot_be_is_refused_by_name(string field, string value)
    {
        string json = File.ReadAllText(Path.Combine(MiniLm.Folder, "model.json"));
        // Pasted, because a JSON writer refuses to write some of them.
        json = $"{{\"{field}\": {value.Replace('\'', '"')}, {json.TrimStart()[1..].Replace($"\"{field}\":", "\"other\":", StringComparison.Ordinal)}";
        var refusal = Assert.Throws<ModelException>(() => ModelManifest.Parse("m/model.json", System.Text.Encoding.UTF8.GetBytes(json)));
        Assert.Equal("m/model.json", refusal.File);
    }

    [Fact]
    public void Everything_that_decides_on_the_vectors_is_part_of_their_space()
    {
        ModelManifest manifest = ModelManifest.Load(MiniLm.Folder);
        ModelManifest[] manifests =
        [
            manifest,
            manifest with { Name = "other" },
            manifest with { Dimension = 383 },
            .. manifest.Sha256.Keys.Select(file => manifest with { Sha256 = With(file, new string('0', 64)) }),
            manifest with { Sha256 = With("more.txt", new string('0', 64)) },
            manifest with { QueryPrefix = "query: " },
            manifest with { PassagePrefix = "query: " },
            manifest with { MaxTokens = 255 },
            manifest with { Tokenizer = manifest.Tokenizer with { Type = "unigram" } },
            manifest with { Tokenizer = manifest.Tokenizer with { File = "model.onnx" } },
            manifest with { Tokenizer = manifest.Tokenizer with { LowerCase = false } },
            manifest with { Tokenizer = manifest.Tokenizer with { StripAccents = false } },
            manifest with { Output = "last_hidden_state" },
            manifest with { Pooling = "cls" },
            manifest with { Normalized = false },
        ];
        VectorSpace[] spaces = [.. manifests.Select(m => m.SpaceFor(ItemTextTemplate.Default)), manifest.SpaceFor(new ItemTextTemplate("{title}"))];

        Assert.Equal(17, spaces.Distinct().Count());
        Assert.Equal(17, spaces.Select(space => space.ToString()).Distinct().Count());

        Dictionary<string, string> With(string file, string hash) => new(manifest.Sha256) { [file] = hash };
    }

    [Fact]
    public void What_only_describes_the_model_and_the_order_of_its_files_are_no_part_of_the_space()
    {
        ModelManifest manifest = ModelManifest.Load(MiniLm.Folder);
        ModelManifest other = manifest with
        {
            License = "MIT",
            Source = "x",
            Languages = ["de"],
            Precision = "x",
            Sha256 = manifest.Sha256.Reverse().ToDictionary(),
        };
        Assert.Equal(manifest.SpaceFor(ItemTextTemplate.Default), other.SpaceFor(ItemTextTemplate.Default));
    }

    /// <summary>An index of the version before must not be searched: its texts were made otherwise (with their markup, category and brand last).</summary>
    [Fact]
    public void A_space_of_texts_that_were_made_otherwise_is_another() => Assert.NotEqual(
        "c54086da86f7d2dd8062396432814d7c28b107d061a7decdcb352c308b307f1b",
        ModelManifest.Load(MiniLm.Folder).SpaceFor(new ItemTextTemplate("{title} {text}")).Hash);

    [Fact]
    public void The_space_of_MiniLM_is_the_same_in_every_version() => Assert.Equal(
        new VectorSpace("all-MiniLM-L6-v2", "e279ee3e2489a36a497ff7e752641a2f50a130610616e28a2ad0109017eb33e4", 384, VectorSpaceKind.Text, "{title} {text}"),
        ModelManifest.Load(MiniLm.Folder).SpaceFor(new ItemTextTemplate("{title} {text}")));

    [Fact]
    public void A_space_named_by_the_network_file_alone_is_known_as_the_models_former_one()
    {
        ModelManifest manifest = ModelManifest.Load(MiniLm.Folder);
        VectorSpace former = new(
            "all-MiniLM-L6-v2", "403f69eb8d99b5f6ed166b5c349c29ee8500ce7ed1f9c3e47046b751f9325dfe", 384, VectorSpaceKind.Text, "{title} {text}");
        Assert.True(manifest.IsFormerIdentity(former));
        Assert.True(manifest.IsFormerIdentity(former with { Template = "{title}" }));
        Assert.False(manifest.IsFormerIdentity(manifest.SpaceFor(new ItemTextTemplate(former.Template))));
        Assert.False(manifest.IsFormerIdentity(former with { Model = "other" }));
        Assert.False(manifest.IsFormerIdentity(former with { Hash = manifest.Sha256["vocab.txt"] }));
        Assert.False(manifest.IsFormerIdentity(former with { Dimension = 383 }));
        Assert.False(manifest.IsFormerIdentity(former with { Kind = VectorSpaceKind.Blended }));
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

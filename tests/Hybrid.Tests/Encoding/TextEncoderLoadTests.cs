using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

/// <summary>Model folders that are broken in one way each.</summary>
public sealed class TextEncoderLoadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-model-").FullName;

    public TextEncoderLoadTests()
    {
        foreach (string file in (string[])["model.json", "model.onnx", "vocab.txt"])
            File.Copy(Path.Combine(MiniLm.Folder, file), FileOf(file));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_truncated_network_is_refused_by_name()
    {
        using (FileStream network = File.OpenWrite(FileOf("model.onnx")))
            network.SetLength(network.Length / 2);
        string hash = HashOf("model.onnx");
        Refused("model.onnx", $"its SHA-256 is {hash}, model.json says 403f69eb8d99b5f6ed166b5c349c29ee8500ce7ed1f9c3e47046b751f9325dfe: "
            + "the file (17,001,317 bytes) is truncated, changed, or of another model. Copy the model folder again.");
    }

    [Fact]
    public void Another_models_network_is_refused_by_name()
    {
        File.Copy(Path.Combine(RepositoryFiles.Model("multilingual-e5-small-en-zh"), "model.onnx"), FileOf("model.onnx"), overwrite: true);
        Refused("model.onnx", "its SHA-256 is 38168a4e2d44c82e8343ec63891af9c92411771cb9ccd903685acaf79e9c38c7, model.json says 403f69eb", whole: false);
    }

    [Fact]
    public void A_changed_vocabulary_is_refused_by_name()
    {
        File.AppendAllText(FileOf("vocab.txt"), "more\n");
        Refused("vocab.txt", $"its SHA-256 is {HashOf("vocab.txt")}, model.json says 07eced37", whole: false);
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("vocab.txt")]
    public void A_missing_file_is_refused_by_name(string file)
    {
        File.Delete(FileOf(file));
        Refused(file, "the model file is missing. Copy the model folder again.");
    }

    [Fact]
    public void A_missing_manifest_is_refused_by_name()
    {
        File.Delete(FileOf("model.json"));
        Refused("model.json", "the model's manifest cannot be read: ", whole: false);
    }

    [Fact]
    public void A_missing_folder_is_refused_with_an_example()
    {
        string folder = Path.Combine(_folder, "none");
        Assert.Equal($"{folder}: there is no such model folder. Give the folder that holds model.json, such as models/all-MiniLM-L6-v2.",
            Assert.Throws<ModelException>(() => TextEncoder.Load(folder)).Message);
    }

    [Fact]
    public void A_network_that_fails_the_self_test_is_refused_with_the_cosine()
    {
        Rewrite(manifest => manifest["self_test"]!["text"] = "a wooden spoon");   // ! : it is there
        Refused("model.onnx", "the self-test failed: \"a wooden spoon\" came out with cosine ", whole: false);
        Refused(
            "model.onnx", "at least 0.995 is required. Network, vocabulary and manifest do not belong together; copy the model folder again.", whole: false);
    }

    [Fact]
    public void A_hash_that_was_adapted_to_a_broken_network_does_not_help()
    {
        using (FileStream network = File.OpenWrite(FileOf("model.onnx")))
            network.SetLength(1_000);
        Rewrite(manifest => manifest["sha256"]!["model.onnx"] = HashOf("model.onnx"));   // ! : it is there
        Refused("model.onnx", "ONNX Runtime cannot load the network: ", whole: false);
    }

    [Theory]
    [InlineData("output", "\"pooled\"", "it has no float output 'pooled' (its outputs: sentence_embedding)")]
    [InlineData("inputs", "[\"input_ids\"]", "model.json lists the inputs input_ids; this version runs networks with input_ids and attention_mask")]
    public void A_manifest_of_another_network_is_refused(string field, string value, string reason)
    {
        Rewrite(manifest => manifest[field] = JsonNode.Parse(value));
        Refused("model.onnx", $"{reason}. The network does not belong to this model.json; copy the model folder again.");
    }

    [Fact]
    public void Every_model_of_the_folder_loads_and_a_warning_names_one_that_knows_the_text()
    {
        string[] models = [.. Directory.EnumerateDirectories(Path.Combine(RepositoryFiles.Root, "models")).Select(folder => Path.GetFileName(folder))];
        Assert.Equal(["all-MiniLM-L6-v2", "multilingual-e5-small-en-zh"], models.Order(StringComparer.Ordinal));
        Assert.All(models, model =>
        {
            using TextEncoder encoder = TextEncoder.Load(RepositoryFiles.Model(model));
            encoder.Encode("智能手机", TextRole.Query);
            string[] others = [.. models.Where(other => other != model && encoder.UnknownTextWarning?.Contains(other, StringComparison.Ordinal) == true)];
            Assert.Equal(model == MiniLm.Name ? [E5.Name] : [], others);
        });
    }

    [Fact]
    public void A_warning_of_a_model_in_another_folder_names_the_one_beside_the_program()
    {
        using TextEncoder encoder = TextEncoder.Load(_folder);
        encoder.Encode("智能手机", TextRole.Query);
        Assert.EndsWith($"Add words that it knows, or use the model {E5.Name}, which knows en, zh.", encoder.UnknownTextWarning, StringComparison.Ordinal);
        Assert.Contains(E5.Name, ModelFolder.Names);
    }

    [Fact]
    public void A_warning_names_no_model_that_is_not_there() =>
        Assert.Equal("use vectors of another encoder", TextEncoder.AdviceOf(MiniLm.Encoder.Manifest, _folder, Path.Combine(_folder, "none")));

    [Fact]
    public void A_folder_that_cannot_be_written_is_enough()
    {
        foreach (string file in Directory.EnumerateFiles(_folder))
            File.SetAttributes(file, FileAttributes.ReadOnly);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            using TextEncoder encoder = TextEncoder.Load(_folder);
            Assert.Equal(384, encoder.Encode("kettle", TextRole.Query).Length);
        }
        finally
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            foreach (string file in Directory.EnumerateFiles(_folder))
                File.SetAttributes(file, FileAttributes.Normal);
        }
    }

    [Fact]
    public void Files_that_change_after_loading_change_nothing()
    {
        using TextEncoder encoder = TextEncoder.Load(_folder);
        float[] before = encoder.Encode("kettle", TextRole.Query);
        foreach (string file in Directory.EnumerateFiles(_folder))
            File.WriteAllText(file, "changed");
        Assert.Equal(before, encoder.Encode("kettle", TextRole.Query));
        Assert.Equal(MiniLm.Encoder.SpaceFor(ItemTextTemplate.Default), encoder.SpaceFor(ItemTextTemplate.Default));
    }

    [Fact]
    public void Threads_out_of_range_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextEncoderOptions { Threads = -1 });

    private void Refused(string file, string reason, bool whole = true)
    {
        var refusal = Assert.Throws<ModelException>(() => TextEncoder.Load(_folder));
        Assert.Equal(FileOf(file), refusal.File);
        Assert.StartsWith($"{FileOf(file)}: ", refusal.Message, StringComparison.Ordinal);
        if (whole)
            Assert.Equal($"{FileOf(file)}: {reason}", refusal.Message);
        else
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private void Rewrite(Action<JsonNode> change)
    {
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(FileOf("model.json")))!;   // ! : the file is not "null"
        change(manifest);
        File.WriteAllText(FileOf("model.json"), manifest.ToJsonString());
    }

    private string FileOf(string name) => Path.Combine(_folder, name);

    private string HashOf(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(FileOf(file))));
}

using System.Text.Json;
using Hybrid.Encoding;
using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Cli;

public sealed class ModelCommandTests : IDisposable
{
    private readonly TinyModel _model = new();
    private readonly ShopFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task List_has_every_model_beside_the_program()
    {
        HybridCommand.Result json = await _folder.DoAsync("model", "list", "--json");
        Assert.Equal([MiniLm.Name, E5.Name], json.Json.EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        JsonElement second = json.Json[1];
        Assert.Equal((384, 512), (second.GetProperty("dimension").GetInt32(), second.GetProperty("max_tokens").GetInt32()));
        Assert.Equal(["en", "zh"], second.GetProperty("languages").EnumerateArray().Select(one => one.GetString()));
        Assert.True(second.GetProperty("bytes").GetInt64() > 1_000_000 && Directory.Exists(second.GetProperty("folder").GetString()));
        string table = (await _folder.DoAsync("model", "list")).Output;
        Assert.Contains("languages", table, StringComparison.Ordinal);
        Assert.Contains(E5.Name, table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_writes_a_manifest_that_holds_from_then_on()
    {
        HybridCommand.Result first = await _folder.DoAsync("model", "check", _model.Folder);
        foreach (string said in (string[])["1_Pooling/config.json", "mean", "wordpiece, lower-cased, without accents", "sentence_bert_config.json",
            "tokenizer.json"])
            Assert.Contains(said, first.Output, StringComparison.Ordinal);
        Assert.Contains("model.json is written", first.Errors, StringComparison.Ordinal);
        var manifest = ModelManifest.Load(_model.Folder);
        Assert.Equal((4, "mean", 4), (manifest.Dimension, manifest.Pooling, manifest.SelfTest?.Embedding.Count));
        Assert.Equal(
            ["1_Pooling/config.json", "config.json", "model.onnx", "modules.json", "sentence_bert_config.json", "tokenizer.json"],
            manifest.Sha256.Keys.Order(StringComparer.Ordinal));

        JsonElement again = (await _folder.DoAsync("model", "check", _model.Folder, "--json")).Json;
        Assert.False(again.GetProperty("wrote_manifest").GetBoolean());
        _model.Network(types: true);
        HybridCommand.Result swapped = await _folder.RunAsync("model", "check", _model.Folder);
        Assert.Equal(1, swapped.ExitCode);
        Assert.Contains("model.onnx: its SHA-256 is ", swapped.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_of_a_network_in_its_own_folder_writes_its_path()
    {
        File.Delete(_model.FileOf("model.onnx"));
        _model.Network("onnx/model.onnx", isHalf: true);
        await _folder.DoAsync("model", "check", _model.Folder);
        Assert.Equal("onnx/model.onnx", ModelManifest.Load(_model.Folder).Network);
        using var encoder = TextEncoder.Load(_model.Folder);
        Assert.Equal(4, encoder.Encode("play", TextRole.Query).Length);
    }

    [Fact]
    public async Task Check_refuses_what_cannot_run_and_writes_nothing()
    {
        _model.Pool("weightedmean_tokens");
        HybridCommand.Result refused = await _folder.RunAsync("model", "check", _model.Folder);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("config.json: field 'pooling_mode_weightedmean_tokens' is true", refused.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_model.FileOf("model.json")));
        Assert.Equal(1, (await _folder.RunAsync("model", "check", "nowhere")).ExitCode);
        Assert.Equal(2, (await _folder.RunAsync("model", "check")).ExitCode);
        Assert.Equal(2, (await _folder.RunAsync("model")).ExitCode);
    }

    [Fact]
    public async Task Embed_keeps_the_first_numbers_at_length_1()
    {
        HybridCommand.Result result = await _folder.RunWithInputAsync("tea\n", "embed", "--model", _model.Folder, "--dimension", "2");
        float[] vector = [.. result.Lines.Single().GetProperty("embedding").EnumerateArray().Select(x => x.GetSingle())];
        Assert.Equal(1, Math.Sqrt(vector.Sum(x => x * x)), tolerance: 1e-5);
        Assert.Equal(2, vector.Length);
        HybridCommand.Result refused = await _folder.RunWithInputAsync("tea\n", "embed", "--model", _model.Folder, "--dimension", "5");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("its vectors have 4 floats, and 5 are to be kept. Ask for 4 or fewer.", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await _folder.RunWithInputAsync("tea\n", "embed", "--dimension", "0")).ExitCode);
    }
}

using System.Text.Json.Nodes;
using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

/// <summary>Model folders without manifest that do not say enough, say too much, or are damaged.</summary>
public sealed class PlainModelRefusalTests : IDisposable
{
    private readonly TinyModel _model = new();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("modules.json", "it has a module Dense ('2_Dense'), and this version runs Transformer, Pooling and Normalize. Export")]
    [InlineData("1_Pooling/config.json", "field 'pooling_mode_weightedmean_tokens' is true, and this version has cls, mean, max and last token")]
    [InlineData("1_Pooling/config.json+", "field 'pooling_mode_…' is true for 2 of its modes pooling_mode_cls_token pooling_mode_mean_tokens; this version "
        + "does one")]
    [InlineData("sentence_bert_config.json", "it says do_lower_case, and the tokenizer of tokenizer.json keeps case. Make both the same.")]
    [InlineData("tokenizer_config.json", "it says do_lower_case false and strip_accents true, tokenizer.json says lowercase true and strip_accents true. "
        + "Make both")]
    public void A_file_that_asks_for_something_else_is_named(string file, string reason)
    {
        switch (file)
        {
            case "modules.json":
                _model.Change(file, json => json.AsArray().Add(JsonNode.Parse("""{"path": "2_Dense", "type": "sentence_transformers.models.Dense"}""")));
                break;
            case "1_Pooling/config.json":
                _model.Pool("weightedmean_tokens");
                break;
            case "1_Pooling/config.json+":
                _model.Change("1_Pooling/config.json", json => json["pooling_mode_cls_token"] = true);
                break;
            case "sentence_bert_config.json":
                File.Copy(TinyModel.TokenizerFile("bert-cased"), _model.FileOf("tokenizer.json"), overwrite: true);
                _model.Change(file, json => json["do_lower_case"] = true);
                break;
            default:
                _model.Write(file, """{"do_lower_case": false}""");
                break;
        }
        Refused(file.TrimEnd('+'), reason);
    }

    [Fact]
    public void Without_a_pooling_the_way_to_say_it_is_said()
    {
        File.Delete(_model.FileOf("modules.json"));
        Directory.Delete(_model.FileOf("1_Pooling"), recursive: true);
        Refused("model.onnx", "its output last_hidden_state has a vector for each token, and nothing says how they become one. Add 1_Pooling/config.json");
    }

    [Fact]
    public void An_unknown_input_is_named()
    {
        _model.Network(ids: "tokens");
        Refused("model.onnx", "it wants an input 'tokens', which this version does not know (its inputs: tokens, attention_mask; known: input_ids, "
            + "attention_mask, ");
    }

    [Fact]
    public void An_unknown_output_is_named()
    {
        _model.Network(output: "pooler_output");
        Assert.NotNull(ModelManifest.Load(_model.Folder));   // the only one is the one
        byte[] end = OnnxFile.End("other", OnnxFile.Float, -1, 4);
        File.WriteAllBytes(_model.FileOf("model.onnx"), OnnxFile.Model(
            [OnnxFile.Node("Identity", ["input_ids"], "other")], [],
            [OnnxFile.End("input_ids", OnnxFile.Int64, -1, -1), OnnxFile.End("attention_mask", OnnxFile.Int64, -1, -1)],
            [end, OnnxFile.End("pooler_output", OnnxFile.Float, -1, 4)]));
        Refused("model.onnx", "none of its outputs is sentence_embedding, last_hidden_state or token_embeddings (other float [? × 4], pooler_output float "
            + "[? × 4])");
    }

    [Fact]
    public void A_dimension_that_nothing_says_is_asked_for()
    {
        _model.Network(last: -1);
        _model.Write("1_Pooling/config.json", """{"pooling_mode_mean_tokens": true}""");
        _model.Change("config.json", json => json.AsObject().Remove("hidden_size"));
        Refused("model.onnx", "its output last_hidden_state float [? × ? × ?] leaves open how many floats a vector has, and no file says it. Add "
            + "hidden_size to config.json");
    }

    [Fact]
    public void A_dimension_that_the_network_does_not_have_shows_when_it_runs()
    {
        _model.Network(last: -1);
        _model.Write("1_Pooling/config.json", """{"word_embedding_dimension": 5, "pooling_mode_mean_tokens": true}""");
        _model.Change("config.json", json => json["hidden_size"] = 5);
        Refused("model.onnx", "its output 'last_hidden_state' is [1 × ");
        _model.Change("config.json", json => json["hidden_size"] = 4);
        Refused("1_Pooling/config.json", "it says 5 floats, config.json says 4. Correct the wrong one.");
    }

    [Fact]
    public void A_limit_that_nothing_says_is_asked_for()
    {
        File.Delete(_model.FileOf("sentence_bert_config.json"));
        _model.Change("config.json", json => json.AsObject().Remove("max_position_embeddings"));
        _model.Write("tokenizer_config.json", """{"model_max_length": 1000000000000000019884624838656}""");
        Refused("", "no file says how many tokens of a text count. Add max_seq_length to sentence_bert_config.json");
    }

    [Fact]
    public void Positions_that_a_model_counts_in_its_own_way_are_refused()
    {
        _model.Network(positions: true);
        _model.Change("config.json", json => json["model_type"] = "xlm-roberta");
        Refused("model.onnx", "it wants position_ids, and models of type xlm-roberta count them in their own way. Export it without that input");
    }

    [Fact]
    public void A_folder_without_the_network_names_those_that_it_has()
    {
        File.Move(_model.FileOf("model.onnx"), _model.FileOf("model_O3.onnx"));
        Refused("", "it has no model.onnx or onnx/model.onnx. Rename the one to use to model.onnx: model_O3.onnx.");
        _model.Network();
        _model.Network("onnx/model.onnx");
        Refused("", "it has two networks, model.onnx and onnx/model.onnx. Remove the one that is not to be used.");
    }

    [Fact]
    public void A_folder_without_a_tokenizer_names_what_it_has()
    {
        File.Delete(_model.FileOf("tokenizer.json"));
        _model.Write("vocab.json", "{}");
        Refused("", "it has neither tokenizer.json nor vocab.txt, only vocab.json. Save its fast tokenizer, which writes tokenizer.json.");
        _model.Write("vocab.txt", "[PAD]");
        Refused("tokenizer_config.json", "nothing says whether vocab.txt is of a model that lower-cases. Write {\"do_lower_case\": true} or false into it, "
            + "or add");
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("modules.json")]
    [InlineData("1_Pooling/config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("sentence_bert_config.json")]
    [InlineData("model.onnx")]
    public void A_damaged_file_is_refused_by_name(string file)
    {
        byte[] content = File.ReadAllBytes(_model.FileOf(file));
        for (int length = 0; length < content.Length - 1; length += Math.Max(1, content.Length / 40))
        {
            File.WriteAllBytes(_model.FileOf(file), content[..length]);
            Assert.Equal(_model.FileOf(file), Assert.Throws<ModelException>(() => TextEncoder.Load(_model.Folder)).File);
        }
        File.WriteAllText(_model.FileOf(file), "{\"model\": {\"type\": \"\\ud800\"}, \"a\": [\"\\ud800\"]}");
        if (file is "tokenizer.json" or "modules.json" or "model.onnx")
            Assert.Throws<ModelException>(() => TextEncoder.Load(_model.Folder));
    }

    [Fact]
    public void A_damaged_network_is_refused_or_read()
    {
        const int Seed = 9;
        var random = new Random(Seed);
        byte[] network = File.ReadAllBytes(_model.FileOf("model.onnx"));
        for (int i = 0; i < 5_000; i++)
        {
            byte[] damaged = [.. network];
            // Its weights are most of it, and what says something is at both ends.
            damaged[random.Next(2) == 0 ? random.Next(600) : damaged.Length - 1 - random.Next(300)] = (byte)random.Next(256);
            try
            {
                Assert.NotEmpty(new OnnxGraph("model.onnx", damaged).Outputs);
            }
            catch (ModelException)
            {
                // What it says of a network that cannot be read.
            }
        }
    }

    [Fact]
    public void A_file_that_is_replaced_between_two_looks_is_refused()
    {
        ModelManifest manifest = ModelManifest.Load(_model.Folder);
        _model.Network(types: true);
        string path = _model.FileOf("model.onnx");
        Assert.Equal($"{path}: it was replaced while the model was loaded. Load the model again.",
            Assert.Throws<ModelException>(() => ModelFiles.ReadChecked(path, manifest.Sha256["model.onnx"], manifest)).Message);
    }

    [Fact]
    public void Weights_in_another_file_are_refused()
    {
        byte[] network = File.ReadAllBytes(_model.FileOf("model.onnx"));
        // A tensor named x, whose data location (14) is another file (1), before the graph's other fields.
        byte[] graph = [5 << 3 | 2, 5, 8 << 3 | 2, 1, (byte)'x', 14 << 3, 1];
        File.WriteAllBytes(_model.FileOf("model.onnx"), [.. network, 7 << 3 | 2, (byte)graph.Length, .. graph]);
        Refused("model.onnx", "its weights are in another file beside it. Save the model as one ONNX file");
    }

    private void Refused(string file, string reason)
    {
        string path = file.Length > 0 ? Path.Combine(_model.Folder, file) : _model.Folder;
        Assert.StartsWith($"{path}: {reason}", Assert.Throws<ModelException>(() => TextEncoder.Load(_model.Folder)).Message, StringComparison.Ordinal);
    }
}

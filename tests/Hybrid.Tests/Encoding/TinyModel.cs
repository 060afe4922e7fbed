using System.Text.Json.Nodes;

namespace Hybrid.Tests.Encoding;

/// <summary>A model folder as Hugging Face and sentence-transformers write it, small enough to know its vectors by heart.</summary>
/// <remarks>The network looks each id up: token i has the vector [i, 1, −i, i mod 3]. With type ids and positions it adds these to all four.</remarks>
internal sealed class TinyModel : IDisposable
{
    public const int Dimension = 4;

    private const int Pieces = 2_000;

    public TinyModel(string tokenizer = "bert-uncased")
    {
        File.Copy(TokenizerFile(tokenizer), FileOf("tokenizer.json"));
        Write("config.json", """{"model_type": "bert", "hidden_size": 4, "max_position_embeddings": 64}""");
        Write("modules.json", """
            [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
             {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
            """);
        Pool("mean_tokens");
        Write("sentence_bert_config.json", """{"max_seq_length": 16, "do_lower_case": false}""");
        Network();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("hybrid-plain-").FullName;

    public static string TokenizerFile(string kind) => Path.Combine(RepositoryFiles.Root, "tests", "Hybrid.Tests", "Encoding", "Tokenizers", $"{kind}.json");

    /// <summary>The vector that the network gives a token.</summary>
    public static float[] TokenVector(int id) => [id, 1, -id, id % 3];

    public string FileOf(string name) => Path.Combine(Folder, name);

    public void Write(string file, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileOf(file))!);   // ! : it is in the folder
        File.WriteAllText(FileOf(file), content);
    }

    public void Pool(string mode) => Write("1_Pooling/config.json", $$"""{"word_embedding_dimension": 4, "pooling_mode_{{mode}}": true}""");

    public void Change(string file, Action<JsonNode> change)
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(FileOf(file)))!;   // ! : no file is "null"
        change(json);
        File.WriteAllText(FileOf(file), json.ToJsonString());
    }

    /// <summary>Writes the network.</summary>
    /// <param name="isPooled">Whether the graph takes the first token's vector itself.</param>
    /// <param name="last">The last size that the output is said to have; −1: it is left open.</param>
    /// <param name="quantizes">Whether it rounds all values of a run to 256 steps.</param>
    /// <param name="ids">What the input of ids is called.</param>
    public void Network(
        string file = "model.onnx", bool types = false, bool positions = false, bool isHalf = false, bool isPooled = false, long last = Dimension,
        string ids = "input_ids", string output = "last_hidden_state", bool quantizes = false)
    {
        List<byte[]> nodes = [OnnxFile.Node("Gather", ["table", ids], "looked-up")];
        string value = "looked-up";
        foreach (string added in new[] { types ? "token_type_ids" : "", positions ? "position_ids" : "" }.Where(name => name.Length > 0))
        {
            nodes.Add(OnnxFile.Node("Cast", [added], $"{added}-float", OnnxFile.Attribute("to", OnnxFile.Float)));
            nodes.Add(OnnxFile.Node("Unsqueeze", [$"{added}-float", "axis"], $"{added}-column"));
            nodes.Add(OnnxFile.Node("Add", [value, $"{added}-column"], value = $"with-{added}"));
        }
        // The mask has to be used, or it is no input: it takes nothing from what is a token.
        nodes.Add(OnnxFile.Node("Cast", ["attention_mask"], "mask", OnnxFile.Attribute("to", OnnxFile.Float)));
        nodes.Add(OnnxFile.Node("Unsqueeze", ["mask", "axis"], "mask-column"));
        nodes.Add(OnnxFile.Node("Mul", [value, "mask-column"], "masked"));
        value = "masked";
        if (quantizes)
        {
            nodes.Add(OnnxFile.Node("DynamicQuantizeLinear", ["masked"], "steps,scale,zero"));
            nodes.Add(OnnxFile.Node("DequantizeLinear", ["steps", "scale", "zero"], value = "rounded"));
        }
        if (isPooled)
            nodes.Add(OnnxFile.Node("Gather", [value, "first"], "pooled", OnnxFile.Attribute("axis", 1)));
        nodes.Add(OnnxFile.Node("Cast", [isPooled ? "pooled" : value], output, OnnxFile.Attribute("to", isHalf ? OnnxFile.Half : OnnxFile.Float)));
        List<byte[]> inputs = [OnnxFile.End(ids, OnnxFile.Int64, -1, -1), OnnxFile.End("attention_mask", OnnxFile.Int64, -1, -1)];
        if (types)
            inputs.Add(OnnxFile.End("token_type_ids", OnnxFile.Int64, -1, -1));
        if (positions)
            inputs.Add(OnnxFile.End("position_ids", OnnxFile.Int64, -1, -1));
        byte[][] weights =
        [
            OnnxFile.Weight("table", [Pieces, Dimension], [.. Enumerable.Range(0, Pieces).SelectMany(TokenVector)]),
            OnnxFile.Weight("axis", [1], [2L]), OnnxFile.Weight("first", [], [0L]),
        ];
        byte[] end = OnnxFile.End(output, isHalf ? OnnxFile.Half : OnnxFile.Float, isPooled ? [-1, last] : [-1, -1, last]);
        Directory.CreateDirectory(Path.GetDirectoryName(FileOf(file))!);   // ! : it is in the folder
        File.WriteAllBytes(FileOf(file), OnnxFile.Model([.. nodes], weights, [.. inputs], [end]));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

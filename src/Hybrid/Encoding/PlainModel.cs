using System.Security.Cryptography;

namespace Hybrid.Encoding;

/// <summary>A model folder without manifest, as Hugging Face and sentence-transformers write it: its manifest, made of what the files say.</summary>
/// <remarks>Nothing is guessed: what no file says, what two say differently, and what this version does not do is refused with the file that would have to
/// change.</remarks>
internal sealed partial class PlainModel
{
    private const string TokenizerFile = "tokenizer.json", VocabularyFile = "vocab.txt", SettingsFile = "tokenizer_config.json", ConfigFile = "config.json",
        SentenceFile = "sentence_bert_config.json", PromptsFile = "config_sentence_transformers.json", ModulesFile = "modules.json";

    private static readonly string[] NetworkFiles = [ModelManifest.NetworkFileName, $"onnx/{ModelManifest.NetworkFileName}"];

    private readonly List<ModelFinding> _findings = [];
    private readonly Dictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly string _base = "";   // of the transformer's own files, with a slash behind it
    private readonly ManifestFields? _config, _settings, _sentence;

    private PlainModel(string folder)
    {
        _folder = folder;
        PlainModules modules = new(folder, ReadJson(ModulesFile), ReadJson);
        _base = modules.Base;
        _config = ReadJson(_base + ConfigFile);
        _settings = ReadJson(_base + SettingsFile);
        _sentence = ReadJson(_base + SentenceFile);

        string networkFile = NetworkFile();
        OnnxGraph graph = new(PathOf(networkFile), Read(networkFile));
        Note("network", networkFile, networkFile);
        string[] inputs = Inputs(graph, networkFile);
        OnnxEnd output = Output(graph, networkFile);
        bool isPooled = output.Shape is [_, _];
        (string pooling, string poolingFile) = isPooled ? ("inside the graph", networkFile) : modules.Pooling(PathOf(networkFile), output.Name);
        Note("pooling", pooling, poolingFile);
        int dimension = Dimension(output, networkFile, modules);
        // Bringing a vector to length 1 twice changes nothing, so that it is done here whether the modules ask for it, the graph does it, or nobody.
        Note("length", "brought to 1", modules.NormalizeFile ?? "always");
        ModelTokenizer tokenizer = Tokenizer();
        int maxTokens = MaxTokens();
        (string queryPrefix, string passagePrefix) = Prefixes();
        Manifest = new ModelManifest
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) is { Length: > 0 } name ? name : "model",
            License = "unknown",
            Source = _config?.Has("_name_or_path") == true && _config.Text("_name_or_path", mayBeEmpty: true) is { Length: > 0 } path ? path : "unknown",
            Languages = [],
            MaxTokens = maxTokens,
            Tokenizer = tokenizer,
            QueryPrefix = queryPrefix,
            PassagePrefix = passagePrefix,
            Precision = $"as in {networkFile}; output {output.Type.ToString().ToLowerInvariant()}",
            Network = networkFile,
            Inputs = inputs,
            Output = output.Name,
            Dimension = dimension,
            Pooling = pooling,
            Normalized = false,
            SelfTest = null,
            Sha256 = _hashes,
        };
    }

    public ModelManifest Manifest { get; }

    /// <exception cref="ModelException">See <see cref="ModelManifest.Load"/>.</exception>
    public static PlainModel Open(string folder)
    {
        try
        {
            return new PlainModel(folder);
        }
        // What a string with an escaped lone surrogate gives when it is asked for.
        catch (InvalidOperationException e)
        {
            throw new ModelException(folder, $"one of its JSON files has a text that is none: {e.Message} Copy the model folder again.", e);
        }
    }

    /// <summary>What was understood, and from which file.</summary>
    public IReadOnlyList<ModelFinding> Findings => _findings;

    /// <summary>Whether a folder has a file that such a model begins with.</summary>
    public static bool IsIn(string folder) =>
        new[] { ModulesFile, ConfigFile, TokenizerFile, SettingsFile }.Any(file => File.Exists(Path.Combine(folder, file)));

    private string NetworkFile()
    {
        string[] found = [.. NetworkFiles.Select(file => _base + file).Concat(NetworkFiles).Distinct().Where(file => File.Exists(PathOf(file)))];
        if (found.Length == 1)
            return found[0];
        if (found.Length > 1)
            throw new ModelException(_folder, $"it has two networks, {string.Join(" and ", found)}. Remove the one that is not to be used.");
        string[] others = [.. Directory.EnumerateFiles(_folder, "*.onnx", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        throw new ModelException(_folder, $"it has no {string.Join(" or ", NetworkFiles)}. "
            + (others.Length > 0 ? $"Rename the one to use to {NetworkFiles[0]}: {string.Join(", ", others)}." : "Export the model to ONNX."));
    }

    private string[] Inputs(OnnxGraph graph, string networkFile)
    {
        string[] names = [.. graph.Inputs.Select(input => input.Name)];
        if (EncoderNetwork.InputProblem(graph.Inputs) is { } problem)
            throw new ModelException(PathOf(networkFile), problem);
        if (names.Contains(EncoderNetwork.Positions) && IsRoberta)
        {
            throw new ModelException(PathOf(networkFile), $"it wants {EncoderNetwork.Positions}, and models of type {_config?.Text("model_type")} count "
                + "them in their own way. Export it without that input: the graph then makes them itself.");
        }
        Note("inputs", string.Join(", ", names), networkFile);
        return names;
    }

    private OnnxEnd Output(OnnxGraph graph, string networkFile)
    {
        OnnxEnd? output = graph.Outputs.FirstOrDefault(o => o is { Name: "sentence_embedding", Shape: [_, _] })
            ?? graph.Outputs.FirstOrDefault(o => o.Name is "last_hidden_state" or "token_embeddings")
            ?? (graph.Outputs.Count == 1 ? graph.Outputs[0] : null);
        string all = string.Join(", ", graph.Outputs);
        if (output is null)
            throw Refused($"none of its outputs is sentence_embedding, last_hidden_state or token_embeddings ({all}). Export it with one of these.");
        if (output.Shape is not ([_, _] or [_, _, _]))
            throw Refused($"its output {output} is neither [texts × floats] nor [texts × tokens × floats]. Export it with one of these shapes.");
        if (output.Type is not (OnnxType.Float or OnnxType.Float16))
            throw Refused($"its output {output} holds neither float32 nor float16. Export it with one of these.");
        Note("output", output.ToString(), networkFile);
        return output;

        ModelException Refused(string what) => new(PathOf(networkFile), what);
    }

    private int Dimension(OnnxEnd output, string networkFile, PlainModules modules)
    {
        (int Size, string File)[] said =
        [
            (output.Shape is [.., var last] ? last : OnnxGraph.Open, networkFile),
            (modules.Dimension ?? OnnxGraph.Open, modules.PoolingFile ?? ""),
            (_config?.Has("hidden_size") == true ? _config.Integer("hidden_size", 1, 65_536) : OnnxGraph.Open, _base + ConfigFile),
        ];
        said = [.. said.Where(one => one.Size != OnnxGraph.Open)];
        if (said.Length == 0)
        {
            throw new ModelException(PathOf(networkFile), $"its output {output} leaves open how many floats a vector has, and no file says it. "
                + $"Add hidden_size to {_base}{ConfigFile}.");
        }
        // A graph may end in fewer floats than its hidden layers have: what it says itself counts.
        if (said[0].File != networkFile && said.Any(one => one.Size != said[0].Size))
            throw new ModelException(PathOf(said[0].File), $"it says {said[0].Size} floats, {said[^1].File} says {said[^1].Size}. Correct the wrong one.");
        Note("dimension", $"{said[0].Size}", said[0].File);
        return said[0].Size;
    }

    private bool IsRoberta => _config?.Has("model_type") == true
        && (_config.Text("model_type") is "mpnet" or "camembert" || _config.Text("model_type").Contains("roberta", StringComparison.Ordinal));

    private int MaxTokens()
    {
        const int Most = 8_192;
        int positions = int.MaxValue;
        if (_config?.Has("max_position_embeddings") == true)
        {
            positions = _config.Integer("max_position_embeddings", 1, int.MaxValue);
            // These count from behind the number of the padding, and have so many positions more.
            if (IsRoberta)
                positions -= 1 + (_config.Has("pad_token_id") ? _config.Integer("pad_token_id", 0, 1_000_000) : 1);
        }
        // "No limit" is written as 1e30.
        double tokenizer = _settings?.Has("model_max_length") == true ? _settings.Number("model_max_length", 1, double.MaxValue) : double.MaxValue;
        bool hasSentence = _sentence?.Has("max_seq_length") == true;
        // ! : it has
        (double most, string file) = hasSentence ? (_sentence!.Integer("max_seq_length", 1, int.MaxValue), SentenceFile) : (tokenizer, SettingsFile);
        if (positions < most)
            (most, file) = (positions, ConfigFile);
        if (most >= int.MaxValue)
        {
            throw new ModelException(_folder, $"no file says how many tokens of a text count. Add max_seq_length to {SentenceFile}, or model_max_length to "
                + $"{SettingsFile}.");
        }
        if (most < 3)
            throw new ModelException(PathOf(_base + file), $"it lets {most} tokens of a text count; 3 are the least. Correct it.");
        int limit = (int)Math.Min(most, Most);
        Note("tokens of a text", $"{limit}", _base + file);
        return limit;
    }

    private (string Query, string Passage) Prefixes()
    {
        if (ReadJson(PromptsFile) is not { } file || !file.Has("prompts"))
            return ("", "");
        ManifestFields prompts = file.Object("prompts");
        string query = Of("query", "search_query"), passage = Of("passage", "document", "search_document");
        if (query.Length + passage.Length > 0)
            Note("prefixes", $"'{query}' before a query, '{passage}' before a passage", PromptsFile);
        return (query, passage);

        string Of(params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                if (prompts.Has(name))
                    return prompts.Text(name, mayBeEmpty: true);
            }
            return "";
        }
    }

    private void Note(string what, string value, string file) => _findings.Add(new ModelFinding(what, value, file));

    private string PathOf(string file) => Path.Combine(_folder, file);

    /// <summary>Reads a file that decides on the vectors.</summary>
    private byte[] Read(string file)
    {
        byte[] content = ModelFiles.Read(PathOf(file));
        _hashes[file] = Convert.ToHexStringLower(SHA256.HashData(content));
        return content;
    }

    /// <summary>Reads a file of settings; null when there is none.</summary>
    private ManifestFields? ReadJson(string file) =>
        File.Exists(PathOf(file)) ? ManifestFields.Of(PathOf(file), Read(file)) : null;
}

using System.Text.Json;
using Hybrid.Encoding.Adapting;

namespace Hybrid.Encoding;

/// <summary>What a model folder says about itself in its <c>model.json</c>; models/README.md describes each field.</summary>
public sealed partial record ModelManifest
{
    /// <summary>The manifest's file name in a model folder.</summary>
    public const string FileName = "model.json";

    /// <summary>The network's file name in a model folder.</summary>
    public const string NetworkFileName = "model.onnx";

    public required string Name { get; init; }

    /// <summary>SPDX identifier.</summary>
    public required string License { get; init; }

    /// <summary>Where the weights come from.</summary>
    public required string Source { get; init; }

    /// <summary>ISO 639-1 codes of the languages the model was cut for; none where nobody has said them.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>The most tokens of a text that count, the two special ones included; later ones are cut off.</summary>
    public required int MaxTokens { get; init; }

    public required ModelTokenizer Tokenizer { get; init; }

    /// <summary>Put before a text that searches; empty when the model wants none.</summary>
    public required string QueryPrefix { get; init; }

    /// <summary>Put before a text that can be found; empty when the model wants none.</summary>
    public required string PassagePrefix { get; init; }

    /// <summary>How the weights are stored, and what that costs.</summary>
    public required string Precision { get; init; }

    /// <summary>The network's file in the model folder.</summary>
    public string Network { get; init; } = NetworkFileName;

    /// <summary>The network's inputs, each int64 [n × tokens].</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The network's output, float32 or float16: [n × d], or [n × tokens × d] where <see cref="Pooling"/> is done here.</summary>
    public required string Output { get; init; }

    /// <summary>Floats per vector.</summary>
    public required int Dimension { get; init; }

    /// <summary>How many floats the network gives, of which the first <see cref="Dimension"/> are kept.</summary>
    public int NetworkDimension { get => field > 0 ? field : Dimension; init; }

    /// <summary>How token vectors become one: "mean", "cls", "max" or "last token" of the network's output, or in other words what the network does.</summary>
    public required string Pooling { get; init; }

    /// <summary>Whether the network's vectors have length 1; where not, they are brought to it.</summary>
    public required bool Normalized { get; init; }

    /// <summary>Null for a model without manifest.</summary>
    public required ModelSelfTest? SelfTest { get; init; }

    /// <summary>SHA-256 of every other file that the model needs, lower-case hex, by its path in the model folder ("onnx/model.onnx").</summary>
    public required IReadOnlyDictionary<string, string> Sha256 { get; init; }

    /// <summary>This model with the first floats of its vectors alone, brought to length 1 again.</summary>
    /// <param name="dimension">1 … <see cref="NetworkDimension"/>, which changes nothing.</param>
    /// <exception cref="ModelException">The network gives fewer floats.</exception>
    public ModelManifest Truncated(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        if (Adapter is not null && dimension != Dimension)
        {
            throw new ModelException(Name, $"its adapter was trained on vectors of {Dimension} floats, and {dimension} are to be kept. "
                + $"Ask for {Dimension}, or train another one.");
        }
        return dimension <= NetworkDimension
            ? this with { Dimension = dimension, NetworkDimension = NetworkDimension }
            : throw new ModelException(Name, $"its vectors have {NetworkDimension} floats, and {dimension} are to be kept. "
                + $"Ask for {NetworkDimension} or fewer.");
    }

    /// <summary>Reads the manifest of a model folder; of one without, what its other files say, as Hugging Face and sentence-transformers write them; of the
    /// file of a <see cref="TextAdapter"/> that of the model it belongs behind, with it.</summary>
    /// <remarks>Cost: microseconds with a manifest; without, every file is read and hashed.</remarks>
    /// <exception cref="ModelException">
    /// The folder is missing, a file is missing or is not JSON, a field is missing or out of range, or the files do not say enough, contradict each other
    /// or ask for what this version cannot do; the message names file and field.
    /// </exception>
    public static ModelManifest Load(string modelFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        if (File.Exists(modelFolder))
            return LoadAdapted(modelFolder);
        if (!Directory.Exists(modelFolder))
            throw new ModelException(modelFolder, "there is no such model folder. Give the folder that holds model.json, such as models/all-MiniLM-L6-v2.");
        string path = Path.Combine(modelFolder, FileName);
        if (!File.Exists(path) && PlainModel.IsIn(modelFolder))
            return PlainModel.Open(modelFolder).Manifest;
        byte[] json;
        try
        {
            json = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(path, $"the model's manifest cannot be read: {e.Message} Copy the model folder again.", e);
        }
        return Parse(path, json);
    }

    /// <param name="path">Named in errors.</param>
    internal static ModelManifest Parse(string path, ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            ManifestFields fields = new(path, "", document.RootElement);
            ManifestFields tokenizer = fields.Object("tokenizer");
            ManifestFields selfTest = fields.Object("self_test");
            ModelManifest manifest = new()
            {
                Name = fields.Text("name"),
                License = fields.Text("license"),
                Source = fields.Text("source"),
                Languages = fields.Texts("languages", mayBeEmpty: true),
                MaxTokens = fields.Integer("max_tokens", 3, 8_192),
                Tokenizer = new ModelTokenizer(
                    tokenizer.OneOf("type", ModelTokenizer.WordPiece, ModelTokenizer.Unigram, ModelTokenizer.Bpe),
                    tokenizer.Text("file"),
                    tokenizer.Truth("lowercase", whenMissing: false),
                    tokenizer.Truth("strip_accents", whenMissing: false)),
                QueryPrefix = fields.Text("query_prefix", mayBeEmpty: true),
                PassagePrefix = fields.Text("passage_prefix", mayBeEmpty: true),
                Precision = fields.Text("precision"),
                Network = fields.Has("network") ? fields.Text("network") : NetworkFileName,
                Inputs = fields.Texts("inputs"),
                Output = fields.Text("output"),
                Dimension = fields.Integer("dimension", 1, 65_536),
                Pooling = fields.Text("pooling"),
                Normalized = fields.Truth("normalized"),
                SelfTest = new ModelSelfTest(selfTest.Text("text"), selfTest.Number("min_cosine", -1, 1), selfTest.Floats("embedding")),
                Sha256 = fields.Object("sha256").Hashes(),
            };
            if (manifest.SelfTest is { } test && test.Embedding.Count != manifest.Dimension)
                throw selfTest.Bad("embedding", $"has {test.Embedding.Count} numbers, dimension says {manifest.Dimension}");
            foreach (string file in (ReadOnlySpan<string>)[manifest.Network, manifest.Tokenizer.File])
            {
                if (!manifest.Sha256.ContainsKey(file))
                    throw fields.Bad("sha256", $"has no hash of {file}");
            }
            return manifest;
        }
        // InvalidOperationException is what a string with an escaped lone surrogate gives when it is asked for.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelException(path, $"the model's manifest is not JSON: {e.Message} Copy the model folder again.", e);
        }
    }
}

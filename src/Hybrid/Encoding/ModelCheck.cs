namespace Hybrid.Encoding;

/// <summary>What a model folder was found to be, after its model has run once.</summary>
/// <param name="Findings">What was understood, and from which file.</param>
/// <param name="IsNew">Whether the manifest was written by this check.</param>
internal sealed record ModelCheck(ModelManifest Manifest, IReadOnlyList<ModelFinding> Findings, bool IsNew)
{
    /// <summary>The least cosine that a manifest's self-test asks for: int8 arithmetic differs a little between processors.</summary>
    private const double LeastCosine = 0.995;

    /// <summary>Checks a model; one without manifest gets one, with a hash of every file and a vector to compare with.</summary>
    /// <exception cref="ModelException">The model cannot run; or the folder has no manifest and cannot be written.</exception>
    public static ModelCheck Run(string folder)
    {
        if (File.Exists(Path.Combine(folder, ModelManifest.FileName)) || !Directory.Exists(folder) || !PlainModel.IsIn(folder))
        {
            using TextEncoder known = TextEncoder.Load(folder);
            return new ModelCheck(known.Manifest, FindingsOf(known.Manifest), IsNew: false);
        }
        var plain = PlainModel.Open(folder);
        float[] vector;
        using (TextEncoder encoder = TextEncoder.Load(folder))
            vector = encoder.Encode(ModelSelfTest.DefaultText, TextRole.Passage);
        (plain.Manifest with { SelfTest = new ModelSelfTest(ModelSelfTest.DefaultText, LeastCosine, vector) }).Save(folder);
        // As everyone will load it from now on.
        using TextEncoder checkedOne = TextEncoder.Load(folder);
        return new ModelCheck(checkedOne.Manifest, plain.Findings, IsNew: true);
    }

    private static ModelFinding[] FindingsOf(ModelManifest manifest)
    {
        (string What, string Value)[] said =
        [
            ("network", manifest.Network), ("inputs", string.Join(", ", manifest.Inputs)), ("output", manifest.Output), ("pooling", manifest.Pooling),
            ("dimension", $"{manifest.Dimension}"), ("length", manifest.Normalized ? "1 by the network" : "brought to 1"),
            ("tokenizer", $"{manifest.Tokenizer.Type}, {manifest.Tokenizer.File}"), ("tokens of a text", $"{manifest.MaxTokens}"),
            ("prefixes", $"'{manifest.QueryPrefix}' before a query, '{manifest.PassagePrefix}' before a passage"),
        ];
        return [.. said.Select(one => new ModelFinding(one.What, one.Value, ModelManifest.FileName))];
    }
}

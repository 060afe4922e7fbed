namespace Hybrid.Encoding;

/// <summary>What the modules of a sentence-transformers folder do with the network's output.</summary>
internal sealed class PlainModules
{
    private const string ModulesFile = "modules.json", DefaultPooling = "1_Pooling/config.json";

    // Each is a field of the pooling's file that says whether the pooling is this one.
    private static readonly (string Field, string? Pooling)[] Modes =
    [
        ("pooling_mode_cls_token", TokenPooling.First), ("pooling_mode_mean_tokens", TokenPooling.Mean), ("pooling_mode_max_tokens", TokenPooling.Max),
        ("pooling_mode_lasttoken", TokenPooling.Last), ("pooling_mode_mean_sqrt_len_tokens", null), ("pooling_mode_weightedmean_tokens", null),
    ];

    private readonly ManifestFields? _pooling;

    /// <param name="modules">modules.json, if there is one.</param>
    /// <param name="read">Gives a file of the folder, if it is there.</param>
    public PlainModules(string folder, ManifestFields? modules, Func<string, ManifestFields?> read)
    {
        string poolingFile = DefaultPooling;
        foreach (ManifestFields module in modules?.Objects() ?? [])
        {
            string path = module.Has("path") ? module.Text("path", mayBeEmpty: true).Trim('/') : "";
            switch (module.Text("type").Split('.')[^1])
            {
                case "Transformer":
                    Base = path.Length > 0 ? $"{path}/" : "";
                    break;
                case "Pooling":
                    poolingFile = $"{path}/config.json";
                    if (read(poolingFile) is null)
                        throw new ModelException(Path.Combine(folder, poolingFile), $"{ModulesFile} names it, and it is missing. Copy the model folder again.");
                    break;
                case "Normalize":
                    NormalizeFile = ModulesFile;
                    break;
                case var other:
                    throw new ModelException(Path.Combine(folder, ModulesFile), $"it has a module {other} ('{path}'), and this version runs Transformer, "
                        + "Pooling and Normalize. Export the network with that module in the graph and remove it here, or give another model.");
            }
        }
        _pooling = read(poolingFile);
        PoolingFile = _pooling is null ? null : poolingFile;
        Dimension = _pooling?.Has("word_embedding_dimension") == true ? _pooling.Integer("word_embedding_dimension", 1, 65_536) : null;
    }

    /// <summary>Where the transformer's own files are, with a slash behind it; empty: in the folder itself.</summary>
    public string Base { get; } = "";

    public string? PoolingFile { get; }

    /// <summary>The file that asks for vectors of length 1.</summary>
    public string? NormalizeFile { get; }

    public int? Dimension { get; }

    /// <summary>How the token vectors of an output become one, and which file says so.</summary>
    /// <exception cref="ModelException">Nothing says it, or it is a way that this version does not know.</exception>
    public (string Pooling, string File) Pooling(string network, string output)
    {
        if (_pooling is null || PoolingFile is null)
        {
            throw new ModelException(network, $"its output {output} has a vector for each token, and nothing says how they become one. "
                + $"Add {DefaultPooling} with " + "{\"pooling_mode_mean_tokens\": true}, or with "
                + $"{string.Join(" or ", Modes.Where(m => m.Pooling is not null).Select(m => m.Field))}.");
        }
        // Newer files have one word in place of the fields.
        if (_pooling.Has("pooling_mode"))
        {
            string mode = _pooling.OneOf("pooling_mode", "mean", "cls", "max", "lasttoken");
            return (mode == "lasttoken" ? TokenPooling.Last : mode, PoolingFile);
        }
        (string Field, string? Pooling)[] asked = [.. Modes.Where(mode => _pooling.Truth(mode.Field, whenMissing: false))];
        if (asked is not [{ } only])
            throw _pooling.Bad("pooling_mode_…", $"is true for {asked.Length} of its modes{string.Concat(asked.Select(a => $" {a.Field}"))}; this version "
                + "does one");
        return only.Pooling is { } pooling
            ? (pooling, PoolingFile)
            : throw _pooling.Bad(only.Field, "is true, and this version has cls, mean, max and last token");
    }
}

namespace Hybrid.Encoding;

/// <summary>
/// A model cannot be used: a file of its folder is missing, damaged, not the one its manifest describes, or of a kind this version cannot run.
/// </summary>
/// <example>models/all-MiniLM-L6-v2/vocab.txt: the model file is missing. Copy the model folder again.</example>
public sealed class ModelException(string file, string reason, Exception? cause = null) : Exception($"{file}: {reason}", cause)
{
    /// <summary>The file, or the folder, that is at fault.</summary>
    public string File { get; } = file;
}

namespace Hybrid.Encoding;

/// <summary>Something that the files of a model say about it.</summary>
/// <param name="File">Which file says it, by its path in the model folder.</param>
internal sealed record ModelFinding(string What, string Value, string File);

namespace Hybrid.Vectors;

/// <summary>Which vectors may be compared: two of the same space, never two of different ones.</summary>
/// <param name="Model">The model's name, "all-MiniLM-L6-v2".</param>
/// <param name="Hash">SHA-256 of what else decides on the vectors (a model's files, prefixes, where it cuts texts off), lower-case hex.</param>
/// <param name="Dimension">Floats per vector.</param>
/// <param name="Kind">What the vectors were made from.</param>
/// <param name="Template">How an item became the text that was encoded; empty where no text was.</param>
public sealed record VectorSpace(string Model, string Hash, int Dimension, VectorSpaceKind Kind, string Template = "")
{
    // 64 bits of the hash: enough that two spaces never look alike, in a message that has to name both.
    private const int ShownHash = 16;

    /// <summary>Every part, the hash by its first 16 digits: all-MiniLM-L6-v2@0123456789abcdef (text, 384-d, "{title}. {text}").</summary>
    public override string ToString() =>
        $"{Model}@{Hash[..Math.Min(ShownHash, Hash.Length)]} "
        + $"({Kind.ToString().ToLowerInvariant()}, {Dimension}-d{(Template.Length == 0 ? "" : $", {Quoted(Template)}")})";

    // Escaped, so that no template can look like another one and what follows it.
    private static string Quoted(string template) =>
        $"\"{template.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

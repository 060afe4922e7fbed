namespace Hybrid.Vectors;

/// <summary>Which vectors may be compared: two of the same space, never two of different ones.</summary>
/// <param name="Model">The model's name, "all-MiniLM-L6-v2".</param>
/// <param name="Hash">SHA-256 of the model file, lower-case hex.</param>
/// <param name="Dimension">Floats per vector.</param>
/// <param name="Kind">What the vectors were made from.</param>
/// <param name="Template">How an item became the text that was encoded; empty where no text was.</param>
public sealed record VectorSpace(string Model, string Hash, int Dimension, VectorSpaceKind Kind, string Template = "")
{
    public override string ToString() =>
        $"{Model}@{Hash[..Math.Min(8, Hash.Length)]} ({Kind.ToString().ToLowerInvariant()}, {Dimension}-d{(Template.Length == 0 ? "" : $", \"{Template}\"")})";
}

namespace Hybrid.Cli.Demo;

/// <summary>The words of one product.</summary>
/// <param name="Adjectives">Two.</param>
/// <param name="Features">Two.</param>
internal sealed record ProductWords(string Brand, string Kind, string Color, string[] Adjectives, string[] Features, string Use);

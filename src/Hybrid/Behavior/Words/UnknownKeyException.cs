using Hybrid.Catalog;

namespace Hybrid.Behavior.Words;

/// <summary>A key was asked for that has no vector.</summary>
/// <example>'quen' has no vector. Is queen, when or seen meant?</example>
public sealed class UnknownKeyException(string key, IReadOnlyList<string> nearest) : KeyNotFoundException(Describe(key, nearest))
{
    public string Key { get; } = key;

    /// <summary>The keys of the nearest spellings, the nearest first; empty where none is near.</summary>
    public IReadOnlyList<string> Nearest { get; } = nearest;

    private static string Describe(string key, IReadOnlyList<string> nearest)
    {
        string[] names = [.. nearest.Select(PlainText.Brief)];
        string hint = names switch
        {
            [] => "No key is spelt like it.",
            [var one] => $"Is {one} meant?",
            [.. var first, var last] => $"Is {string.Join(", ", first)} or {last} meant?",
        };
        return $"'{PlainText.Brief(key)}' has no vector. {hint}";
    }
}

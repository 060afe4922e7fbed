namespace Hybrid.Benchmarks;

/// <summary>What a benchmark was called with.</summary>
internal static class Arguments
{
    /// <summary>What stands behind a name; null where it does not stand there.</summary>
    public static string? ValueOf(this string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is var at and >= 0 ? arguments.ElementAtOrDefault(at + 1) : null;
}

using Hybrid.Encoding;

namespace Hybrid.Tests;

/// <summary>One loaded MiniLM for all tests; it is safe to use from several at once.</summary>
internal static class SharedEncoder
{
    private static readonly Lazy<TextEncoder> Loaded = new(() => TextEncoder.Load(RepositoryFiles.Model("all-MiniLM-L6-v2")));

    public static TextEncoder Instance => Loaded.Value;
}

using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

/// <summary>The model of the tests, loaded once, and its reference texts.</summary>
internal static class MiniLm
{
    public const string Name = "all-MiniLM-L6-v2";

    private static readonly Lazy<TextEncoder> LazyEncoder = new(() => TextEncoder.Load(Folder));

    public static string Folder => RepositoryFiles.Model(Name);

    public static TextEncoder Encoder => LazyEncoder.Value;

    /// <summary>Texts, the reference tokenizer's ids, and the vectors of the fp32 original.</summary>
    public static Golden[] Goldens() => GoldenFile.Read<Golden>(Name);

    internal sealed record Golden(string Text, int[] Ids, float[] Embedding);
}

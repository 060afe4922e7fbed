using Hybrid.Encoding;

namespace Hybrid.Tests.Encoding;

/// <summary>The model of English and Chinese, loaded once, and its reference texts.</summary>
internal static class E5
{
    public const string Name = "multilingual-e5-small-en-zh";

    private static readonly Lazy<TextEncoder> LazyEncoder = new(() => TextEncoder.Load(Folder));

    public static string Folder => RepositoryFiles.Model(Name);

    public static TextEncoder Encoder => LazyEncoder.Value;

    /// <summary>Texts, whether they are queries, the reference tokenizer's ids with the prefix, and the vectors of the original.</summary>
    public static Golden[] Goldens() => GoldenFile.Read<Golden>(Name);

    internal sealed record Golden(string Text, bool Query, int[] Ids, float[] Embedding)
    {
        public TextRole Role => Query ? TextRole.Query : TextRole.Passage;
    }
}

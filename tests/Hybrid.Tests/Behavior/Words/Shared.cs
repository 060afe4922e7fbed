using System.Text.Json;
using Hybrid.Behavior.Words;

namespace Hybrid.Tests.Behavior.Words;

/// <summary>Real vectors and gensim's answers, which do not ship with the project.</summary>
internal static class Shared
{
    public static WordVectors Glove() => WordVectors.Load(GloveFile, cancellationToken: TestContext.Current.CancellationToken);

    public static string GloveFile => RepositoryFiles.Shared("data", "word-vectors", "glove.6B.50d.7849.txt.gz");

    public static string QuestionsFile => RepositoryFiles.Shared("data", "word-vectors", "questions-words.txt.gz");

    public static JsonElement Json(string file) => JsonElement.Parse(File.ReadAllText(RepositoryFiles.Shared("golden", "gensim", file)));
}

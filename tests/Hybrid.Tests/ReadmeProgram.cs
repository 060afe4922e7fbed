using System.Text.RegularExpressions;

namespace Hybrid.Tests;

/// <summary>The C# of README.md, and what its first program prints.</summary>
internal static partial class ReadmeProgram
{
    /// <summary>The first block of C#: a whole program.</summary>
    public static string First => Blocks.First();

    public static IEnumerable<string> Others => Blocks.Skip(1);

    private static IEnumerable<string> Blocks =>
        CSharpBlock().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "README.md"))).Select(m => m.Groups[1].Value);

    /// <summary>What it says to U17, who has had the train: first the toys that others had with it, then what only the text finds; not the train.</summary>
    public static void ExpectRecommendations(string printed)
    {
        string[] lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Contains(": behaviour ", line, StringComparison.Ordinal));
        Assert.Equal(["Picture book", "Puzzle"], lines.Take(2).Select(line => line.Split(':')[0].Split(' ', 2)[1]).Order());
        Assert.Equal(5, lines.Length);
        Assert.DoesNotContain("Toy train", printed, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}

namespace Hybrid.Api.Messages;

/// <summary>The items nearest to B − A + C by behaviour, best first, without the three.</summary>
public sealed record AnalogyAnswer(IReadOnlyList<AnalogyAnswer.Ranked> Results)
{
    /// <param name="Score">Cosine, −1 … 1.</param>
    public sealed record Ranked(int Rank, string Id, float Score);
}

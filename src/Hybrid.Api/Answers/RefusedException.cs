namespace Hybrid.Api.Answers;

/// <summary>A request, or a row of one, is refused; the problem says why.</summary>
internal sealed class RefusedException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;
}

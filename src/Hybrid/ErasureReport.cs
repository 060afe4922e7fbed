namespace Hybrid;

/// <summary>What was erased of a user.</summary>
/// <param name="Events">Events that are gone.</param>
/// <param name="DeadLetters">What came by a stream, was no event and names the user, which is gone.</param>
/// <param name="Rejects">Rows that name the user in the list of the last import's bad rows, which are gone.</param>
/// <param name="ModelHasLearned">Whether the behaviour model in use may have learned from those events: it is another one after the next training.</param>
/// <param name="SourcesHaveLearned">Likewise the fitted sources; the log beside them holds histories by user, until the next training but one.</param>
public sealed record ErasureReport(long Events, long DeadLetters, long Rejects, bool ModelHasLearned, bool SourcesHaveLearned);

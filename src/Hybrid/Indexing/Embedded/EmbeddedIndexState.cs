namespace Hybrid.Indexing.Embedded;

/// <summary>What there is to know about a collection's index.</summary>
/// <param name="Cells">Cells of the index; 1 before the first build, when every search is a linear scan.</param>
/// <param name="IsStale">Whether enough has changed since the last build to be worth another.</param>
/// <param name="File">The file it is saved in; null in memory.</param>
/// <param name="FileBytes">Size of that file; 0 when nothing has been saved.</param>
/// <param name="IsSaved">Whether the file has all that this store has written; what it lacks is read from the database at the next start.</param>
public sealed record EmbeddedIndexState(int Cells, bool IsStale, string? File, long FileBytes, bool IsSaved);

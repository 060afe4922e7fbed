namespace Hybrid.Indexing;

/// <summary>What the IVF index of every store starts from.</summary>
internal static class IvfDefaults
{
    /// <summary>Cells, as the seeds have it, of a collection of up to <see cref="RowsOfFewestCells"/> rows; beyond, about four times the root of the
    /// rows.</summary>
    public const int FewestCells = 128;

    public const int RowsOfFewestCells = 100_000;

    /// <summary>Of the nearest rows, the share that a search finds unless it says otherwise.</summary>
    public const double Recall = 0.99;

    /// <summary>What is measured for with rows as queries, so that a recall is reached: half of what a search may miss is kept for queries that are unlike any
    /// row, a few words beside whole texts.</summary>
    public static double MeasuredFor(double? recall) => 1 - (1 - (recall ?? Recall)) / 2;
}

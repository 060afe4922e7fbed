namespace Hybrid.Indexing.Embedded;

/// <summary>How one search goes about it: which rows it looks at, and whether their vectors or the filter comes first.</summary>
/// <param name="IsExact">Every cell is visited; otherwise as many as the recall needs.</param>
/// <param name="FilterFirst">Only rows that match are scored; otherwise only rows that can be among the nearest are asked whether they match.</param>
internal readonly record struct SearchPlan(bool IsExact, bool FilterFirst)
{
    // Nanoseconds, of which only the ratios matter: a row scored by its code in a run of rows, or alone, when its code is in no cache; a row's fields
    // asked whether they match, which lie all over the memory. 100,000 rows, d = 384, two cores of an AMD EPYC:
    // `dotnet run -c Release --project tests/Hybrid.Benchmarks -- plan --data FOLDER --rows 100000` prints them.
    private const double ScoreInRun = 20, ScoreAlone = 70, Ask = 150;

    /// <summary>Which rows it looks at: "matching" ones, all "rows", or those of "cells".</summary>
    public string Name => FilterFirst ? "matching" : IsExact ? "rows" : "cells";

    /// <summary>Without a filter.</summary>
    /// <param name="isExact">Whether the index is small enough to be looked at whole.</param>
    public static SearchPlan Unfiltered(bool isExact) => new(isExact, FilterFirst: false);

    /// <summary>The cheaper one of the two ways to heed a filter.</summary>
    /// <param name="isExact">Whether the index is small enough to be looked at whole.</param>
    /// <param name="rows">In the index, at least 1.</param>
    /// <param name="visited">Of these, how many a search without a filter for as many as the filter lets through looks at.</param>
    /// <param name="count">Asked for.</param>
    /// <param name="share">Of the rows, about how many match: 0 … 1.</param>
    /// <param name="unasked">Rows of which it is not known whether they match.</param>
    /// <param name="uses">How often the same filter has come, with this time.</param>
    public static SearchPlan Filtered(bool isExact, int rows, double visited, int count, double share, int unasked, int uses)
    {
        double matching = share * rows;
        // A row is asked when it is nearer than the k-th match so far: k / share of the first rows, and of later ones ever fewer.
        double wouldAsk = matching <= count ? rows : Math.Min(rows, count / share * (1 + Math.Log(matching / count)));
        double vectorsFirst = visited * ScoreInRun + unasked / (double)rows * wouldAsk * Ask;
        // Once it is known of all rows whether they match, each search gains so much. One that comes again and again is worth asking them all.
        double gain = vectorsFirst - matching * ScoreAlone;
        return gain > 0 && unasked * Ask <= gain * uses ? new(IsExact: true, FilterFirst: true) : new(isExact, FilterFirst: false);
    }
}

using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

/// <summary>What a search of an index writes while it runs: each thread has one, for one search after another.</summary>
internal sealed class SearchScratch
{
    [ThreadStatic]
    private static SearchScratch? _ofThread;

    private readonly SignedQuery _signed;
    private readonly int _dimension;

    private SearchScratch(int dimension) => (_dimension, Coded, _signed) = (dimension, new(dimension), new(dimension));

    public CodedQuery Coded { get; }

    /// <summary>By score, from −1 on: rows that could have been among the nearest when they were seen.</summary>
    public int[] Seen { get; } = new int[2 * IvfIndex.ScoreSteps + 1];

    /// <summary>The thread's own, for this query, until it is asked for again.</summary>
    public static SearchScratch For(ReadOnlySpan<float> query)
    {
        if (_ofThread?._dimension != query.Length)
            _ofThread = new(query.Length);
        _ofThread.Coded.Set(query);
        Array.Clear(_ofThread.Seen);
        return _ofThread;
    }

    public SignedQuery Signed(ReadOnlySpan<float> query)
    {
        _signed.Set(query);
        return _signed;
    }
}

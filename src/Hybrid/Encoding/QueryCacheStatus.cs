namespace Hybrid.Encoding;

/// <summary>What an engine keeps of the vectors of queries.</summary>
/// <param name="Capacity">The most that are kept for a model; 0: the cache is off.</param>
/// <param name="Count">How many are kept now.</param>
/// <param name="Hits">Queries, since the engine was opened, whose vector was there.</param>
/// <param name="Misses">Those that were encoded.</param>
public sealed record QueryCacheStatus(int Capacity, int Count, long Hits, long Misses)
{
    /// <summary>Hits among all queries, 0 … 1; null before the first.</summary>
    public double? HitRate => Hits + Misses > 0 ? (double)Hits / (Hits + Misses) : null;
}

namespace Hybrid.Indexing.Embedded;

/// <summary>What is known of the rows for each of the filters that came last, by their text.</summary>
/// <remarks>Threads: any number.</remarks>
internal sealed class FilterCache
{
    /// <summary>As many are kept: 16 bytes a row at most.</summary>
    private const int MostKept = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, FilteredRows> _kept = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldest = [];

    public FilteredRows Get(string text, Func<FilteredRows> make)
    {
        lock (_lock)
        {
            if (_kept.TryGetValue(text, out FilteredRows? rows))
                return rows;
            if (_oldest.Count == MostKept)
                _kept.Remove(_oldest.Dequeue());
            _oldest.Enqueue(text);
            return _kept[text] = make();
        }
    }
}

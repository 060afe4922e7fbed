using System.Diagnostics.Metrics;

namespace Hybrid.Cli.Queries;

/// <summary>The plans of the index's searches while this listens: what --explain says of them.</summary>
internal sealed class SearchPlans : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _searches = new(StringComparer.Ordinal);

    public SearchPlans()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "hybrid.index.searches")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            foreach ((string name, object? plan) in tags)
            {
                if (name == "plan" && plan is string text)
                    Add(text, count);
            }
        });
        _listener.Start();
    }

    /// <summary>"1 of every row, 2 of the rows that match"; null where no search was planned.</summary>
    public string? Describe()
    {
        lock (_lock)
            return _searches.Count == 0 ? null : string.Join(", ", _searches.Select(search => $"{search.Value} of {NameOf(search.Key)}"));
    }

    public void Dispose() => _listener.Dispose();

    private void Add(string plan, long count)
    {
        lock (_lock)
            _searches[plan] = _searches.GetValueOrDefault(plan) + count;
    }

    private static string NameOf(string plan) => plan switch
    {
        "rows" => "every row",
        "matching" => "the rows that match",
        _ => $"the nearest {plan}",
    };
}

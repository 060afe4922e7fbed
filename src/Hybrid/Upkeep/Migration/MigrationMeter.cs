using System.Diagnostics.Metrics;
using Hybrid.Records;

namespace Hybrid.Upkeep.Migration;

/// <summary>How the migration under way stands, as metrics of the meter Hybrid.Migration: read when they are asked for.</summary>
/// <remarks>Nothing is measured while none is under way. Cost: a read of the records each.</remarks>
internal sealed class MigrationMeter : IDisposable
{
    private readonly Meter _meter = new("Hybrid.Migration");
    private readonly Func<MigrationFigures?> _read;

    /// <param name="read">How it stands; null: none is under way.</param>
    /// <param name="dropped">What was dropped since the engine was opened, whatever the migration.</param>
    public MigrationMeter(Func<MigrationFigures?> read, Func<IEnumerable<(string What, long Count)>> dropped)
    {
        _read = read;
        _meter.CreateObservableGauge("hybrid.migration.lag", () => Of<long>(figures =>
            [new(figures.OldLag, Tags(figures, "side", "old")), new(figures.NewLag, Tags(figures, "side", "new"))]),
            "{item}", "Changes of items that a collection of the migration has still to take; side is old or new.");
        _meter.CreateObservableGauge("hybrid.migration.divergence", () => Of<long>(figures =>
            figures.Divergence is { } differing ? [new Measurement<long>(differing, Tags(figures))] : []),
            "{row}", "Rows of the new collection that differed when all were compared last.");
        _meter.CreateObservableGauge("hybrid.migration.share", () => Of<double>(figures => [new(figures.Share, Tags(figures))]),
            "1", "Share of the traffic that the new collection answers.");
        _meter.CreateObservableCounter("hybrid.migration.dropped", () => dropped().Select(one =>
            new Measurement<long>(one.Count, new KeyValuePair<string, object?>("what", one.What))),
            "{row}", "What was not noted, or not asked of the other side, because too much of it waited; what is impressions or shadows.");
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?>[] Tags(MigrationFigures figures, string? name = null, string? value = null) =>
        name is null ? [new("migration", figures.Name)] : [new("migration", figures.Name), new(name, value)];

    private Measurement<T>[] Of<T>(Func<MigrationFigures, Measurement<T>[]> measure)
        where T : struct
    {
        try
        {
            return _read() is { } figures ? measure(figures) : [];
        }
        catch (Exception e) when (e is RecordsException or ObjectDisposedException)
        {
            return [];   // who asks for metrics is not the one to be told
        }
    }
}

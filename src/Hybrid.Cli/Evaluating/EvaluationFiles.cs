using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Cli.Output;
using Hybrid.Recommending.Sources;

namespace Hybrid.Cli.Evaluating;

/// <summary>The items and events that an evaluation is over: without dislikes, as training is, and with all users.</summary>
/// <param name="Items">In the order of the log's items.</param>
internal sealed record EvaluationFiles(IReadOnlyList<Item> Items, TrainingLog Log)
{
    /// <summary>Reads files; a row that cannot be used is an error, as numbers would be of other data than was thought.</summary>
    /// <param name="events">Null: those of a data folder.</param>
    /// <exception cref="DataFileException">A file cannot be read, has a bad row, or an event names an item that the catalogue does not have.</exception>
    public static EvaluationFiles Read(string items, string events, CancellationToken cancellationToken)
    {
        var catalog = new Dictionary<ItemId, Item>();
        foreach (Item item in ItemFile.Read(items, Strictly(items), cancellationToken))
            catalog.TryAdd(item.Id, item);
        // A file may have its users mixed.
        IEnumerable<Event> log = EventFile.Read(events, Strictly(events), cancellationToken).GroupBy(e => e.User).SelectMany(user => user);
        return Of(catalog, LikedEvents.Of(log, EventKinds.Default, long.MaxValue), events, cancellationToken);
    }

    /// <summary>Those of a data folder.</summary>
    public static EvaluationFiles Read(HybridEngine engine, CancellationToken cancellationToken)
    {
        if (!engine.Records.HasEvents)
            throw new NotReadyException(NotReadyReason.NoEvents, $"There are no events in {engine.Options.DataPath}", "add some first");
        Dictionary<ItemId, Item> catalog = engine.Records.ReadItems().ToDictionary(item => item.Id);
        // A log goes on with items that have left the catalogue; nobody can be recommended them.
        IEnumerable<Event> events = LikedEvents.Of(engine.Records.ReadEvents(), engine.Options.Kinds, long.MaxValue)
            .Where(e => catalog.Count == 0 || catalog.ContainsKey(e.Item));
        return Of(catalog, events, engine.Options.DataPath, cancellationToken);
    }

    private static EvaluationFiles Of(Dictionary<ItemId, Item> catalog, IEnumerable<Event> events, string name, CancellationToken cancellationToken)
    {
        TrainingLog log;
        try
        {
            log = TrainingLog.From(events, catalog.Count == 0 ? null : catalog.Keys, cancellationToken: cancellationToken);
        }
        catch (ArgumentException unknown)
        {
            throw new DataFileException(name, Failures.ReasonOf(unknown));
        }
        return new EvaluationFiles([.. log.Items.Select(id => catalog.GetValueOrDefault(id) ?? new Item(id))], log);
    }

    private static FileReadOptions Strictly(string file) => new()
    {
        OnRejected = row => throw new DataFileException(file, row.Reason, row.Line, row.Column),
        OnNote = note => Terminal.Note($"{file}: {note}"),
    };
}

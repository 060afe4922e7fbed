using Hybrid.Behavior;

namespace Hybrid.Recommending;

public sealed partial class HybridData
{
    /// <summary>Trains behaviour vectors on the imported events and saves them in the data folder.</summary>
    /// <exception cref="InvalidOperationException">There are no events, or no item has enough of them.</exception>
    /// <exception cref="Item2VecException">The model could not be trained or saved; the one before is still there.</exception>
    public TrainReport Train(IProgress<Item2VecProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (Catalog.EventCount == 0)
            throw new InvalidOperationException($"There are no events in {Options.DataPath}: import some first, `hybrid import --events events.csv`.");
        ItemSequences sessions = ItemSequences.From(Sessions.Cut(Catalog.ReadEvents(), Options.Sessions));
        Item2VecModel model = Item2Vec.Train(sessions, Options.Behavior, progress, cancellationToken);
        model.Save(Path.Combine(Options.DataPath, BehaviorName));
        return new TrainReport(sessions.Count, model.Items.Count, model.Pairs);
    }
}

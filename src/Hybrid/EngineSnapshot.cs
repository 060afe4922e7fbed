using Hybrid.Behavior;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;

namespace Hybrid;

/// <summary>What one request sees, from its first step to its last: collection, behaviour model, sources, and the recommender over the first two.</summary>
/// <param name="row">The row of the records that it was made from.</param>
/// <param name="items">The items' collection, or why there is none to search.</param>
/// <param name="sources">The fitted sources.</param>
/// <param name="changes">The change log of the store that the collection is in.</param>
/// <param name="recommender">Makes the recommender when it is first needed.</param>
internal sealed class EngineSnapshot(SnapshotRow row, IndexedItems items, BehaviorModel behavior, FittedSources sources, ChangeLog changes,
    Func<IVectorCollection?, Item2VecModel?, HybridRecommender> recommender)
{
    private readonly Lock _making = new();
    private volatile HybridRecommender? _recommender;

    public SnapshotRow Row { get; } = row;

    /// <summary>The collection; null where nothing is indexed.</summary>
    /// <exception cref="NotReadyException">What is indexed is of another space.</exception>
    /// <exception cref="ModelException">The encoder's model cannot be used.</exception>
    public IVectorCollection? Items => items.Refusal is { } refusal && items.IsIndexed ? throw refusal() : items.Collection;

    /// <summary>Whether the items are those of records elsewhere: all that is known of them is in the collection.</summary>
    public bool IsBorrowed => Row.IsBorrowed;

    /// <summary>Whether there is a collection to search.</summary>
    public bool HasItems => items.Collection is not null;

    public BehaviorModel Behavior { get; } = behavior;

    public ChangeLog Changes { get; } = changes;

    /// <summary>What those requests see whole that the new collection of a migration answers; null while there is none.</summary>
    public EngineSnapshot? Second { get; init; }

    /// <summary>Whether a server has one of the collections.</summary>
    public bool IsOfServer => items.Collection is not (null or EmbeddedCollection) || Second?.IsOfServer == true;

    /// <summary>Where the answers come from.</summary>
    public AnswerOrigin Origin => field ??= new AnswerOrigin(Row.Revision, items.Collection?.Name, Variant);

    /// <summary>Of a migration the one that this snapshot is of.</summary>
    public Variant Variant { get; init; }

    /// <summary>How the migration divides the traffic beside its share, while both collections answer.</summary>
    private TrafficRules Rules => field ??= Row.Migration is { } migration
        && migration.Stage is nameof(MigrationStage.Shadowing) or nameof(MigrationStage.Ramping) or nameof(MigrationStage.Holding)
        ? MigrationPlan.Parse(migration.Plan).Traffic : new();

    // ! : they are asked for where there is a migration. Who gets lists of both is independent of who is answered by the new one.
    private TrafficSplit Split => field ??= new(Row.Migration!.Name, Row.Migration.Share / (double)TrafficSplit.Buckets, segments: Rules.Segments);

    private TrafficSplit Interleaving => field ??= new($"{Row.Migration!.Name} of both", Rules.Interleaved);

    /// <summary>What searches of the collection must not show; kept until an item changes.</summary>
    public HiddenItems? Hidden { get; set; }

    public FittedSources Sources { get; } = sources;

    /// <summary>What one request sees: this, or the new one of a migration, whole.</summary>
    /// <param name="forced">The one that the request asks for; null: by the share of the traffic. Without a migration it is this, whatever is asked.</param>
    /// <param name="unit">Who is always answered by one of the two while the share stays; null: nobody who is known, who is answered by the old one until the
    /// new one answers everybody.</param>
    /// <param name="segment">What whoever asks belongs to.</param>
    public EngineSnapshot Of(Variant? forced, string? unit, string? segment = null)
    {
        if (Second is null || Row.Migration is not { } migration)
            return this;
        double share = segment is not null && Rules.Segments.TryGetValue(segment, out double given) ? given
            : migration.Share / (double)TrafficSplit.Buckets;
        Variant chosen = forced ?? (share >= 1 ? Variant.New : share == 0 || unit is null ? Variant.Old : Split.Of(unit, segment));
        return chosen == Variant.New ? Second : this;
    }

    /// <summary>Whether who answers is not left to the share: then it says nothing of it.</summary>
    public bool IsGiven(Variant? forced, string? segment) => forced is not null || (segment is not null && Rules.Segments.ContainsKey(segment));

    /// <summary>Whether a user gets lists of both.</summary>
    public bool IsInterleaved(string user) =>
        Rules.Interleaved > 0 && Second is { HasItems: true } && HasItems && Interleaving.Of(user) == Variant.New;

    /// <exception cref="NotReadyException">Nothing is indexed, or in another space.</exception>
    /// <exception cref="ModelException">The encoder's model cannot be used.</exception>
    public IVectorCollection RequireItems() => items.Collection ?? throw items.Refusal!();   // ! : one of the two is there

    /// <summary>The recommender; a failure is not kept, so that the next request tries again.</summary>
    /// <exception cref="NotReadyException">What is indexed is of another space.</exception>
    /// <exception cref="Item2VecException">The behaviour model is missing or damaged.</exception>
    /// <exception cref="ModelException">The encoder's model cannot be used.</exception>
    public HybridRecommender OpenRecommender()
    {
        if (_recommender is { } made)
            return made;
        lock (_making)
            return _recommender ??= recommender(Items, Behavior.Load());
    }
}

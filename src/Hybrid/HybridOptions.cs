using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending.Sources;
using Hybrid.Streaming;
using Hybrid.Upkeep.Migration;

namespace Hybrid;

/// <summary>Where Hybrid keeps its data and how its stages work.</summary>
public sealed record HybridOptions
{
    /// <summary>The data folder: records, vectors, index and behaviour model. Made when it is not there.</summary>
    public string DataPath { get; init; } = "./hybrid-data";

    /// <summary>Where the vectors are; null: in the data folder. <c>options.UseMilvus("milvus://localhost:19530/shop")</c> of Hybrid.Milvus sets
    /// it.</summary>
    /// <remarks>It is opened when something first needs it. The records stay in the data folder, and remember for each store which of its collections is in
    /// use: after a change of this, <see cref="HybridEngine.IndexAsync"/> or <see cref="HybridEngine.CopyAsync"/> fills the other store.</remarks>
    public ExternalStore? Store { get; init; }

    /// <summary>Opens another store than <see cref="Store"/> by the setting that a migration to it was planned with, "milvus://localhost:19530/shop"; null
    /// for
    /// the embedded one.</summary>
    /// <remarks>Every program that opens the folder while such a migration is under way, or that keeps <see cref="Store"/> after it, needs it.</remarks>
    /// <value>Default null: no migration leads to another store.</value>
    public Func<string, ExternalStore?>? OtherStore { get; init; }

    /// <summary>Reads the vectors that a shop has where they are no file, by the <see cref="MigrationPlan.Legacy"/> that a migration was planned with: of a
    /// database through <see cref="LegacyVectors.Read(System.Data.Common.DbDataReader, string, string)"/>, of a server; null for a file.</summary>
    /// <remarks>Asked for several times, from the first row each time: the rows have to be the same, in the same order.</remarks>
    /// <value>Default null: they are always in a file.</value>
    public Func<string, IEnumerable<KeyedVector>?>? OtherVectors { get; init; }

    /// <summary>Whether the engine only reads the collection that <see cref="Store"/> holds, of records that another process owns: it searches and recommends
    /// with what the rows have, refuses writes, and neither makes nor reads the data folder.</summary>
    /// <remarks>An engine whose folder has no records yet reads such a collection without being told, too, and refuses to begin others beside it.</remarks>
    public bool WithoutRecords { get; init; }

    /// <summary>The text encoder's model: its folder, or the name of one beside the program, as <see cref="ModelFolder.Find"/> takes them; or the file of a
    /// <see cref="Encoding.Adapting.TextAdapter"/>, with which it is the model that this belongs behind.</summary>
    /// <value>Default null: the model that the collection in use was made with, if it is beside the program, and its adapter, if that is in
    /// the data folder; all-MiniLM-L6-v2 for the first collection. With
    /// another one <see cref="HybridEngine.IndexAsync"/> makes the collection anew, and what is searched must have been made with it.</value>
    public string? ModelPath { get; init; }

    /// <summary>The file of a <see cref="Encoding.Adapting.TextBridge"/>: the texts of queries are encoded by the model that it leads from, and led into
    /// the space
    /// of the collection; null: by the collection's model.</summary>
    /// <remarks>Items go on being encoded by the collection's own model. A collection of another space than the one that it leads into is refused.</remarks>
    public string? Bridge { get; init; }

    /// <summary>How many floats of a vector are kept, the first ones, brought to length 1 again: for models that were trained so (Matryoshka).</summary>
    /// <value>1 … the model's. Default null: as many as the collection in use has; all for the first one. With another number
    /// <see cref="HybridEngine.IndexAsync"/> makes the collection anew.</value>
    public int? Dimension
    {
        get;
        init => field = value is not < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Dimension), value, $"Dimension takes 1 or more, not {value}.");
    }

    /// <summary>How many queries' vectors an engine keeps for each model: a query that was asked before is not encoded again.</summary>
    /// <value>0 … 1 000 000; 0: none. Default 4 096, 8 MB at 384 floats. Texts of more than 2,048 characters are never kept.</value>
    public int CachedQueries
    {
        get;
        init => field = value is >= 0 and <= 1_000_000 ? value
            : throw new ArgumentOutOfRangeException(nameof(CachedQueries), value, $"CachedQueries takes 0 to 1,000,000, not {value}.");
    } = 4_096;

    /// <summary>How an item becomes the text that is encoded; part of the vectors' identity, so a change encodes everything again.</summary>
    public ItemTextTemplate Template { get; init; } = ItemTextTemplate.Default;

    /// <summary>How the embedded index is cut into cells and how many a search visits.</summary>
    public IvfOptions Index { get; init; } = new();

    /// <summary>How behaviour vectors are trained.</summary>
    public Item2VecOptions Behavior { get; init; } = new();

    /// <summary>How events are cut into sessions.</summary>
    public SessionOptions Sessions { get; init; } = new();

    /// <summary>What the kinds of events say, and the ratings where the kinds are numbers.</summary>
    public EventKinds Kinds { get; init; } = EventKinds.Default;

    /// <summary>What is kept in memory of what users do.</summary>
    public FeatureOptions Features { get; init; } = new();

    /// <summary>A feature store that many machines share; null: none. An engine that writes its records fills it, and answers from its own memory; one without
    /// records, or whose folder can only be read, reads there what users did and what is popular.</summary>
    /// <remarks>It is never the truth. Where it does not answer, an engine with records asks these; one without refuses what it cannot know, by a
    /// <see cref="FeatureStoreException"/>, and answers the rest. Of a user with more than <see cref="FeatureOptions.HistoryLength"/> events an engine
    /// without records knows so many of the newest.</remarks>
    /// <value>Default null. <c>options.UseRedisFeatures("redis://localhost:6379/shop")</c> of Hybrid.Redis sets it.</value>
    public ExternalFeatures? SharedFeatures { get; init; }

    /// <summary>Whether, and how, the engine makes changed items searchable by itself, for as long as it is open; null: <see cref="HybridEngine.IndexAsync"/>
    /// does.</summary>
    /// <value>Default null; `hybrid serve` sets it.</value>
    public LiveIndexOptions? LiveIndex { get; init; }

    /// <summary>Whether, and how many of, the live requests are asked of both sides while a migration is shadowing or ramping; null: none.</summary>
    /// <remarks>Who asks has been answered before. <see cref="HybridEngine.CompareMigrationAsync"/> says how alike both answer.
    /// <see cref="HybridEngine.PauseMigrationAsync"/> ends it in every process.</remarks>
    /// <value>Default null; `hybrid serve` sets it.</value>
    public ShadowOptions? Shadow { get; init; }

    /// <summary>Users with more events (robots, tills) are left out of training and popularity.</summary>
    /// <value>0 or more; 0: nobody is left out. Default null: the larger of 10,000 and 100 × the median number of events a user.</value>
    public int? MostEventsPerUser
    {
        get;
        init => field = value is not < 0 ? value
            : throw new ArgumentOutOfRangeException(nameof(MostEventsPerUser), value, $"MostEventsPerUser takes 0 or more, not {value}.");
    }

    /// <summary>The sources that training fits beside the behaviour vectors, by their names in <see cref="SourceFitter.Names"/>.</summary>
    /// <remarks>Each is fitted to the whole history of every user, as it is when it is evaluated. Those of texts and the preset Classic need no
    /// fitting.</remarks>
    /// <value>Default null: all that take seconds: not "ease", which takes n³/2 steps for n items, nor "item2vec", which is trained a second time.</value>
    public IReadOnlyList<string>? Sources
    {
        get;
        init => field = value?.FirstOrDefault(name => !SavedSources.Names.Contains(name)) is not { } wrong ? value
            : throw new ArgumentException($"Sources takes some of {string.Join(", ", SavedSources.Names)}, not '{PlainText.Brief(wrong)}'.", nameof(Sources));
    }

    /// <summary>How the sources are fitted.</summary>
    /// <value>Default null: as <see cref="KnobFile.Name"/> in the data folder says, or else as they are by default.</value>
    public SourceKnobs? Knobs { get; init; }

    /// <summary>The clock by which migrations hold, and go from one alpha to the next.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Pages that the records may grow to; the next one is a full disk. For tests.</summary>
    internal int? MostRecordPages { get; init; }

    internal string KnobsPath => Path.Combine(DataPath, KnobFile.Name);

    internal string RecordsPath => Path.Combine(DataPath, "records.db");

    internal string VectorsPath => Path.Combine(DataPath, "vectors.db");
}

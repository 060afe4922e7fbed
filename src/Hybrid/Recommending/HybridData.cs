using Hybrid.Behavior;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hybrid.Recommending;

/// <summary>A data folder and everything that is done with it: import, index, train, recommend.</summary>
/// <remarks>
/// <para>The folder holds hybrid.db (items, events, vectors), an .ivf file for each collection (rebuilt when lost) and item2vec.bin.</para>
/// <para>Threads: members may be called concurrently; imports, indexing and training one at a time.</para>
/// </remarks>
public sealed partial class HybridData : IAsyncDisposable
{
    /// <summary>The alias that readers open; it leads to the collection that was indexed last.</summary>
    public const string ItemsAlias = "products";

    private const string DatabaseName = "hybrid.db";
    private const string BehaviorName = "item2vec.bin";

    private readonly Lazy<TextEncoder> _encoder;

    private HybridData(HybridOptions options, ILoggerFactory loggers)
    {
        Options = options;
        Store = EmbeddedVectorStore.Open(DatabasePath(options.DataPath), new EmbeddedStoreOptions { Index = options.Index }, loggers.CreateLogger<EmbeddedVectorStore>());
        _encoder = new(() => TextEncoder.Load(options.ModelPath, logger: loggers.CreateLogger<TextEncoder>()));
    }

    public HybridOptions Options { get; }

    public EmbeddedVectorStore Store { get; }

    /// <summary>The items and events as they were imported.</summary>
    public EmbeddedCatalog Catalog => Store.Catalog;

    /// <summary>The text encoder, loaded at first use.</summary>
    /// <exception cref="ModelException">The model cannot be used.</exception>
    public TextEncoder Encoder => _encoder.Value;

    /// <summary>Opens a data folder; makes it when it is not there.</summary>
    /// <exception cref="VectorStoreException">The database cannot be opened: locked, newer than this Hybrid, damaged, or the folder cannot be written.</exception>
    public static HybridData Open(HybridOptions? options = null, ILoggerFactory? loggers = null) =>
        new(options ?? new HybridOptions(), loggers ?? NullLoggerFactory.Instance);

    /// <summary>Whether a folder holds a database of Hybrid.</summary>
    public static bool Exists(string dataPath) => File.Exists(DatabasePath(dataPath));

    /// <summary>The collection that searches go to.</summary>
    /// <exception cref="InvalidOperationException">Nothing is indexed yet.</exception>
    /// <exception cref="VectorStoreException">It was indexed with another model or template; both are named.</exception>
    public async Task<IVectorCollection> OpenItemsAsync(CancellationToken cancellationToken = default)
    {
        if (await FindItemsAsync(cancellationToken).ConfigureAwait(false) is null)
            throw new InvalidOperationException($"Nothing is indexed in {Options.DataPath} yet: call IndexAsync, or run `hybrid index`.");
        return await Store.OpenAsync(ItemsAlias, Encoder.SpaceFor(Options.Template), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The behaviour model, or null when none was trained.</summary>
    /// <exception cref="Item2VecException">The file is damaged or newer than this Hybrid.</exception>
    public Item2VecModel? LoadBehavior()
    {
        string path = Path.Combine(Options.DataPath, BehaviorName);
        return File.Exists(path) ? Item2VecModel.Load(path) : null;
    }

    /// <summary>The recommender over what is indexed and trained now; open it again after an import or a training.</summary>
    /// <inheritdoc cref="OpenItemsAsync"/>
    public async Task<HybridRecommender> OpenRecommenderAsync(CancellationToken cancellationToken = default) =>
        new(Encoder, await OpenItemsAsync(cancellationToken).ConfigureAwait(false), LoadBehavior(), Catalog.Find, Options.Template);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync().ConfigureAwait(false);
        if (_encoder.IsValueCreated)
            _encoder.Value.Dispose();
    }

    private async Task<CollectionInfo?> FindItemsAsync(CancellationToken cancellationToken) =>
        (await Store.ListAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(c => c.Aliases.Contains(ItemsAlias));

    private static string DatabasePath(string dataPath) => Path.Combine(dataPath, DatabaseName);
}

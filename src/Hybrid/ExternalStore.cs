using Hybrid.Indexing;
using Microsoft.Extensions.Logging;

namespace Hybrid;

/// <summary>A vector store outside the data folder, which an engine opens when it first needs it, and closes.</summary>
public sealed class ExternalStore
{
    private readonly Func<ILoggerFactory, CancellationToken, Task<IVectorStore>> _open;

    /// <param name="name">Its kind and place, "milvus localhost:19530/shop", without secrets: it stands in messages and in a status, and the records
    /// remember by
    /// it which of the store's collections is in use.</param>
    /// <param name="open">Opens it; where that fails, by a <see cref="VectorStoreException"/> that says what to do. It is called again at the next
    /// need.</param>
    public ExternalStore(string name, Func<ILoggerFactory, CancellationToken, Task<IVectorStore>> open)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(open);
        Name = name;
        _open = open;
    }

    public string Name { get; }

    /// <exception cref="VectorStoreException">The store cannot be opened.</exception>
    public Task<IVectorStore> OpenAsync(ILoggerFactory loggers, CancellationToken cancellationToken = default) => _open(loggers, cancellationToken);

    public override string ToString() => Name;
}

using Hybrid.Indexing;

namespace Hybrid.Contracts;

/// <summary>A kind of store: gives a test as many empty ones as it asks for, and takes them away with the test.</summary>
public interface IEmptyStores : IAsyncDisposable
{
    /// <summary>The caller disposes the store.</summary>
    Task<IVectorStore> OpenAsync();
}

using Hybrid.Behavior;

namespace Hybrid.Streaming;

/// <summary>Fills a feature store that other machines read with what the records of this one say.</summary>
/// <remarks>Threads: every member may be called concurrently. Disposing it ends what it does; what it has written stays.</remarks>
internal interface IFeatureMirror : IAsyncDisposable
{
    /// <summary>Why it is behind the log; null where it keeps up.</summary>
    string? Failure { get; }

    /// <summary>Says that the log has grown.</summary>
    void Signal();

    /// <summary>Removes what is kept of a user whose events have just been erased.</summary>
    /// <param name="events">How many these were.</param>
    /// <exception cref="FeatureStoreException">It may still be there: the call may be repeated, and what is there goes when the store is back.</exception>
    Task EraseAsync(UserId user, long events, CancellationToken cancellationToken);
}

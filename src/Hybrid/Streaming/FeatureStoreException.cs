namespace Hybrid.Streaming;

/// <summary>The feature store of many machines could not tell what was asked: it is away or slow, or the machine that fills it is. The same call may succeed
/// later.</summary>
/// <example>redis 127.0.0.1:6379/shop: read a user failed: it did not answer within 250 ms.</example>
/// <param name="reason">Without a full stop.</param>
public sealed class FeatureStoreException(string store, string operation, string reason, Exception? cause = null)
    : Exception($"{store}: {operation} failed: {reason}.", cause)
{
    /// <summary>Kind, address and name: "redis 127.0.0.1:6379/shop".</summary>
    public string Store { get; } = store;

    public string Operation { get; } = operation;
}

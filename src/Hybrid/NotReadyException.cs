namespace Hybrid;

/// <summary>What was asked for needs something that has not been done yet: importing, indexing or training.</summary>
/// <example>Nothing is indexed in ./my-shop yet: call IndexAsync.</example>
/// <param name="what">What is missing, without a full stop.</param>
/// <param name="how">What to do in a program, without a full stop.</param>
public sealed class NotReadyException(NotReadyReason reason, string what, string how) : Exception($"{what}: {how}.")
{
    public NotReadyReason Reason { get; } = reason;

    /// <summary>What is missing, for whoever says in words of their own what to do.</summary>
    public string What { get; } = what;
}

namespace Hybrid.Milvus.Client;

/// <summary>A server refused a call, or could not be reached.</summary>
/// <example>milvus localhost:19530/shop: search products_v3 failed: collection not loaded (code 101).</example>
public class MilvusException : Exception
{
    internal MilvusException(string place, string operation, string reason, MilvusErrorKind kind, int code = 0, Exception? cause = null)
        : base($"milvus {place}: {operation} failed: {reason.TrimEnd('.')}{(code == 0 ? "" : $" (code {code})")}.", cause)
    {
        Place = place;
        Operation = operation;
        Reason = reason;
        Kind = kind;
        Code = code;
    }

    /// <summary>The server and its database, "localhost:19530/shop".</summary>
    public string Place { get; }

    /// <summary>What was asked, and of which collection: "search products_v3".</summary>
    public string Operation { get; }

    /// <summary>What the server said, or what happened to the connection.</summary>
    public string Reason { get; }

    public MilvusErrorKind Kind { get; }

    /// <summary>The server's own code; 0 where the connection failed.</summary>
    public int Code { get; }

    /// <summary>Whether the same call may succeed later.</summary>
    public bool IsTransient =>
        Kind is MilvusErrorKind.NotReady or MilvusErrorKind.RateLimited or MilvusErrorKind.Unavailable or MilvusErrorKind.TimedOut;

    /// <summary>Whether the client itself may call again: the server did nothing, or what it may have done can be done twice.</summary>
    internal bool MayRepeat { get; init; }

    /// <summary>The reason without how often it was tried.</summary>
    internal string Said { get => field ?? Reason; init; }

    /// <summary>How much of the call's time was left.</summary>
    internal TimeSpan Remaining { get; init; }
}

namespace Hybrid.Milvus.Client;

/// <summary>What went wrong, as far as a caller acts on it. Servers use different codes for the same thing; these are the same for all.</summary>
public enum MilvusErrorKind
{
    /// <summary>See the message and the server's code.</summary>
    Other,

    CollectionNotFound,
    DatabaseNotFound,
    IndexNotFound,
    AliasNotFound,

    /// <summary>What was to be made, or its name, is there.</summary>
    AlreadyExists,

    /// <summary>The collection is not in the server's memory, nor on its way there: load it.</summary>
    NotLoaded,

    /// <summary>The server, or a part of it, is starting; or a collection is on its way into memory.</summary>
    NotReady,

    /// <summary>Too many calls at once.</summary>
    RateLimited,

    /// <summary>The server has no room for more, and takes no writes until it has.</summary>
    QuotaExceeded,

    /// <summary>The server cannot be reached, or the connection broke.</summary>
    Unavailable,

    /// <summary>No answer within <see cref="MilvusClientOptions.Timeout"/>; what was asked may be done all the same.</summary>
    TimedOut,

    /// <summary>The server's certificate is not one of the authorities that are trusted, or not for its name; or it wants one of this client.</summary>
    Untrusted,

    Unauthenticated,
    PermissionDenied,

    /// <summary>A message is larger than one side takes.</summary>
    TooLarge,

    /// <summary>The server does not know this call.</summary>
    Unsupported,

    /// <summary>The server takes the request for wrong.</summary>
    InvalidRequest,

    /// <summary>What came back is no answer of a Milvus server.</summary>
    Garbled,
}

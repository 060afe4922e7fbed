using Grpc.Core;

namespace Hybrid.Milvus.Client;

/// <summary>What a server or a connection said, as an exception of the client.</summary>
internal static class Failures
{
    /// <summary>Of a call that was answered, with an error.</summary>
    public static MilvusException Of(string place, string operation, Wire.Status status, bool canRepeat, TimeSpan remaining)
    {
        MilvusErrorKind kind = KindOf(status.Code, status.ErrorCode, status.Reason);
        int code = status.Code != 0 ? status.Code : status.ErrorCode;
        string reason = status.Reason.Length > 0 ? status.Reason : "the server gives no reason";
        return new MilvusException(place, operation, reason, kind, code)
        {
            MayRepeat = canRepeat || kind is MilvusErrorKind.RateLimited,   // refused at the door, so nothing was done
            Remaining = remaining,
        };
    }

    /// <summary>Of a call that gave no answer, or was refused before it came to the method.</summary>
    public static MilvusException Of(string place, string operation, RpcException failure, TimeSpan timeout, bool canRepeat, TimeSpan remaining)
    {
        (MilvusErrorKind kind, string reason) = failure.StatusCode switch
        {
            StatusCode.DeadlineExceeded => (MilvusErrorKind.TimedOut, $"no answer within {timeout.TotalSeconds:0.###} s"),
            StatusCode.Unauthenticated => (MilvusErrorKind.Unauthenticated, $"{failure.Status.Detail}. Check the user and the password, or the token"),
            StatusCode.PermissionDenied => (MilvusErrorKind.PermissionDenied, failure.Status.Detail),
            StatusCode.ResourceExhausted => (MilvusErrorKind.TooLarge, failure.Status.Detail),
            StatusCode.Unimplemented => (MilvusErrorKind.Unsupported, failure.Status.Detail),
            StatusCode.InvalidArgument => (MilvusErrorKind.InvalidRequest, failure.Status.Detail),
            StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss when !IsConnection(failure) => (MilvusErrorKind.Garbled, DetailOf(failure)),
            _ => (MilvusErrorKind.Unavailable, DetailOf(failure)),
        };
        return new MilvusException(place, operation, reason, kind, cause: failure) { MayRepeat = canRepeat, Remaining = remaining };
    }

    private static bool IsConnection(RpcException failure) =>
        failure.Status.DebugException is HttpRequestException or IOException or System.Net.Sockets.SocketException;

    // The detail names the exception that the log would name, and the innermost of these says what happened.
    private static string DetailOf(RpcException failure) => failure.Status.DebugException is { } cause
        ? cause.GetBaseException().Message
        : failure.Status.Detail;

    // Milvus' codes (pkg/merr) and the older ones beside them. Lite has its own, and 1 for whatever it did not foresee, so there its words decide.
    private static MilvusErrorKind KindOf(int code, int errorCode, string reason)
    {
        return (code, errorCode) switch
        {
            (100, _) or (_, 4 or 28) => Says("alias") ? MilvusErrorKind.AliasNotFound : MilvusErrorKind.CollectionNotFound,
            (101 or 103, _) => MilvusErrorKind.NotLoaded,
            (8, _) or (_, 49) => MilvusErrorKind.RateLimited,
            (9, _) or (_, 48) => MilvusErrorKind.QuotaExceeded,
            (700, _) or (_, 25) => MilvusErrorKind.IndexNotFound,
            (800, _) => MilvusErrorKind.DatabaseNotFound,
            (1600, _) => MilvusErrorKind.AliasNotFound,
            (1601 or 1602, _) => MilvusErrorKind.AlreadyExists,
            (2 or 10 or 401 or 503 or 601 or 901 or 902, _) or (_, 45 or 46 or 55 or 56 or 57) => MilvusErrorKind.NotReady,
            (1, _) when Says("not ready") => MilvusErrorKind.NotReady,
            (1, _) when Says("database") && Says("does not exist") => MilvusErrorKind.DatabaseNotFound,
            (35, _) => MilvusErrorKind.AlreadyExists,
            (1 or 65535, _) when Says("already exist") || Says("conflicts with") || Says("duplicate") => MilvusErrorKind.AlreadyExists,
            (6 or 1100, _) or (_, 5 or 6) => MilvusErrorKind.InvalidRequest,
            // 2.3 answers so while a collection that it had in memory comes back after a restart.
            (65535, _) when Says("not loaded") || Says("no available shard") || Says("node offline") || Says("not ready") => MilvusErrorKind.NotReady,
            _ => MilvusErrorKind.Other,
        };

        bool Says(string words) => reason.Contains(words, StringComparison.OrdinalIgnoreCase);
    }
}

using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace Hybrid.Milvus.Client;

/// <summary>What a server or a connection said, as an exception of the client.</summary>
internal static class Failures
{
    /// <summary>Of a call that was answered, with an error.</summary>
    public static MilvusException Of(string place, Attempts attempts, Wire.Status status)
    {
        MilvusErrorKind kind = KindOf(status.Code, status.ErrorCode, status.Reason);
        int code = status.Code != 0 ? status.Code : status.ErrorCode;
        string reason = status.Reason.Length > 0 ? FirstLineOf(status.Reason) : "the server gives no reason";
        return attempts.Failure(place, reason, kind, code, mayRepeat: kind is MilvusErrorKind.RateLimited);   // refused at the door, so nothing was done
    }

    /// <summary>Of a call that gave no answer, or was refused before it came to the method.</summary>
    public static MilvusException Of(string place, Attempts attempts, RpcException failure, int maxMessageBytes)
    {
        if (failure.StatusCode == StatusCode.DeadlineExceeded)
            return attempts.TimedOut(place, failure);
        string detail = failure.Status.Detail;
        (MilvusErrorKind kind, string reason) = failure.StatusCode switch
        {
            StatusCode.Unauthenticated => (MilvusErrorKind.Unauthenticated, $"{detail}. Check the user and the password, or the token"),
            StatusCode.PermissionDenied => (MilvusErrorKind.PermissionDenied, detail),
            StatusCode.ResourceExhausted => TooLarge(detail, maxMessageBytes),
            StatusCode.Unimplemented => (MilvusErrorKind.Unsupported, $"the server does not know this call ({detail})"),
            StatusCode.InvalidArgument => (MilvusErrorKind.InvalidRequest, detail),
            StatusCode.Internal or StatusCode.Unavailable or StatusCode.Unknown when Cause<AuthenticationException>(failure) is { } refused =>
                (MilvusErrorKind.Untrusted, $"the encrypted connection could not be made: {(refused.InnerException ?? refused).Message}"),
            StatusCode.Internal or StatusCode.Unavailable or StatusCode.Unknown when IsForeign(failure) =>
                (MilvusErrorKind.Garbled, $"what answers there does not speak gRPC ({DetailOf(failure)}). Check the address, and whether it is http or https"),
            StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss when !IsConnection(failure) => failure.Status.DebugException is null
                ? (MilvusErrorKind.Other, FirstLineOf(detail))
                : (MilvusErrorKind.Garbled, $"the answer cannot be read: {DetailOf(failure)}"),
            _ => (MilvusErrorKind.Unavailable, DetailOf(failure)),
        };
        return attempts.Failure(place, reason, kind, cause: failure);
    }

    // The client says "Sending message exceeds", "Received message exceeds", a server "received message larger than max"; another word of exhaustion passes.
    private static (MilvusErrorKind Kind, string Reason) TooLarge(string detail, int maxMessageBytes)
    {
        string most = string.Create(CultureInfo.InvariantCulture, $"MaxMessageBytes, {maxMessageBytes:N0}");
        if (detail.StartsWith("Received message exceeds", StringComparison.Ordinal))
            return (MilvusErrorKind.TooLarge, $"the answer is larger than {most}: ask for fewer rows or fields at once, or raise it");
        if (detail.StartsWith("Sending message exceeds", StringComparison.Ordinal))
            return (MilvusErrorKind.TooLarge, $"the request is larger than {most}, and cannot be cut: a single row, a filter or the vectors of a search");
        if (detail.Contains("larger than max", StringComparison.OrdinalIgnoreCase))
            return (MilvusErrorKind.TooLarge, $"{detail}. The server takes less than {most}: lower it");
        return (MilvusErrorKind.RateLimited, detail);
    }

    private static bool IsConnection(RpcException failure) =>
        failure.Status.DebugException is HttpRequestException or IOException or SocketException;

    /// <summary>Whether there is a server that speaks something else, which another try does not change: PROTOCOL_ERROR and FRAME_SIZE_ERROR. A ping that went
    /// unanswered has the first of these, too.</summary>
    private static bool IsForeign(RpcException failure) =>
        Cause<HttpProtocolException>(failure) is { ErrorCode: 1 or 6 } broken && !broken.Message.Contains("ping", StringComparison.Ordinal);

    private static T? Cause<T>(RpcException failure)
        where T : Exception
    {
        Exception? cause = failure.Status.DebugException;
        while (cause is not (null or T))
            cause = cause.InnerException;
        return cause as T;
    }

    // The detail names the exception that the log would name, and the innermost of these says what happened.
    private static string DetailOf(RpcException failure) => failure.Status.DebugException is { } cause
        ? cause.GetBaseException().Message
        : failure.Status.Detail;

    // Milvus 2.3 sends the stack of what failed after the first words.
    private static string FirstLineOf(string reason)
    {
        int end = reason.AsSpan().IndexOfAny('\r', '\n');
        return end > 0 && reason.Contains(": stack trace:", StringComparison.Ordinal) ? WithoutStack(reason) : reason;
    }

    private static string WithoutStack(string reason) => string.Join("; ", reason.Split('\n')
        .Select(line => line.IndexOf("attempt #", StringComparison.Ordinal) is var at and >= 0 && !line.Contains("stack trace:", StringComparison.Ordinal)
            ? line[at..] : "")
        .Where(line => line.Length > 0).DefaultIfEmpty(reason));

    // Milvus' codes (pkg/merr) and the older ones beside them. Lite has its own, and 1 for whatever it did not foresee, so there its words decide.
    internal static MilvusErrorKind KindOf(int code, int errorCode, string reason)
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
            // 2.3 answers so while its parts find each other again after a restart.
            (65535, _) when Says("not loaded") || Says("no available shard") || Says("node offline") || Says("not ready")
                || Says("node not match") || Says("node not found") || Says("connection is closing") || Says("context canceled")
                || Says("rpc error: code = Unavailable") || Says("Timestamp lag too large") || Says("fail to get shard leaders") => MilvusErrorKind.NotReady,
            // The deadline travels with a call, and can end while the server keeps the call in a queue.
            (65535, _) when Says("context done") || Says("context deadline exceeded") => MilvusErrorKind.TimedOut,
            // 2.3 has no code of its own for most of what is wrong in a request.
            (65535, _) when Says("invalid") || Says("cannot parse expression") || Says("out of range") || Says("not exist") || Says("should be")
                || Says("should divide") || Says("at most one distinct index") || Says("not a number") => MilvusErrorKind.InvalidRequest,
            _ => MilvusErrorKind.Other,
        };

        bool Says(string words) => reason.Contains(words, StringComparison.OrdinalIgnoreCase);
    }
}

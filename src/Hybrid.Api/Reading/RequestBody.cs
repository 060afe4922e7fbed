using System.Buffers;
using System.Globalization;
using Hybrid.Api.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Hybrid.Api.Reading;

/// <summary>The bytes of a request, as many as it may have.</summary>
internal static class RequestBody
{
    private const string Lines = "application/x-ndjson";

    /// <summary>What a body up to this takes of memory is not counted: the connection takes as much.</summary>
    private const int Small = 64 << 10;

    private static readonly object Key = new();

    /// <summary>The body that was read before the request's turn.</summary>
    public static ReadOnlyMemory<byte> Of(HttpContext http) => ((Given)http.Items[Key]!).Body;   // ! : the route says that it has one

    /// <summary>Whether it is lines of JSON.</summary>
    public static bool IsLines(HttpContext http) => ((Given)http.Items[Key]!).IsLines;   // ! : likewise

    /// <summary>How much memory reading the body may take that counts, by what it says that it has; 0 where it does not say: then it counts as it
    /// comes.</summary>
    /// <exception cref="RefusedException">It is of a type that the route does not take, or too large.</exception>
    public static long SizeOf(HttpRequest request, BodyKind kind, HybridApiOptions limits)
    {
        // It would be read as it is, and called no UTF-8.
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } packed && !packed.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw ProblemKind.BadMediaType.Refuse($"The body is packed by {Catalog.PlainText.Brief(packed)}, which is not read.", "Send it unpacked.",
                "Content-Encoding", packed);
        }
        if (!IsJson(request) && !(kind == BodyKind.Rows && IsLines(request)))
            throw WrongType(request, kind == BodyKind.Rows ? $"{Json.MediaType} or {Lines}" : Json.MediaType);
        int most = MostOf(kind, limits);
        if (request.ContentLength > most)
            throw TooLarge(most, request.ContentLength);
        long size = request.ContentLength ?? 0;
        return size > Small ? size : 0;
    }

    /// <summary>Reads the body, for the route to find: nothing beyond the limit is read.</summary>
    /// <param name="count">Told of bytes that came and that <see cref="SizeOf"/> has not counted.</param>
    /// <exception cref="RefusedException">It is too large.</exception>
    public static async Task ReadAsync(HttpContext http, BodyKind kind, HybridApiOptions limits, Action<long> count, CancellationToken cancellationToken) =>
        http.Items[Key] = new Given(await ReadAsync(http.Request, MostOf(kind, limits), count, cancellationToken), IsLines(http.Request));

    private static int MostOf(BodyKind kind, HybridApiOptions limits) => kind == BodyKind.Query ? limits.MaxQueryBytes : limits.MaxBodyBytes;

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int mostBytes, Action<long> count, CancellationToken cancellationToken)
    {
        // The server's own limit may be lower than what a call may have.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = mostBytes;
        // It grows with what comes, not with what is said to come.
        var body = new ArrayBufferWriter<byte>((int)Math.Min(request.ContentLength ?? 4_096, Small) + 1);
        while (true)
        {
            int read = await ReadAsync(request.Body, body.GetMemory(1_024), cancellationToken);
            if (read == 0)
                return body.WrittenMemory;
            body.Advance(read);
            if (body.WrittenCount > mostBytes)
                throw TooLarge(mostBytes, null);
            if (request.ContentLength is null && body.WrittenCount > Small)
                count(read);
        }
    }

    private static async ValueTask<int> ReadAsync(Stream body, Memory<byte> into, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(into, cancellationToken);
        }
        catch (IOException cut) when (cut is not BadHttpRequestException)
        {
            // The connection ended within it, or the length of a chunk is none that a number holds: the server tells both so.
            throw ProblemKind.BadRequest.Refuse($"The body cannot be read: {cut.Message}", "Send the request again, whole.");
        }
    }

    private static bool IsLines(HttpRequest request) => TypeOf(request) is Lines or "application/ndjson" or "application/jsonl" or "application/jsonlines";

    private static bool IsJson(HttpRequest request) => TypeOf(request) is Json.MediaType;

    private static string? TypeOf(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
        && (!type.Charset.HasValue || type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            ? type.MediaType.Value?.ToLowerInvariant()
            : null;

    // A page of another site can send other types without asking the browser's leave.
    private static RefusedException WrongType(HttpRequest request, string right) => ProblemKind.BadMediaType.Refuse(
        request.ContentType is { } type ? $"The body's type is {Catalog.PlainText.Brief(type)}." : "The body has no type.",
        $"Send it in UTF-8 with the header Content-Type: {right} (curl: --json, or -H).", "Content-Type", request.ContentType);

    private static RefusedException TooLarge(int mostBytes, long? length) => ProblemKind.TooLarge.Refuse(
        string.Create(CultureInfo.InvariantCulture, $"The body has {(length is null ? "" : $"{length} bytes, ")}more than the {mostBytes} that it may have."),
        "Send it in smaller parts.", "Content-Length", length?.ToString(CultureInfo.InvariantCulture));

    private sealed record Given(ReadOnlyMemory<byte> Body, bool IsLines);
}

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

    /// <summary>The body of a request whose type is JSON.</summary>
    /// <exception cref="RefusedException">It is of another type, or too large: nothing beyond the limit is read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadJsonAsync(HttpRequest request, int mostBytes, CancellationToken cancellationToken)
    {
        if (!IsJson(request))
            throw WrongType(request, Json.MediaType);
        return await ReadAsync(request, mostBytes, cancellationToken);
    }

    /// <summary>The body of a request whose type is JSON, or JSON lines.</summary>
    /// <inheritdoc cref="ReadJsonAsync"/>
    public static async Task<(ReadOnlyMemory<byte> Body, bool IsLines)> ReadRowsAsync(HttpRequest request, int mostBytes, CancellationToken cancellationToken)
    {
        bool isLines = TypeOf(request) is Lines or "application/ndjson" or "application/jsonl" or "application/jsonlines";
        if (!isLines && !IsJson(request))
            throw WrongType(request, $"{Json.MediaType} or {Lines}");
        return (await ReadAsync(request, mostBytes, cancellationToken), isLines);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int mostBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > mostBytes)
            throw TooLarge(mostBytes, request.ContentLength);
        // The server's own limit may be lower than what a call may have.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = mostBytes;
        var body = new ArrayBufferWriter<byte>((int)(request.ContentLength ?? 4_096) + 1);
        while (true)
        {
            int read = await request.Body.ReadAsync(body.GetMemory(1_024), cancellationToken);
            if (read == 0)
                return body.WrittenMemory;
            body.Advance(read);
            if (body.WrittenCount > mostBytes)
                throw TooLarge(mostBytes, null);
        }
    }

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
}

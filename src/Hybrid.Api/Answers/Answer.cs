using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Answers;

/// <summary>What a route answers.</summary>
/// <param name="Body">Written as JSON; null: nothing is written.</param>
internal sealed record Answer(object? Body, int Status = StatusCodes.Status200OK)
{
    public string? Location { get; init; }

    public string? ETag { get; init; }

    /// <summary>What type the body is written as, where that is not JSON.</summary>
    public string ContentType { get; init; } = Json.MediaType;

    /// <summary>The body as it is sent; null where there is none, or before <see cref="Serialized"/>.</summary>
    public byte[]? Bytes { get; private init; }

    /// <summary>The same, ready to be sent.</summary>
    public Answer Serialized() => Bytes is not null || Body is not { } body ? this
        : this with { Bytes = JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Json.Options) };
}

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
}

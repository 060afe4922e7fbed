using System.Text.Json.Serialization;
using Hybrid.Api.Reading;

namespace Hybrid.Api.Messages;

/// <summary>What is to C as B is to A?</summary>
public sealed record AnalogyRequest
{
    [JsonConverter(typeof(IdConverter))]
    public string? A { get; init; }

    [JsonConverter(typeof(IdConverter))]
    public string? B { get; init; }

    [JsonConverter(typeof(IdConverter))]
    public string? C { get; init; }

    /// <summary>How many items to return, 10 by default.</summary>
    public int Count { get; init; } = 10;
}

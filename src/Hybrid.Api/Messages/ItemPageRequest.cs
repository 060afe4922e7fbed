using System.Text.Json.Serialization;
using Hybrid.Api.Reading;

namespace Hybrid.Api.Messages;

/// <summary>Which items to list.</summary>
public sealed record ItemPageRequest
{
    /// <summary>How many, 100 by default.</summary>
    public int Count { get; init; } = 100;

    /// <summary>The next of the page before; by default the first page.</summary>
    public string? Cursor { get; init; }

    /// <summary>Only this item: for ids that an address cannot hold.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? Id { get; init; }
}

using System.Text.Json.Serialization;

namespace Hybrid.Api.Answers;

/// <summary>Why a request was not answered, as RFC 9457 has it: application/problem+json.</summary>
public sealed record Problem
{
    /// <summary>Its kind, "urn:hybrid:unknown-field"; what a program goes by.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in words, the same for all of a kind.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong here.</summary>
    public required string Detail { get; init; }

    /// <summary>The field, parameter or header that is at fault; absent where it is none.</summary>
    public string? Field { get; init; }

    /// <summary>What stood there, cut to 60 characters.</summary>
    public string? Value { get; init; }

    /// <summary>What to do next.</summary>
    public required string WhatToDo { get; init; }

    /// <summary>By which the server's log names this request; absent in a row of an answer.</summary>
    public string? TraceId { get; init; }

    /// <summary>When to come again, as the header Retry-After has it; null: no sooner than something has changed.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }
}

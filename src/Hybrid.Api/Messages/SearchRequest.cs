using Hybrid.Api.Answers;
using Hybrid.Api.Reading;

namespace Hybrid.Api.Messages;

/// <summary>What to search for.</summary>
public sealed record SearchRequest : NarrowedRequest
{
    /// <summary>What the items are to mean, in words.</summary>
    public string? Text { get; init; }

    /// <exception cref="RefusedException">A value cannot be meant.</exception>
    internal SearchQuery Read(HybridApiOptions limits) => Narrow(new() { Text = FieldValues.Text("text", Text, limits.MaxTextLength) }, limits);
}

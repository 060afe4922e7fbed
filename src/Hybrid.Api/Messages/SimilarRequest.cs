using Hybrid.Api.Answers;
using Hybrid.Catalog;

namespace Hybrid.Api.Messages;

/// <summary>How the items that are like one are narrowed down; the item itself stands in the address.</summary>
public sealed record SimilarRequest : NarrowedRequest
{
    /// <exception cref="RefusedException">A value cannot be meant.</exception>
    internal SearchQuery Read(ItemId item, HybridApiOptions limits) => Narrow(new() { Item = item }, limits);
}

namespace Hybrid.Api.Messages;

/// <summary>Items, by id.</summary>
/// <param name="Next">What to give as cursor for the items behind these; absent after the last.</param>
public sealed record ItemPage(IReadOnlyList<ItemBody> Items, string? Next);

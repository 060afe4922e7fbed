namespace Hybrid.Records;

/// <summary>An event on what a user was shown as a list of both collections.</summary>
/// <param name="Items">The ids of the list's items, best first, as JSON.</param>
/// <param name="Teams">For each of them 'o' or 'n': which collection has put it in.</param>
internal sealed record InterleavedEvent(string User, string Item, string Kind, string Items, string Teams);

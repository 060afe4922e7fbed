namespace Hybrid.Records;

/// <summary>A collection that is about to be made: what is left of it where that was cut short is found by this.</summary>
/// <param name="Store">The name of the store.</param>
/// <param name="Space">The hash of its space.</param>
/// <param name="There">The collections that were there before.</param>
internal sealed record CollectionIntent(string Store, string Space, IReadOnlyList<string> There);

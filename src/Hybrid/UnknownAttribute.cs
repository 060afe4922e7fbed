namespace Hybrid;

/// <summary>An attribute that a filter or a grouping names and no item has.</summary>
/// <param name="Name">As it was named.</param>
/// <param name="Nearest">The name that is most like it, of those that items have; null where none is like it.</param>
public readonly record struct UnknownAttribute(string Name, string? Nearest)
{
    /// <summary>A sentence for people.</summary>
    public override string ToString() =>
        Nearest is null ? $"No item has an attribute '{Name}'." : $"No item has an attribute '{Name}'. Did you mean '{Nearest}'?";
}

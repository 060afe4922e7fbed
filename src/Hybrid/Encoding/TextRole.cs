namespace Hybrid.Encoding;

/// <summary>
/// What a text is for; some models put another prefix before each (<see cref="ModelManifest.QueryPrefix"/>, <see cref="ModelManifest.PassagePrefix"/>).
/// </summary>
public enum TextRole
{
    /// <summary>What a user is looking for.</summary>
    Query,

    /// <summary>What can be found: an item.</summary>
    Passage,
}

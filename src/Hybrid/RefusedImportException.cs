namespace Hybrid;

/// <summary>What was to be imported would cost what is there; nothing was changed.</summary>
/// <param name="removesItems">Whether the files lack too many of the items that are there; otherwise too many of their rows cannot be used.</param>
public sealed class RefusedImportException(string what, bool removesItems)
    : Exception($"{what}. {(removesItems
        ? $"To add and update only, set {nameof(ImportRequest)}.{nameof(ImportRequest.Merge)}; to have them removed, {nameof(ImportRequest.Replace)}"
        : $"Mend the file, or set {nameof(ImportRequest)}.{nameof(ImportRequest.AcceptsRejects)} to import the rest")}.")
{
    /// <summary>What is wrong, for whoever says in words of their own what to do.</summary>
    public string What { get; } = what;

    public bool RemovesItems { get; } = removesItems;
}

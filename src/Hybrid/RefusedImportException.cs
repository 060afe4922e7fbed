namespace Hybrid;

/// <summary>So many rows of an import cannot be used that it is not taken for a replacement of what there is; nothing was changed.</summary>
/// <param name="what">What is wrong, without a full stop.</param>
public sealed class RefusedImportException(string what)
    : Exception($"{what}. Mend the file, or set {nameof(ImportRequest)}.{nameof(ImportRequest.AcceptsRejects)} to import the rest.")
{
    /// <summary>What is wrong, for whoever says in words of their own what to do.</summary>
    public string What { get; } = what;
}

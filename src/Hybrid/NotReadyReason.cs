namespace Hybrid;

/// <summary>What has to be done first.</summary>
public enum NotReadyReason
{
    /// <summary>There are no items.</summary>
    NoItems,

    /// <summary>The engine has a collection and no records, and was asked for what is in those.</summary>
    NoRecords,

    /// <summary>There are no events.</summary>
    NoEvents,

    /// <summary>Nothing is trained.</summary>
    NotTrained,

    /// <summary>Nothing is indexed.</summary>
    NotIndexed,

    /// <summary>The item is there, but the index does not have it yet.</summary>
    ItemNotIndexed,

    /// <summary>The source of recommendations that was named is not fitted.</summary>
    SourceNotFitted,

    /// <summary>What is indexed is in another vector space than the engine's encoder and template make.</summary>
    OtherSpace,
}

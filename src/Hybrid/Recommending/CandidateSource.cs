namespace Hybrid.Recommending;

/// <summary>Where a recommended item was found.</summary>
[Flags]
public enum CandidateSource
{
    None = 0,

    /// <summary>Its text is close to the query, or to the texts of the history.</summary>
    Text = 1,

    /// <summary>Shoppers with such a history went on to it.</summary>
    Behavior = 2,

    /// <summary>Many shoppers took it; used where nothing is known of this one.</summary>
    Popularity = 4,
}

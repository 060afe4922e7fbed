namespace Hybrid.Recommending;

/// <summary>That one source proposed an item, how strongly, and how early.</summary>
/// <param name="Name">"text", "behavior", "popularity".</param>
/// <param name="Score">The source's own, higher is closer: a cosine for text and behaviour, 0 for popularity.</param>
/// <param name="Rank">The item's place among what the source proposed, from 1.</param>
public readonly record struct CandidateSource(string Name, float Score, int Rank)
{
    /// <summary>Its text is close to the query, or to the texts of the history.</summary>
    public const string Text = "text";

    /// <summary>Shoppers with such a history went on to it.</summary>
    public const string Behavior = "behavior";

    /// <summary>Many events are on it; used where nothing is known of the user.</summary>
    public const string Popularity = "popularity";
}

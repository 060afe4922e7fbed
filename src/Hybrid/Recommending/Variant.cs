namespace Hybrid.Recommending;

/// <summary>Which of two systems that share the traffic: the two collections of a migration.</summary>
public enum Variant
{
    /// <summary>The one that was there.</summary>
    Old,

    /// <summary>The one that takes its place.</summary>
    New,
}

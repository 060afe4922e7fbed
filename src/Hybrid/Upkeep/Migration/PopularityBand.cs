namespace Hybrid.Upkeep.Migration;

/// <summary>How much an item is asked for, in four bands.</summary>
internal static class PopularityBand
{
    /// <summary>The bands: their names, and the least and the most that is known of an item.</summary>
    public static readonly (string Name, int Least, int Most)[] All = [("cold", 0, 0), ("tail", 1, 5), ("mid", 6, 50), ("head", 51, int.MaxValue)];

    public static string Of(long count) => All.First(band => count <= band.Most).Name;
}

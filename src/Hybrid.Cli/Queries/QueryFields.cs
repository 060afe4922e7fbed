using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Cli.Queries;

/// <summary>Values of a query, from the command line or a line of a batch, as the library wants them.</summary>
/// <remarks>What cannot be meant is refused in the words of the field, so that no exception of the library's arguments is ever a user's mistake.</remarks>
internal static class QueryFields
{
    /// <exception cref="UsageException">It is blank.</exception>
    public static string Text(string text) =>
        string.IsNullOrWhiteSpace(text) ? throw new UsageException("text is blank: give some words to search for.") : text;

    /// <exception cref="UsageException">It is no id.</exception>
    public static ItemId Item(string field, string value) => Id<ItemId>(field, value);

    /// <summary>An item or a user.</summary>
    /// <exception cref="UsageException">It is no id.</exception>
    public static T Id<T>(string field, string value)
        where T : struct, IParsable<T>
    {
        try
        {
            return T.Parse(value, null);
        }
        catch (ArgumentException refused)
        {
            // Without the parameter's name, which .NET appends.
            throw new UsageException($"{field}: {Failures.ReasonOf(refused)}");
        }
    }

    /// <exception cref="UsageException">It is out of range.</exception>
    public static int Count(int count, int most) => count >= 1 && count <= most ? count : throw new UsageException($"count takes 1 to {most}, not {count}.");

    /// <exception cref="UsageException">It is out of range.</exception>
    public static int? Probes(int? probes) => probes is < 1 ? throw new UsageException($"probes takes 1 or more, not {probes}.") : probes;

    /// <exception cref="UsageException">One is no id.</exception>
    public static ItemId[]? Exclude(IReadOnlyList<string>? ids) => ids is null ? null : [.. ids.Select(id => Item("exclude", id))];

    /// <exception cref="UsageException">It is out of range.</exception>
    public static int Offset(int offset, int count, int most) => offset >= 0 && offset <= most - count
        ? offset
        : throw new UsageException($"offset takes 0 to {most - count} with a count of {count}, since a search reaches the first {most} items; not {offset}.");

    /// <exception cref="UsageException">It is out of range.</exception>
    public static float? MinScore(float? score) => score is null or (>= -1 and <= 1)
        ? score
        : throw new UsageException($"min_score takes -1 to 1, not {score}: a score is a cosine.");

    /// <exception cref="UsageException">It is blank.</exception>
    public static string? Segment(string? segment) => segment is not null && string.IsNullOrWhiteSpace(segment)
        ? throw new UsageException("segment is blank: name one, or leave it out.")
        : segment;

    /// <exception cref="FilterException">It is malformed.</exception>
    public static Filter? Filter(string? filter) => filter is null ? null : Indexing.Filter.Parse(filter);
}

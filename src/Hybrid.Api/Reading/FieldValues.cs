using System.Globalization;
using Hybrid.Api.Answers;
using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Api.Reading;

/// <summary>Values of fields as the library wants them; what is out of range is refused in the words of the field, before it costs anything.</summary>
internal static class FieldValues
{
    /// <summary>An item or a user.</summary>
    /// <exception cref="RefusedException">It is no id.</exception>
    public static T Id<T>(string field, string value)
        where T : struct, IParsable<T>
    {
        try
        {
            return T.Parse(value, null);
        }
        catch (ArgumentException refused)
        {
            throw NotAnId(field, value, refused);
        }
    }

    /// <summary>The id of something that has no type of its own: a session, a request, an event.</summary>
    /// <exception cref="RefusedException">It is no id.</exception>
    public static string? IdText(string field, string? value)
    {
        try
        {
            return value is null ? null : Catalog.IdText.Require(value, $"{(field == "id" ? "an event" : "a " + field)} id");
        }
        catch (ArgumentException refused)
        {
            throw NotAnId(field, value!, refused);   // ! : null is none that is refused
        }
    }

    /// <exception cref="RefusedException">There are too many, or one is no id.</exception>
    public static ItemId[]? Ids(string field, IReadOnlyList<string>? ids, int most) => ids is null ? null
        : ids.Count > most ? throw TooMany(field, ids.Count, most, "ids")
        : [.. ids.Select(id => Id<ItemId>(field, id))];

    /// <exception cref="RefusedException">It is out of range.</exception>
    public static int Whole(string field, int value, int least, int most) => value >= least && value <= most ? value
        : throw ProblemKind.BadValue.Refuse(string.Create(CultureInfo.InvariantCulture, $"{field} takes {least} to {most}, not {value}."),
            "Send a number in this range, or leave the field out.", field, value.ToString(CultureInfo.InvariantCulture));

    /// <exception cref="RefusedException">It is out of range.</exception>
    public static float? Score(string field, float? value) => value is null or (>= -1 and <= 1) ? value
        : throw ProblemKind.BadValue.Refuse($"{field} takes -1 to 1: a score is a cosine.", "Send a number in this range, or leave the field out.", field,
            value.Value.ToString(CultureInfo.InvariantCulture));

    /// <exception cref="RefusedException">It is blank, or too long.</exception>
    public static string Text(string field, string? value, int mostLength)
    {
        if (string.IsNullOrWhiteSpace(value))
            throw ProblemKind.BadValue.Refuse($"{field} is {(value is null ? "missing" : "blank")}.", "Give some words.", field, value);
        return value.Length <= mostLength ? value : throw TooLong(field, value, mostLength);
    }

    /// <exception cref="RefusedException">It is too long.</exception>
    /// <exception cref="FilterException">It is malformed.</exception>
    public static Filter? Filter(string? filter, int mostLength) => filter is null ? null
        : filter.Length > mostLength ? throw TooLong("filter", filter, mostLength)
        : Indexing.Filter.Parse(filter);

    /// <exception cref="RefusedException">It is out of range.</exception>
    public static int? Probes(int? probes) => probes is null ? null : Whole("probes", probes.Value, 1, 65_536);

    public static RefusedException TooMany(string field, int count, int most, string what) => ProblemKind.TooLarge.Refuse(
        string.Create(CultureInfo.InvariantCulture, $"{field} has {count} {what}, and {most} is the most."), "Send fewer at a time.", field,
        count.ToString(CultureInfo.InvariantCulture));

    // Without the parameter's name, which .NET appends.
    private static RefusedException NotAnId(string field, string value, ArgumentException refused) => ProblemKind.BadValue.Refuse(
        refused.Message.Split(" (Parameter", 2)[0], "Send an id of 1 to 100 bytes of UTF-8, without control characters.", field, value);

    private static RefusedException TooLong(string field, string value, int most) => ProblemKind.TooLarge.Refuse(
        string.Create(CultureInfo.InvariantCulture, $"{field} has {value.Length} characters, and {most} is the most."), "Shorten it.", field, value);
}

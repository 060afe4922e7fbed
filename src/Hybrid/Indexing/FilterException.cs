using Hybrid.Catalog;
using Hybrid.Indexing.Filters;

namespace Hybrid.Indexing;

/// <summary>A filter expression that cannot be understood; the message shows the place.</summary>
/// <remarks>The message has three lines: the reason, the expression around the place, and a ^ under it. Nothing in it can steer a terminal.</remarks>
public sealed class FilterException(string expression, int column, string reason)
    : FormatException($"Malformed filter at column {column}: {PlainText.Of(reason)}{Environment.NewLine}  {Excerpt(expression, column)}")
{
    private const int Context = 40;

    /// <summary>Where in the expression, in chars from 1; one behind the last char when something is missing at the end.</summary>
    public int Column { get; } = column;

    private static string Excerpt(string expression, int column)
    {
        int place = Math.Clamp(column - 1, 0, expression.Length);
        int from = Math.Max(0, place - Context);
        int to = Math.Min(expression.Length, place + Context);
        // No half of a surrogate pair at either end.
        if (from > 0 && char.IsSurrogatePair(expression, from - 1))
            from--;
        if (to < expression.Length && char.IsSurrogatePair(expression, to - 1))
            to++;
        string before = PlainText.Of(expression[from..place]);
        return before + PlainText.Of(expression[place..to]) + Environment.NewLine + "  " + new string(' ', before.EnumerateRunes().Sum(FilterText.Width)) + "^";
    }
}

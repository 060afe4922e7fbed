namespace Hybrid.Indexing;

/// <summary>A filter expression that cannot be understood; the message shows the place.</summary>
public sealed class FilterException(string expression, int column, string reason)
    : FormatException($"Malformed filter at column {column}: {reason}{Environment.NewLine}  {Excerpt(expression, column)}")
{
    private const int Context = 40;

    /// <summary>Where in the expression, from 1; one behind the last character when something is missing at the end.</summary>
    public int Column { get; } = column;

    private static string Excerpt(string expression, int column)
    {
        int from = Math.Max(0, column - 1 - Context);
        int to = Math.Min(expression.Length, column - 1 + Context);
        string shown = string.Concat(expression[from..to].Select(c => char.IsControl(c) ? ' ' : c));
        return shown + Environment.NewLine + "  " + new string(' ', column - 1 - from) + "^";
    }
}

using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A piece of an expression.</summary>
/// <param name="Kind">Word, Number, Text, Symbol or End.</param>
/// <param name="Value">As it means: a text without its quotes and escapes.</param>
/// <param name="Column">Where it begins, from 1.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Value, int Column)
{
    /// <summary>Characters of a token in a message.</summary>
    public const int MostShown = 20;

    /// <summary>As a message shows it, shortened.</summary>
    public override string ToString()
    {
        if (Kind == FilterTokenKind.End)
            return "the end";
        string shown = PlainText.Shorten(Value, MostShown);
        if (Kind != FilterTokenKind.Text)
            return $"'{shown}'";
        var quoted = new StringBuilder();
        FilterText.Quote(quoted, shown);
        return quoted.ToString();
    }
}

internal enum FilterTokenKind
{
    Word,
    Number,
    Text,
    Symbol,
    End,
}

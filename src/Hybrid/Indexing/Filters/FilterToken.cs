namespace Hybrid.Indexing.Filters;

/// <summary>A piece of an expression.</summary>
/// <param name="Kind">Word, Number, Text, Symbol or End.</param>
/// <param name="Value">As it means: a text without its quotes and escapes.</param>
/// <param name="Column">Where it begins, from 1.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Value, int Column)
{
    public override string ToString() => Kind switch
    {
        FilterTokenKind.End => "the end",
        FilterTokenKind.Text => FilterText.Quote(Value.Length > 20 ? Value[..20] + "…" : Value),
        _ => $"'{Value}'",
    };
}

internal enum FilterTokenKind
{
    Word,
    Number,
    Text,
    Symbol,
    End,
}

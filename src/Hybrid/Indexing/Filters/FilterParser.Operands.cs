using System.Globalization;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

internal sealed partial class FilterParser
{
    // A calculation is read and evaluated on the thread's stack, unlike conditions.
    private const int MaxCalculationDepth = 25;

    private const string Length = "array_length";
    private static readonly string[] Sums = ["+", "-"], Products = ["*", "/", "%"];

    private Operand ParseSum(int depth) => ParseSteps(ParseProduct, Sums, depth);

    private Operand ParseProduct(int depth) => ParseSteps(ParseOperand, Products, depth);

    /// <summary>Operands of one rank with operators between them.</summary>
    private Operand ParseSteps(Func<int, Operand> parse, string[] operators, int depth)
    {
        Operand first = parse(depth);
        List<(char, NumberNode)>? steps = null;
        while (Current.Kind == FilterTokenKind.Symbol && operators.Contains(Current.Value))
        {
            char step = Current.Value[0];
            _next++;
            Operand operand = parse(depth);
            NumberNode number = NumberOf(operand);
            if (step is '/' or '%' && number.Constant is 0)
                throw new FilterException(_expression, operand.Place.Column, "nothing can be divided by 0.");
            steps ??= [];
            steps.Add((step, number));
        }
        if (steps is null)
            return first;
        var calculation = new CalculationNode(NumberOf(first), [.. steps]);
        if (!calculation.IsConstant)
            return new Operand(first.Place, Number: calculation);
        return calculation.Constant is { } value
            ? new Operand(first.Place, Value: value)
            : throw new FilterException(_expression, first.Place.Column, "what is calculated here is no finite number.");
    }

    private Operand ParseOperand(int depth)
    {
        FilterToken place = Current;
        if (IsWord(place, Length) && IsCall())
        {
            _next++;
            var length = new LengthNode(ParseListField());
            Require(")");
            return new Operand(place, Number: length);
        }
        if (IsField(place))
            return new Operand(place, Field: ParseField());
        if (place is not { Kind: FilterTokenKind.Symbol, Value: "(" })
            return new Operand(place, Value: ParseLiteral());
        if (depth == MaxCalculationDepth)
            throw TooDeep(_tokens[_next + 1], "a calculation", MaxCalculationDepth);
        _next++;
        Operand inner = ParseSum(depth + 1);
        Require(")");
        return inner with { Place = place };
    }

    private AttributeValue ParseLiteral()
    {
        FilterToken token = Current;
        Count(token);
        bool negative = Take("-");
        if (!negative)
            Take("+");
        bool signed = Current != token;
        FilterToken value = Current;
        _next++;
        return value.Kind switch
        {
            FilterTokenKind.Number =>
                double.TryParse(value.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
                ? negative ? -number : number
                : throw new FilterException(_expression, value.Column, $"{value} is not a number."),
            FilterTokenKind.Text when !signed => ComposedText.Of(value.Value),
            FilterTokenKind.Word when !signed && IsWord(value, "true", "false") => IsWord(value, "true"),
            _ => throw ExpectedAt(value, "a value: a number, a text in quotes, true or false"),
        };
    }

    private NumberNode NumberOf(Operand operand) => operand switch
    {
        { Number: { } number } => number,
        { Value: { Kind: AttributeKind.Number } value } => new ConstantNode(value.Number),
        { Field: { Kind: null or AttributeKind.Number } field } => new FieldNumberNode(field),
        _ => throw new FilterException(_expression, operand.Place.Column, $"{operand.Place} is no number, and only numbers are calculated with."),
    };

    /// <summary>A bound on what a filter takes to keep and to match: names and values, each counted wherever it stands.</summary>
    private void Count(FilterToken term)
    {
        if (++_terms > MaxTerms)
        {
            throw new FilterException(_expression, term.Column,
                $"the expression has more than {MaxTerms} terms (fields and values). Any number of ids can be left out beside the filter, as exclude.");
        }
    }

    private bool IsCall() => _tokens[_next + 1] is { Kind: FilterTokenKind.Symbol, Value: "(" };

    private static ContainsKind? ContainsKindOf(FilterToken token) =>
        IsWord(token, "json_contains", "array_contains") ? ContainsKind.One
        : IsWord(token, "json_contains_any", "array_contains_any") ? ContainsKind.Any
        : IsWord(token, "json_contains_all", "array_contains_all") ? ContainsKind.All
        : null;

    private static bool IsField(FilterToken token) =>
        token.Kind == FilterTokenKind.Word && !IsWord(token, "true", "false", "and", "or", "not", "in", "like", "is", "null", "exists");

    private static bool IsComparison(FilterToken token) => token.Kind == FilterTokenKind.Symbol && token.Value is "==" or "!=" or "<" or "<=" or ">" or ">=";

    /// <summary>Whether it is one of these words, in either case.</summary>
    private static bool IsWord(FilterToken token, params ReadOnlySpan<string> words)
    {
        if (token.Kind != FilterTokenKind.Word)
            return false;
        foreach (string word in words)
        {
            if (string.Equals(token.Value, word, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private static string Mirror(string comparison) => comparison switch
    {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        _ => comparison,
    };

    private bool Take(params ReadOnlySpan<string> spellings)
    {
        if (!IsWord(Current, spellings) && !(Current.Kind == FilterTokenKind.Symbol && spellings.Contains(Current.Value)))
            return false;
        _next++;
        return true;
    }

    private void Require(string symbol)
    {
        if (!Take(symbol))
            throw Expected($"'{symbol}'");
    }

    private void RequireKind(FilterField field, AttributeValue value, FilterToken place)
    {
        if (field.Kind is { } kind && kind != value.Kind)
            throw Mismatch(field, place, $"{field.Name} is {NameOf(kind)}");
    }

    private FilterException Mismatch(FilterField field, FilterToken place, string why) =>
        new(_expression, place.Column, $"{why}, so it cannot be compared with {place} here ({field.Name}: {NameOf(field.Kind ?? AttributeKind.Text)}).");

    private static string NameOf(AttributeKind kind) => kind switch
    {
        AttributeKind.Number => "a number",
        AttributeKind.Boolean => "true or false",
        _ => "text",
    };

    private FilterException TooDeep(FilterToken place, string what, int most) => new(_expression, place.Column, $"{what} is nested more than {most} deep.");

    private FilterException Expected(string what) => ExpectedAt(Current, what);

    private FilterException ExpectedAt(FilterToken found, string what) => new(_expression, found.Column, $"expected {what}, found {found}.");

    private FilterException Unknown(FilterToken name)
    {
        IEnumerable<string> fields = FilterField.Known.Select(f => f.Name);
        string shown = PlainText.Shorten(name.Value, FilterToken.MostShown);
        string hint = NearestName.Find(name.Value, fields.Append(FilterField.Attributes)) is { } nearest
            ? $"Did you mean {nearest}?"
            : $"An attribute is written {FilterField.Attributes}[\"{shown}\"].";
        string all = $"{string.Join(", ", fields)}, {FilterField.Attributes}[\"name\"]";
        return new FilterException(_expression, name.Column, $"unknown field {name}. {hint} Fields: {all}.");
    }

    /// <summary>One side of a comparison, or a part of it: a field by itself, a value, or what is calculated from them.</summary>
    private sealed record Operand(FilterToken Place, FilterField? Field = null, AttributeValue? Value = null, NumberNode? Number = null);
}

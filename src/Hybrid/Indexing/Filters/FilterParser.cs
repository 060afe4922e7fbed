using System.Globalization;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>Recursive descent over the tokens of an expression.</summary>
internal sealed class FilterParser
{
    private const int MaxLength = 64 * 1024;
    private const int MaxDepth = 100;

    private readonly string _expression;
    private readonly List<FilterToken> _tokens;
    private int _next;
    private int _depth;

    public FilterParser(string expression)
    {
        if (expression.Length > MaxLength)
            throw new FilterException(expression, MaxLength + 1, $"the expression has {expression.Length} characters and {MaxLength} is the most.");
        _expression = expression;
        _tokens = FilterLexer.Read(expression);
    }

    private FilterToken Current => _tokens[_next];

    public FilterNode Parse()
    {
        FilterNode root = ParseOr();
        return Current.Kind == FilterTokenKind.End ? root : throw Expected("and, or, or the end");
    }

    private FilterNode ParseOr()
    {
        if (++_depth > MaxDepth)
            throw new FilterException(_expression, Current.Column, $"the expression is nested more than {MaxDepth} deep.");
        FilterNode left = ParseAnd();
        while (Take("or", "||"))
            left = new OrNode(left, ParseAnd());
        _depth--;
        return left;
    }

    private FilterNode ParseAnd()
    {
        FilterNode left = ParseNot();
        while (Take("and", "&&"))
            left = new AndNode(left, ParseNot());
        return left;
    }

    private FilterNode ParseNot()
    {
        int negations = 0;
        while (Take("not", "!"))
            negations++;
        FilterNode node = ParseCondition();
        return negations % 2 == 0 ? node : new NotNode(node);
    }

    private FilterNode ParseCondition()
    {
        if (Take("("))
        {
            FilterNode inner = ParseOr();
            Require(")");
            return inner;
        }
        if (Take("exists"))
        {
            FilterToken place = Current;
            FilterField attribute = ParseField();
            return attribute.Kind is null ? new ExistsNode(attribute) : throw new FilterException(_expression, place.Column, $"exists asks for an attribute, {FilterField.Attributes}[\"name\"].");
        }
        return IsField(Current) ? ParseFieldFirst() : ParseValueFirst();
    }

    private FilterNode ParseFieldFirst()
    {
        FilterField field = ParseField();
        if (Take("in"))
            return ParseMembership(field);
        if (Current.Value == "not" && _tokens[_next + 1].Value == "in" && Current.Kind == FilterTokenKind.Word)
        {
            _next += 2;
            return new NotNode(ParseMembership(field));
        }
        if (Take("like"))
        {
            FilterToken pattern = Current;
            if (pattern.Kind != FilterTokenKind.Text || field.Kind is AttributeKind.Number or AttributeKind.Boolean)
                throw field.Kind is AttributeKind.Number or AttributeKind.Boolean ? Mismatch(field, pattern, "like reads text") : Expected("a pattern in quotes, \"pre%\"");
            _next++;
            return new LikeNode(field, pattern.Value);
        }
        return ParseComparison(field) ?? throw Expected("==, !=, <, <=, >, >=, in, not in or like");
    }

    // 10 < price, and 10 < price <= 50.
    private FilterNode ParseValueFirst()
    {
        FilterToken first = Current;
        AttributeValue value = ParseValue();
        FilterToken comparison = Current;
        if (!IsComparison(comparison))
            throw Expected("a comparison");
        _next++;
        if (!IsField(Current))
            throw Expected("a field");
        FilterField field = ParseField();
        RequireKind(field, value, first);
        FilterNode left = new ComparisonNode(field, Mirror(comparison.Value), value);
        return ParseComparison(field) is { } right ? new AndNode(left, right) : left;
    }

    private ComparisonNode? ParseComparison(FilterField field)
    {
        FilterToken comparison = Current;
        if (!IsComparison(comparison))
            return null;
        _next++;
        FilterToken place = Current;
        AttributeValue value = ParseValue();
        RequireKind(field, value, place);
        if (value.Kind == AttributeKind.Boolean && comparison.Value is not ("==" or "!="))
            throw new FilterException(_expression, comparison.Column, "true and false compare with == and != only.");
        return new ComparisonNode(field, comparison.Value, value);
    }

    private MembershipNode ParseMembership(FilterField field)
    {
        Require("[");
        var values = new List<AttributeValue>();
        while (!Take("]"))
        {
            if (values.Count > 0)
                Require(",");
            FilterToken place = Current;
            values.Add(ParseValue());
            RequireKind(field, values[^1], place);
        }
        return new MembershipNode(field, values);
    }

    private FilterField ParseField()
    {
        FilterToken name = Current;
        if (!IsField(name))
            throw Expected("a field");
        _next++;
        if (name.Value == FilterField.Attributes)
        {
            Require("[");
            FilterToken attribute = Current;
            if (attribute.Kind != FilterTokenKind.Text)
                throw Expected("the attribute's name in quotes");
            _next++;
            Require("]");
            return FilterField.Attribute(attribute.Value);
        }
        return FilterField.Known.FirstOrDefault(f => f.Name == name.Value) ?? throw Unknown(name);
    }

    private AttributeValue ParseValue()
    {
        FilterToken token = Current;
        bool negative = Take("-");
        if (!negative)
            Take("+");
        bool signed = Current != token;
        FilterToken value = Current;
        _next++;
        return value.Kind switch
        {
            FilterTokenKind.Number => double.TryParse(value.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
                ? negative ? -number : number
                : throw new FilterException(_expression, value.Column, $"'{value.Value}' is not a number."),
            FilterTokenKind.Text when !signed => value.Value,
            FilterTokenKind.Word when !signed && value.Value is "true" or "True" => true,
            FilterTokenKind.Word when !signed && value.Value is "false" or "False" => false,
            _ => throw ExpectedAt(value, "a value: a number, a text in quotes, true or false"),
        };
    }

    private static bool IsField(FilterToken token) => token.Kind == FilterTokenKind.Word && token.Value is not ("true" or "false" or "True" or "False" or "and" or "or" or "not" or "in" or "like");

    private static bool IsComparison(FilterToken token) => token.Kind == FilterTokenKind.Symbol && token.Value is "==" or "!=" or "<" or "<=" or ">" or ">=";

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
        if (Current.Kind is not (FilterTokenKind.Word or FilterTokenKind.Symbol) || !spellings.Contains(Current.Value))
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

    private FilterException Expected(string what) => ExpectedAt(Current, what);

    private FilterException ExpectedAt(FilterToken found, string what) => new(_expression, found.Column, $"expected {what}, found {found}.");

    private FilterException Unknown(FilterToken name)
    {
        string fields = string.Join(", ", FilterField.Known.Select(f => f.Name));
        string? nearest = FilterField.Known.Select(f => f.Name).Append(FilterField.Attributes).FirstOrDefault(known => EditDistance(known, name.Value) <= 2);
        string hint = nearest is null ? $"An attribute is written {FilterField.Attributes}[\"{name.Value}\"]." : $"Did you mean {nearest}?";
        return new FilterException(_expression, name.Column, $"unknown field '{name.Value}'. {hint} Fields: {fields}, {FilterField.Attributes}[\"name\"].");
    }

    private static int EditDistance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}

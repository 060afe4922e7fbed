using System.Globalization;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>Reads the tokens of an expression, with a stack of its own: neither length nor depth takes the thread's.</summary>
internal sealed class FilterParser
{
    private const int MaxLength = 64 * 1024;
    private const int MaxDepth = 100;

    private readonly string _expression;
    private readonly List<FilterToken> _tokens;
    private int _next;

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
        var around = new Stack<Group>();
        var group = new Group(negated: false);
        while (true)
        {
            bool negated = false;
            while (Take("not", "!"))
                negated = !negated;
            if (Take("("))
            {
                if (around.Count == MaxDepth)
                    throw new FilterException(_expression, Current.Column, $"the expression is nested more than {MaxDepth} deep.");
                around.Push(group);
                group = new Group(negated);
                continue;
            }
            group.Add(Negate(ParseCondition(), negated));
            while (around.Count > 0 && Take(")"))
            {
                FilterNode inner = Negate(group.ToNode(), group.Negated);
                group = around.Pop();
                group.Add(inner);
            }
            if (Take("or", "||"))
                group.EndTerm();
            else if (around.Count == 0 && Current.Kind == FilterTokenKind.End)
                return group.ToNode();
            else if (!Take("and", "&&"))
                throw Expected(around.Count == 0 ? "and, or, or the end" : "')'");
        }
    }

    private static FilterNode Negate(FilterNode node, bool negated) => negated ? new NotNode(node) : node;

    private FilterNode ParseCondition()
    {
        if (Take("exists"))
        {
            FilterToken place = Current;
            FilterField attribute = ParseField();
            return attribute.Kind is null
                ? new ExistsNode(attribute)
                : throw new FilterException(_expression, place.Column, $"exists asks for an attribute, {FilterField.Attributes}[\"name\"].");
        }
        return IsField(Current) ? ParseFieldFirst() : ParseValueFirst();
    }

    private FilterNode ParseFieldFirst()
    {
        FilterField field = ParseField();
        if (Take("in"))
            return ParseMembership(field, negated: false);
        if (Current is { Kind: FilterTokenKind.Word, Value: "not" } && _tokens[_next + 1] is { Kind: FilterTokenKind.Word, Value: "in" })
        {
            _next += 2;
            return ParseMembership(field, negated: true);
        }
        if (Take("like"))
            return ParseLike(field);
        return ParseComparison(field) ?? throw Expected("==, !=, <, <=, >, >=, in, not in or like");
    }

    private LikeNode ParseLike(FilterField field)
    {
        FilterToken token = Current;
        if (field.Kind is AttributeKind.Number or AttributeKind.Boolean)
            throw Mismatch(field, token, "like reads text");
        if (token.Kind != FilterTokenKind.Text)
            throw Expected("a pattern in quotes, \"pre%\"");
        _next++;
        var pattern = new LikePattern(token.Value);
        return pattern.Singles <= LikePattern.MostSingles ? new LikeNode(field, pattern) : throw new FilterException(
            _expression, token.Column, $"the pattern has {pattern.Singles} _ among the letters between two %, and {LikePattern.MostSingles} is the most.");
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
        return ParseComparison(field) is { } right ? ChainNode.Of(all: true, [left, right]) : left;
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

    private MembershipNode ParseMembership(FilterField field, bool negated)
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
        return new MembershipNode(field, negated, values);
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
            FilterTokenKind.Number =>
                double.TryParse(value.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
                ? negative ? -number : number
                : throw new FilterException(_expression, value.Column, $"{value} is not a number."),
            FilterTokenKind.Text when !signed => value.Value,
            FilterTokenKind.Word when !signed && value.Value is "true" or "True" => true,
            FilterTokenKind.Word when !signed && value.Value is "false" or "False" => false,
            _ => throw ExpectedAt(value, "a value: a number, a text in quotes, true or false"),
        };
    }

    private static bool IsField(FilterToken token) =>
        token.Kind == FilterTokenKind.Word && token.Value is not ("true" or "false" or "True" or "False" or "and" or "or" or "not" or "in" or "like");

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
        IEnumerable<string> fields = FilterField.Known.Select(f => f.Name);
        string? nearest = fields.Append(FilterField.Attributes).FirstOrDefault(known => EditDistance(known, name.Value) <= 2);
        string hint = nearest is null
            ? $"An attribute is written {FilterField.Attributes}[\"{PlainText.Shorten(name.Value, FilterToken.MostShown)}\"]."
            : $"Did you mean {nearest}?";
        string all = $"{string.Join(", ", fields)}, {FilterField.Attributes}[\"name\"]";
        return new FilterException(_expression, name.Column, $"unknown field {name}. {hint} Fields: {all}.");
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

    /// <summary>What has been read of one pair of parentheses, or of all: terms joined by or, each of factors joined by and.</summary>
    private sealed class Group(bool negated)
    {
        private readonly List<FilterNode> _terms = [];
        private readonly List<FilterNode> _factors = [];

        public bool Negated => negated;

        public void Add(FilterNode factor) => _factors.Add(factor);

        public void EndTerm()
        {
            _terms.Add(ChainNode.Of(all: true, _factors));
            _factors.Clear();
        }

        public FilterNode ToNode()
        {
            EndTerm();
            return ChainNode.Of(all: false, _terms);
        }
    }
}

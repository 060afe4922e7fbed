using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>Reads the tokens of an expression, with a stack of its own: neither length nor depth takes the thread's.</summary>
internal sealed partial class FilterParser
{
    private const int MaxTerms = 250_000;
    private const int MaxDepth = 100;

    private readonly string _expression;
    private readonly List<FilterToken> _tokens;
    private readonly HashSet<int> _conditions;
    private readonly HashSet<string> _attributes = new(StringComparer.Ordinal);
    private int _next, _terms;

    public FilterParser(string expression)
    {
        _expression = expression;
        _tokens = FilterLexer.Read(expression);
        _conditions = FindConditions(_tokens);
    }

    /// <summary>The attributes that have been named.</summary>
    public IReadOnlyCollection<string> Attributes => _attributes;

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
            if (_conditions.Contains(_next))
            {
                if (around.Count == MaxDepth)
                    throw TooDeep(_tokens[_next + 1], "the expression", MaxDepth);
                _next++;
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

    /// <summary>The places of those '(' that hold a condition; the others hold a calculation, and a few may hold neither.</summary>
    private static HashSet<int> FindConditions(List<FilterToken> tokens)
    {
        var found = new HashSet<int>();
        var open = new Stack<int>();
        for (int i = 0; i < tokens.Count; i++)
        {
            FilterToken token = tokens[i];
            bool isLast = token.Kind == FilterTokenKind.End;   // what is still open ends here
            if (token is { Kind: FilterTokenKind.Symbol, Value: "(" })
            {
                open.Push(i);
            }
            else if (isLast || token is { Kind: FilterTokenKind.Symbol, Value: ")" })
            {
                while (open.TryPop(out int inner))
                {
                    if (found.Contains(inner) && open.TryPeek(out int outer))
                        found.Add(outer);
                    if (!isLast)
                        break;
                }
            }
            else if (open.TryPeek(out int around) && IsOfCondition(token))
            {
                found.Add(around);
            }
        }
        return found;
    }

    private static bool IsOfCondition(FilterToken token) =>
        IsComparison(token) || IsWord(token, "and", "or", "not", "in", "like", "is", "exists") || ContainsKindOf(token) is not null
        || token is { Kind: FilterTokenKind.Symbol, Value: "&&" or "||" or "!" };

    private FilterNode ParseCondition()
    {
        if (Take("exists"))
        {
            FilterToken place = Current;
            FilterField attribute = ParseField();
            return attribute.Kind is null
                ? new ExistsNode(attribute)
                : throw new FilterException(_expression, place.Column, $"exists asks for an attribute, {FilterField.Attributes}[\"name\"]; "
                    + $"of a field, write {attribute.Name} is not null.");
        }
        if (ContainsKindOf(Current) is { } kind && IsCall())
            return ParseContains(kind);
        Operand left = ParseSum(depth: 0);
        if (left.Field is { } field)
        {
            if (Take("in"))
                return ParseMembership(field, negated: false);
            if (Take("like"))
                return ParseLike(field);
            if (Take("is"))
                return ParseNull(field);
            if (IsWord(Current, "not") && IsWord(_tokens[_next + 1], "in"))
            {
                _next += 2;
                return ParseMembership(field, negated: true);
            }
            if (field.Kind == AttributeKind.Boolean && !IsComparison(Current))
                return new ComparisonNode(field, "==", true);
        }
        FilterNode? comparison = ParseComparison(left);
        return comparison ?? throw Expected(left.Field is null ? "a comparison" : "==, !=, <, <=, >, >=, in, not in, like or is null");
    }

    // price < 50, 10 < price, and 10 < price <= 50.
    private FilterNode? ParseComparison(Operand left)
    {
        FilterToken comparison = Current;
        if (!IsComparison(comparison))
            return null;
        _next++;
        Operand middle = ParseSum(depth: 0);
        FilterNode first = Compare(left, comparison, comparison.Value, middle);
        return left.Value is not null && ParseComparison(middle) is { } second ? ChainNode.Of(all: true, [first, second]) : first;
    }

    private FilterNode Compare(Operand left, FilterToken place, string comparison, Operand right)
    {
        if (left.Value is not null)
        {
            return right.Value is null
                ? Compare(right, place, Mirror(comparison), left)
                : throw ExpectedAt(right.Place, "a field");
        }
        if (left.Field is { } field && right.Value is { } value)
        {
            RequireKind(field, value, right.Place);
            return value.Kind != AttributeKind.Boolean || comparison is "==" or "!="
                ? new ComparisonNode(field, comparison, value)
                : throw new FilterException(_expression, place.Column, "true and false compare with == and != only.");
        }
        // Two attributes may be texts, and would never be equal as numbers: whoever means numbers says so, attributes["a"] + 0.
        if (left.Field is { Kind: not AttributeKind.Number } && right.Field is { Kind: not AttributeKind.Number })
            throw ExpectedAt(right.Place, "a value: a number, a text in quotes, true or false");
        return new NumberComparisonNode(NumberOf(left), comparison, NumberOf(right));
    }

    private LikeNode ParseLike(FilterField field)
    {
        FilterToken token = Current;
        if (field.Kind is AttributeKind.Number or AttributeKind.Boolean)
            throw Mismatch(field, token, "like reads text");
        if (token.Kind != FilterTokenKind.Text)
            throw Expected("a pattern in quotes, \"pre%\"");
        Count(token);
        _next++;
        var pattern = new LikePattern(ComposedText.Of(token.Value));
        return pattern.Singles <= LikePattern.MostSingles ? new LikeNode(field, pattern) : throw new FilterException(
            _expression, token.Column, $"the pattern has {pattern.Singles} _ among the letters between two %, and {LikePattern.MostSingles} is the most.");
    }

    private NullNode ParseNull(FilterField field)
    {
        bool negated = Take("not");
        return Take("null") ? new NullNode(field, negated) : throw Expected(negated ? "null" : "null or not null");
    }

    private MembershipNode ParseMembership(FilterField field, bool negated) =>
        new(field, negated, ParseList((value, place) => RequireKind(field, value, place)));

    // json_contains(attributes["tags"], "a"), json_contains_any(attributes["tags"], ["a", "b"]).
    private ContainsNode ParseContains(ContainsKind kind)
    {
        FilterToken function = Current;
        _next++;
        FilterField field = ParseListField();
        Require(",");
        Action<AttributeValue, FilterToken> require = (value, place) =>
        {
            if (field.IsCategory)
                RequireKind(field, value, place);
        };
        FilterToken first = Current;
        bool isList = first is { Kind: FilterTokenKind.Symbol, Value: "[" };
        if (isList != (kind != ContainsKind.One))
            throw Expected(isList ? $"one value; {function.Value}_any and {function.Value}_all take several" : "the values in [ ]");
        List<AttributeValue> values = isList ? ParseList(require) : [ParseLiteral()];
        if (!isList)
            require(values[0], first);
        Require(")");
        return new ContainsNode(field, kind, new ValueSet(values));
    }

    /// <summary>What stands behind a function's name: '(' and a field that can be a list.</summary>
    private FilterField ParseListField()
    {
        Require("(");
        FilterToken place = Current;
        FilterField field = ParseField();
        return field.Kind is null || field.IsCategory
            ? field
            : throw new FilterException(_expression, place.Column, $"{field.Name} is no list: an attribute may be one, and category.");
    }

    private List<AttributeValue> ParseList(Action<AttributeValue, FilterToken> require)
    {
        Require("[");
        var values = new List<AttributeValue>();
        while (!Take("]"))
        {
            if (values.Count > 0)
            {
                Require(",");
                if (Take("]"))   // Milvus, too, lets a list end with a comma
                    break;
            }
            FilterToken place = Current;
            values.Add(ParseLiteral());
            require(values[^1], place);
        }
        return values;
    }

    private FilterField ParseField()
    {
        FilterToken name = Current;
        if (!IsField(name))
            throw Expected("a field");
        Count(name);
        _next++;
        if (name.Value != FilterField.Attributes)
            return FilterField.Known.FirstOrDefault(f => f.Name == name.Value) ?? throw Unknown(name);
        // An object within an attribute is kept as attributes of longer names: attributes["a"]["b"] is attributes["a.b"].
        string path = ParseName();
        while (Current is { Kind: FilterTokenKind.Symbol, Value: "[" })
            path += '.' + ParseName();
        path = ComposedText.Of(path);
        _attributes.Add(path);
        return FilterField.Attribute(path);
    }

    private string ParseName()
    {
        Require("[");
        FilterToken name = Current;
        if (name.Kind != FilterTokenKind.Text)
            throw Expected("the attribute's name in quotes");
        _next++;
        Require("]");
        return name.Value;
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

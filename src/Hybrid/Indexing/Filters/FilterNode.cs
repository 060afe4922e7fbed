using System.Text.RegularExpressions;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A condition; its text is canonical, with every compound in parentheses.</summary>
internal abstract class FilterNode
{
    public abstract bool Matches(Item item);

    public abstract override string ToString();
}

internal sealed class AndNode(FilterNode left, FilterNode right) : FilterNode
{
    public override bool Matches(Item item) => left.Matches(item) && right.Matches(item);

    public override string ToString() => $"({left} and {right})";
}

internal sealed class OrNode(FilterNode left, FilterNode right) : FilterNode
{
    public override bool Matches(Item item) => left.Matches(item) || right.Matches(item);

    public override string ToString() => $"({left} or {right})";
}

internal sealed class NotNode(FilterNode operand) : FilterNode
{
    public override bool Matches(Item item) => !operand.Matches(item);

    public override string ToString() => $"(not ({operand}))";
}

internal sealed class ExistsNode(FilterField field) : FilterNode
{
    public override bool Matches(Item item) => field.Of(item) is not null;

    public override string ToString() => $"(exists {field})";
}

internal sealed class ComparisonNode(FilterField field, string comparison, AttributeValue value) : FilterNode
{
    public override bool Matches(Item item)
    {
        if (field.Of(item) is not { } actual || actual.Kind != value.Kind)
            return false;
        int order = actual.Kind switch
        {
            AttributeKind.Number => actual.Number.CompareTo(value.Number),
            AttributeKind.Boolean => actual.IsTrue.CompareTo(value.IsTrue),
            _ => string.CompareOrdinal(actual.Text, value.Text),
        };
        return comparison switch
        {
            "==" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    public override string ToString() => $"{field} {comparison} {FilterText.Write(value)}";
}

internal sealed class MembershipNode(FilterField field, IReadOnlyList<AttributeValue> values) : FilterNode
{
    private readonly HashSet<AttributeValue> _values = [.. values];

    public override bool Matches(Item item) => field.Of(item) is { } actual && _values.Contains(actual);

    public override string ToString() => $"{field} in [{string.Join(", ", values.Select(FilterText.Write))}]";
}

internal sealed class LikeNode : FilterNode
{
    private readonly FilterField _field;
    private readonly string _pattern;
    private readonly Regex _regex;

    public LikeNode(FilterField field, string pattern)
    {
        _field = field;
        _pattern = pattern;
        // \% and \_ stand for themselves. NonBacktracking: no pattern can make a match slow.
        string regex = Regex.Replace(pattern, @"\\[%_\\]|%|_|[^%_\\]+|\\", part => part.Value switch
        {
            "%" => ".*",
            "_" => ".",
            ['\\', '%' or '_' or '\\'] => Regex.Escape(part.Value[1..]),
            _ => Regex.Escape(part.Value),
        });
        _regex = new Regex($@"\A{regex}\z", RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    public override bool Matches(Item item) => _field.Of(item) is { Kind: AttributeKind.Text } actual && _regex.IsMatch(actual.Text);

    public override string ToString() => $"{_field} like {FilterText.Quote(_pattern)}";
}

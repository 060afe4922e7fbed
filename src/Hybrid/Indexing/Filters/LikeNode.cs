using System.Text.RegularExpressions;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A text that fits a pattern.</summary>
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

using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

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

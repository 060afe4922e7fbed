using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>Conditions joined by and, or by or: all of them, or any.</summary>
/// <remarks>A chain has no chain of its own kind within it, so that thousands of terms are one level for whoever walks the tree.</remarks>
internal sealed class ChainNode : FilterNode
{
    private readonly bool _all;
    private readonly FilterNode[] _operands;

    private ChainNode(bool all, FilterNode[] operands)
    {
        _all = all;
        _operands = operands;
    }

    /// <summary>True: joined by and; false: by or.</summary>
    public bool IsAll => _all;

    public IReadOnlyList<FilterNode> Operands => _operands;

    /// <param name="all">True: and; false: or.</param>
    /// <param name="operands">At least one; a single one is itself the result.</param>
    public static FilterNode Of(bool all, IReadOnlyList<FilterNode> operands) =>
        operands.Count == 1
            ? operands[0]
            : new ChainNode(all, [.. operands.SelectMany(o => o is ChainNode chain && chain._all == all ? chain._operands : [o])]);

    public override bool Matches(Item item)
    {
        foreach (FilterNode operand in _operands)
        {
            if (operand.Matches(item) != _all)
                return !_all;
        }
        return _all;
    }

    public override void Write(StringBuilder text)
    {
        for (int i = 0; i < _operands.Length; i++)
        {
            if (i > 0)
                text.Append(_all ? " and " : " or ");
            bool or = _all && _operands[i] is ChainNode;   // binds less than and, and so needs parentheses
            if (or)
                text.Append('(');
            _operands[i].Write(text);
            if (or)
                text.Append(')');
        }
    }
}

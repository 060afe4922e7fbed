using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>Operators of one rank in a row, from left to right: price * 1.2 / 3.</summary>
/// <remarks>A row, not a tree: however long it is, it is one level for whoever walks it.</remarks>
internal sealed class CalculationNode : NumberNode
{
    // For constants, which look at no item.
    private static readonly Item Nothing = new("-");

    private readonly NumberNode _first;
    private readonly (char Operator, NumberNode Operand)[] _steps;

    public CalculationNode(NumberNode first, (char Operator, NumberNode Operand)[] steps)
    {
        (_first, _steps) = (first, steps);
        IsConstant = first.Constant is not null && Array.TrueForAll(steps, step => step.Operand.Constant is not null);
        Constant = IsConstant ? Of(Nothing) : null;
    }

    /// <summary>Whether it is the same in every item; it may be no number then, 1e308 * 10.</summary>
    public bool IsConstant { get; }

    public override double? Constant { get; }

    public override double? Of(Item item)
    {
        if (_first.Of(item) is not { } result)
            return null;
        foreach ((char step, NumberNode operand) in _steps)
        {
            if (operand.Of(item) is not { } right)
                return null;
            result = Calculate(result, step, right);
        }
        return double.IsFinite(result) ? result : null;
    }

    public override void Write(StringBuilder text)
    {
        Write(text, _first);
        foreach ((char step, NumberNode operand) in _steps)
        {
            text.Append(' ').Append(step).Append(' ');
            Write(text, operand);
        }
    }

    // The remainder has the sign of what is divided, as in C, which Milvus is written in.
    private static double Calculate(double left, char step, double right) => step switch
    {
        '+' => left + right,
        '-' => left - right,
        '*' => left * right,
        '/' => left / right,
        _ => left % right,
    };

    // Those of * within + and - alone are left out: an expression's own text is nested no deeper than it is.
    private void Write(StringBuilder text, NumberNode operand)
    {
        bool parentheses = operand is CalculationNode inner && (!IsSum || inner.IsSum);
        if (parentheses)
            text.Append('(');
        operand.Write(text);
        if (parentheses)
            text.Append(')');
    }

    private bool IsSum => _steps[0].Operator is '+' or '-';
}

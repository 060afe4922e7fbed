using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>Something that is a number, or nothing, in each item.</summary>
internal abstract class NumberNode
{
    /// <summary>What it is in every item; null where that depends on the item.</summary>
    public virtual double? Constant => null;

    /// <summary>Finite; null where the item lacks what it needs, or where that is no number.</summary>
    public abstract double? Of(Item item);

    public abstract void Write(StringBuilder text);
}

internal sealed class ConstantNode(double number) : NumberNode
{
    public override double? Constant => number;

    public override double? Of(Item item) => number;

    public override void Write(StringBuilder text) => FilterText.Write(text, number);
}

internal sealed class FieldNumberNode(FilterField field) : NumberNode
{
    public override double? Of(Item item) => field.Of(item) is { Kind: AttributeKind.Number } value ? value.Number : null;

    public override void Write(StringBuilder text) => field.Write(text);
}

/// <summary>How many elements a list has, or a category parts.</summary>
internal sealed class LengthNode(FilterField field) : NumberNode
{
    public FilterField Field => @field;

    public override double? Of(Item item)
    {
        if (field.IsCategory)
            return item.Category is { } category ? category.AsSpan().Count(FilterField.CategorySeparator) + 1 : null;
        return field.Of(item) is { Kind: AttributeKind.List } list ? list.Elements.Count : null;
    }

    public override void Write(StringBuilder text)
    {
        text.Append("array_length(");
        field.Write(text);
        text.Append(')');
    }
}

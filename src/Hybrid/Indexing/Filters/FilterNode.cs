using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A condition; its text is canonical, with every compound in parentheses.</summary>
internal abstract class FilterNode
{
    public abstract bool Matches(Item item);

    public abstract override string ToString();
}

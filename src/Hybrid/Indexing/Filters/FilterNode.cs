using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A condition.</summary>
internal abstract class FilterNode
{
    public abstract bool Matches(Item item);

    /// <summary>Appends the canonical text, in time linear in it.</summary>
    public abstract void Write(StringBuilder text);
}

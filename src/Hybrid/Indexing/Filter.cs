using Hybrid.Catalog;
using Hybrid.Indexing.Filters;

namespace Hybrid.Indexing;

/// <summary>A condition on items: the boolean expressions of Milvus, parsed once.</summary>
/// <remarks>
/// <para>Fields: id, category, brand (text), price (number), in_stock (true/false), attributes["name"] (whatever it holds).</para>
/// <para>Conditions: == != &lt; &lt;= &gt; &gt;=, also chained (10 &lt; price &lt;= 50) or with the value first; in [...], not in [...]; like "pre%" (% any run, _ one
/// character, \% and \_ themselves); exists attributes["name"]. Joined by and, or, not (also &amp;&amp;, ||, !) and parentheses; not binds before and, and before or.</para>
/// <para>Missing values: a condition on a value that an item lacks is false, != too; not in is the negation of in, so it holds. An attribute of another kind than
/// the value it is compared with is like a missing one. Text orders by UTF-16 code unit; case counts.</para>
/// <para>Immutable; any number of threads.</para>
/// </remarks>
public sealed class Filter
{
    private readonly FilterNode _root;

    private Filter(FilterNode root) => _root = root;

    /// <summary>Parses an expression of at most 64 Ki characters, nested at most 100 deep.</summary>
    /// <exception cref="FilterException">The expression is malformed; the message says where and what was expected.</exception>
    public static Filter Parse(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new Filter(new FilterParser(expression).Parse());
    }

    /// <summary>Every item but these.</summary>
    public static Filter NotIn(IEnumerable<ItemId> items) =>
        new(new NotNode(new MembershipNode(FilterField.Id, [.. items.Select(item => (AttributeValue)item.Value)])));

    /// <summary>What matches both.</summary>
    public static Filter And(Filter left, Filter right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new Filter(new AndNode(left._root, right._root));
    }

    /// <remarks>Allocates nothing.</remarks>
    public bool Matches(Item item) => _root.Matches(item);

    /// <summary>The expression in a canonical form that Milvus reads and that parses back to an equal filter.</summary>
    public override string ToString() => _root.ToString();
}

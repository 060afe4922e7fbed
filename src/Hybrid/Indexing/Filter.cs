using System.Text;
using Hybrid.Catalog;
using Hybrid.Indexing.Filters;

namespace Hybrid.Indexing;

/// <summary>A condition on items: the boolean expressions of Milvus, parsed once.</summary>
/// <remarks>
/// <para>Fields: id, category, brand (text), price (number), in_stock (true/false), attributes["name"] (whatever it holds).</para>
/// <para>Conditions: == != &lt; &lt;= &gt; &gt;=, also chained (10 &lt; price &lt;= 50) or with the value first; in [...], not in [...];
/// like "pre%" (% any run, _ one character, that is one code point; \% and \_ themselves); exists attributes["name"]. Joined by and, or, not
/// (also &amp;&amp;, ||, !) and parentheses; not binds before and, and before or.</para>
/// <para>An attribute beside a text in quotes is compared by its own text, as it stood in the file, also where it is a number or true or false: a value that
/// was written 12.50 is == "12.50" and != "12.5". Beside a number, numbers are compared: the same value is == 12.5, and a text is then like a missing value.
/// True and false likewise. Text orders by its UTF-8 bytes; case counts.</para>
/// <para>Missing values: a condition on a value that an item lacks is false, != too; not in is the negation of in, so it holds.</para>
/// <para>Immutable; any number of threads.</para>
/// </remarks>
public sealed class Filter
{
    private readonly FilterNode _root;

    private Filter(FilterNode root) => _root = root;

    /// <summary>Parses an expression of at most 64 Ki characters, in which parentheses are nested at most 100 deep.</summary>
    /// <exception cref="FilterException">The expression is malformed; the message says where and what was expected.</exception>
    public static Filter Parse(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new Filter(new FilterParser(expression).Parse());
    }

    /// <summary>Every item but these, of which there may be any number: a match takes as long for one as for a million.</summary>
    public static Filter NotIn(IEnumerable<ItemId> items) =>
        new(new MembershipNode(FilterField.Id, negated: true, items.Select(item => (AttributeValue)item.Value)));

    /// <summary>What matches all of these.</summary>
    /// <param name="filters">At least one. Many are joined faster in one call than one by one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Filter And(params ReadOnlySpan<Filter> filters)
    {
        var roots = new FilterNode[filters.Length];
        for (int i = 0; i < roots.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(filters[i], nameof(filters));
            roots[i] = filters[i]._root;
        }
        return roots.Length > 0
            ? new Filter(ChainNode.Of(all: true, roots))
            : throw new ArgumentException("There is no filter to join; what matches every item is Filter.NotIn([]).", nameof(filters));
    }

    /// <summary>Whether the item fits.</summary>
    /// <remarks>
    /// Allocates nothing, but for the text of a number that is compared with a text. A condition takes constant time, like takes time linear in the text.
    /// </remarks>
    public bool Matches(Item item) => _root.Matches(item);

    /// <summary>The expression in a canonical form that Milvus reads.</summary>
    /// <remarks>Parses back to an equal filter where the limits of <see cref="Parse"/> let it. Takes time linear in its length.</remarks>
    public override string ToString()
    {
        var text = new StringBuilder();
        _root.Write(text);
        return text.ToString();
    }
}

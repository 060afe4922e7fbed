using System.Text;
using Hybrid.Catalog;
using Hybrid.Indexing.Filters;

namespace Hybrid.Indexing;

/// <summary>A condition on items: the boolean expressions of Milvus, parsed once.</summary>
/// <remarks>
/// <para>Fields: id, category, brand (text), price (number), in_stock (true/false; by itself: is true), attributes["name"] (whatever it holds;
/// attributes["a"]["b"] is attributes["a.b"]). Words, but not names, may be in either case.</para>
/// <para>Conditions: == != &lt; &lt;= &gt; &gt;=, also chained (10 &lt; price &lt;= 50) or with the value first; in [...], not in [...];
/// like "pre%" (% any run, _ one character, that is one code point; \% and \_ themselves); is null, is not null; exists attributes["name"]. Joined by and, or,
/// not (also &amp;&amp;, ||, !) and parentheses; not binds before and, and before or.</para>
/// <para>Lists (attributes, and category, whose parts stand between |): json_contains(list, value), json_contains_any(list, [...]),
/// json_contains_all(list, [...]), also array_contains…, and array_length(list). They are false on what is no list; a number in a list is no text. Elsewhere
/// a list is the text "a|b".</para>
/// <para>Numbers (price, attributes, array_length, constants) may be calculated: * / % bind before + and -, % has the sign of what is divided, division is
/// that of real numbers. What is no number, and a result that is not finite, is like a missing value.</para>
/// <para>An attribute beside a text in quotes is compared by its own text, as it stood in the file, also where it is a number or true or false: a value that
/// was written 12.50 is == "12.50" and != "12.5". Beside a number, numbers are compared: the same value is == 12.5, and a text is then like a missing value.
/// True and false likewise. Text orders by its UTF-8 bytes; case counts; é is é, whether as one character or as two.</para>
/// <para>Missing values: a condition on a value that an item lacks is false, != too, but for is null; not and not in are the plain negation, so they
/// hold.</para>
/// <para>Immutable; any number of threads.</para>
/// </remarks>
public sealed class Filter
{
    private readonly FilterNode _root;

    private Filter(FilterNode root, IReadOnlyCollection<string> attributes, string? expression = null, IReadOnlyList<Filter>? parts = null)
    {
        _root = root;
        Attributes = attributes;
        Expression = expression;
        Parts = parts ?? [this];
    }

    /// <summary>The names of the attributes that it asks for, each once: a name that no item has is a slip, more often than not.</summary>
    public IReadOnlyCollection<string> Attributes { get; }

    /// <summary>Parses an expression of at most 250,000 terms (each field and each value is one), with parentheses at most 100 deep, those of a calculation
    /// 25.</summary>
    /// <exception cref="FilterException">The expression is malformed; the message says where and what was expected.</exception>
    public static Filter Parse(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        var parser = new FilterParser(expression);
        FilterNode root = parser.Parse();
        return new Filter(root, parser.Attributes, expression);
    }

    /// <summary>Every item but these, of which there may be any number: a match takes as long for one as for a million.</summary>
    public static Filter NotIn(IEnumerable<ItemId> items) => new(new NotInIdsNode(items.ToHashSet()), []);

    /// <summary>What matches all of these.</summary>
    /// <param name="filters">At least one. Many are joined faster in one call than one by one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Filter And(params ReadOnlySpan<Filter> filters)
    {
        var roots = new FilterNode[filters.Length];
        var parts = new List<Filter>(filters.Length);
        var attributes = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < roots.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(filters[i], nameof(filters));
            roots[i] = filters[i]._root;
            attributes.UnionWith(filters[i].Attributes);
            parts.AddRange(filters[i].Parts);
        }
        return roots.Length > 0
            ? new Filter(ChainNode.Of(all: true, roots), attributes, parts: parts)
            : throw new ArgumentException("There is no filter to join; what matches every item is Filter.NotIn([]).", nameof(filters));
    }

    /// <summary>What it was parsed from; null where it was made otherwise.</summary>
    internal string? Expression { get; }

    /// <summary>The filters that all have to match, none of which was itself joined from others: itself alone, where it was not.</summary>
    internal IReadOnlyList<Filter> Parts { get; }

    /// <summary>For a store that says the condition in its own words.</summary>
    internal FilterNode Root => _root;

    /// <summary>Whether the item fits.</summary>
    /// <remarks>
    /// Allocates nothing, but for the text of a number or a list that is compared with a text, and for letters that are not composed. A condition takes
    /// constant time; like takes time linear in the text, and a list function in the list.
    /// </remarks>
    public bool Matches(Item item) => _root.Matches(item);

    /// <summary>The expression in a canonical form that Milvus reads, as far as it can: there, a category is no list, and a calculation has one
    /// operator.</summary>
    /// <remarks>Parses back to an equal filter where the limits of <see cref="Parse"/> let it. Takes time linear in its length.</remarks>
    public override string ToString()
    {
        var text = new StringBuilder();
        _root.Write(text);
        return text.ToString();
    }
}

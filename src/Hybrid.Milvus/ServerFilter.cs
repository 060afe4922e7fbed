using System.Globalization;
using System.Text;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Filters;
using Hybrid.Milvus.Client;

namespace Hybrid.Milvus;

/// <summary>A filter in the server's words, as far as these can say it.</summary>
/// <remarks>
/// <para>Servers differ from our language, and from each other: what is absent is null to one and a value to another, true is 1 to one, patterns reach
/// further in one than in the other, and only one calculates. So what is sent is made of the few forms that all of them read alike, on columns that
/// <see cref="RowSchema"/> keeps for it, and each form is true or false of every row, never null: then not, and, or mean what they mean here.</para>
/// <para>What cannot be said so (calculations, patterns with more than a beginning) is left out where that only lets more rows through, and the rows that
/// come back are looked at here.</para>
/// </remarks>
/// <param name="Text">Holds for every row that matches; empty: for all.</param>
/// <param name="IsExact">Whether it holds for no other row.</param>
internal readonly record struct ServerFilter(string Text, bool IsExact)
{
    /// <summary>Beyond it a list of values of an attribute is not sent: no server but the newest has "in" for JSON, and so it is one condition a
    /// value.</summary>
    private const int MostAlternatives = 1000;

    private static readonly ServerFilter Unknown = new("", false), Always = new("", true);

    public static ServerFilter Of(Filter? filter) => filter is null ? Always : Of(filter.Root);

    public static ServerFilter Of(FilterNode node) => node switch
    {
        ChainNode chain when chain.IsAll => All([.. chain.Operands.Select(Of)]),
        ChainNode chain => Any([.. chain.Operands.Select(Of)]),
        NotNode not => Negated(not.Operand),
        NotInIdsNode ids => new(Membership(RowSchema.Key, ids.Items.Select(item => item.Value), " not in "), true),
        NullNode absent => Exactly(absent.IsNegated ? Has(absent.Field) : Not(Has(absent.Field))),
        ExistsNode exists => Exactly(Has(exists.Field)),
        ComparisonNode comparison => Compare(comparison.Field, comparison.Comparison, comparison.Value),
        MembershipNode { IsNegated: true } membership => Of(membership) is { IsExact: true } exact ? Exactly(Not(exact.Text)) : Unknown,
        MembershipNode membership => Of(membership),
        ContainsNode contains => Contains(contains),
        LikeNode like => Like(like.Field, like.Pattern),
        NumberComparisonNode { Left: LengthNode length, Right.Constant: { } number } lengths => Exactly(Length(length.Field, lengths.Comparison, number)),
        _ => Unknown,
    };

    /// <summary>The negation of a node; where the node can only be said loosely, that says nothing of what does not match.</summary>
    private static ServerFilter Negated(FilterNode node) => node switch
    {
        NotNode not => Of(not.Operand),
        ChainNode chain when chain.IsAll => Any([.. chain.Operands.Select(Negated)]),
        ChainNode chain => All([.. chain.Operands.Select(Negated)]),
        _ => Of(node) is { IsExact: true, Text.Length: > 0 } exact ? Exactly(Not(exact.Text)) : Unknown,
    };

    private static ServerFilter All(ServerFilter[] parts)
    {
        string[] texts = [.. parts.Select(part => part.Text).Where(text => text.Length > 0)];
        return new(texts.Length == 0 ? "" : Both(texts), Array.TrueForAll(parts, part => part.IsExact));
    }

    private static ServerFilter Any(ServerFilter[] parts) => Array.Exists(parts, part => part.Text.Length == 0)
        ? new("", Array.TrueForAll(parts, part => part.IsExact))
        : new(Either(parts.Select(part => part.Text)), Array.TrueForAll(parts, part => part.IsExact));

    private static ServerFilter Compare(FilterField field, string comparison, AttributeValue value)
    {
        if (field.Kind is { } kind)
        {
            // A price beside a text is compared by how it is written; and truths have no order everywhere.
            if (kind != value.Kind || kind == AttributeKind.Boolean && comparison is not ("==" or "!="))
                return Unknown;
            return Exactly(Both(Has(field), $"{RowSchema.ColumnOf(field)} {comparison} {Literal(value)}"));
        }
        // A text beside an attribute is compared with how the value is written, whatever kind it is.
        string path = value.Kind switch
        {
            AttributeKind.Text => RowSchema.TextPath(field.Name),
            AttributeKind.Number => RowSchema.NumberPath(field.Name),
            _ => RowSchema.TruthPath(field.Name),
        };
        return Exactly(JsonCondition(path, $"{path} {comparison} {Literal(value)}"));
    }

    private static ServerFilter Of(MembershipNode membership)
    {
        FilterField field = membership.Field;
        IReadOnlyList<AttributeValue> values = membership.Values;
        if (values.Count == 0)
            return Exactly(Membership(RowSchema.Key, [], " in "));
        if (field.Kind is { } kind)
        {
            AttributeValue[] same = [.. values.Where(value => value.Kind == kind)];
            if (kind == AttributeKind.Text && same.Length == 0)
                return Exactly(Membership(RowSchema.Key, [], " in "));
            if (kind != AttributeKind.Text && same.Length < values.Count)
                return Unknown;
            string text = kind == AttributeKind.Text
                ? Membership(RowSchema.ColumnOf(field), same.Select(value => ComposedText.Of(value.Text)), " in ")
                : Either(same.Select(value => $"{RowSchema.ColumnOf(field)} == {Literal(value)}"));
            return Exactly(Both(Has(field), text));
        }
        return values.Count > MostAlternatives
            ? new(Has(field), false)
            : Exactly(Either(values.Select(value => Compare(field, "==", value).Text)));
    }

    private static ServerFilter Contains(ContainsNode contains)
    {
        string lists = contains.Field.IsCategory ? Has(contains.Field) : Exists(RowSchema.CountPath(contains.Field.Name));
        IReadOnlyList<AttributeValue> values = contains.Values.Values;
        if (values.Count == 0)
            return Exactly(contains.Kind == ContainsKind.All ? lists : Membership(RowSchema.Key, [], " in "));
        if (values.Count > MostAlternatives)
            return new(lists, false);
        // A category has no parts but texts.
        IEnumerable<string> each = values.Select(value => contains.Field.IsCategory && value.Kind != AttributeKind.Text
            ? Membership(RowSchema.Key, [], " in ")
            : Holds(RowSchema.ListPath(contains.Field, value.Kind), Literal(value)));
        return Exactly(contains.Kind == ContainsKind.All ? Both([.. each]) : Either(each));

        static string Holds(string path, string value) => JsonCondition(path, $"json_contains({path}, {value})");
    }

    private static ServerFilter Like(FilterField field, LikePattern pattern)
    {
        if (field.Kind is not null and not AttributeKind.Text)
            return Unknown;
        string column = field.Kind is null ? RowSchema.TextPath(field.Name) : RowSchema.ColumnOf(field);
        string has = field.Kind is null ? Exists(column) : Has(field), prefix = ComposedText.Of(pattern.Prefix);
        if (!pattern.HasAnyRun)
            return pattern.IsPrefixAlone ? Exactly(Both(has, $"{column} == {FilterExpression.Quote(prefix)}")) : new(Begins(), false);
        // A mark behind the prefix would change its last letter.
        return new(Begins(), pattern.IsPrefixAlone && prefix == pattern.Prefix && prefix.Length > 0 || pattern.IsPrefixAlone && pattern.Prefix.Length == 0);

        // As a range of texts: patterns are read differently where they hold a % or _ that is meant.
        string Begins()
        {
            if (prefix.Length == 0)
                return has;
            string from = Both(has, $"{column} >= {FilterExpression.Quote(prefix)}");
            return RowSchema.After(prefix) is { } end ? Both(from, $"{column} < {FilterExpression.Quote(end)}") : from;
        }
    }

    private static string Length(FilterField field, string comparison, double number)
    {
        string path = field.IsCategory ? RowSchema.CategoryCountPath : RowSchema.CountPath(field.Name);
        return JsonCondition(path, $"{path} {comparison} {number.ToString("R", CultureInfo.InvariantCulture)}");
    }

    /// <summary>That a row has a value.</summary>
    private static string Has(FilterField field)
    {
        if (field.Kind is null)
            return Exists(RowSchema.TextPath(field.Name));
        int bit = RowSchema.PresenceOf(field);
        return bit == 0
            ? $"{RowSchema.Key} != \"\""   // the key, which every row has
            : $"{RowSchema.Presence} in [{string.Join(',', Enumerable.Range(0, RowSchema.PresenceMasks).Where(mask => (mask & bit) != 0))}]";
    }

    // In some versions exists takes all that follows, hence the parentheses.
    private static string Exists(string path) => $"(exists {path})";

    private static string JsonCondition(string path, string condition) => Both(Exists(path), condition);

    private static string Not(string condition) => $"(not ({condition}))";

    private static string Both(params ReadOnlySpan<string> conditions) => Joined(conditions, " and ");

    private static string Either(IEnumerable<string> conditions) => Joined([.. conditions], " or ");

    /// <summary>In halves of halves: a server takes each operator as one level deeper than the one before it, and 100 of them are too deep for some.</summary>
    private static string Joined(ReadOnlySpan<string> conditions, string operation) => conditions.Length == 1
        ? conditions[0]
        : $"({Joined(conditions[..(conditions.Length / 2)], operation)}{operation}{Joined(conditions[(conditions.Length / 2)..], operation)})";

    private static string Membership(string column, IEnumerable<string> values, string operation)
    {
        var text = new StringBuilder(column).Append(operation).Append('[');
        string comma = "";
        foreach (string value in values)
        {
            FilterExpression.AppendQuoted(text.Append(comma), value);
            comma = ",";
        }
        return text.Append(']').ToString();
    }

    private static string Literal(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Text => FilterExpression.Quote(ComposedText.Of(value.Text)),
        AttributeKind.Number => value.Number.ToString("R", CultureInfo.InvariantCulture),
        _ => value.IsTrue ? "true" : "false",
    };

    private static ServerFilter Exactly(string text) => new(text, true);
}

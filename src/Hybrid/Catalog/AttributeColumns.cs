using System.Runtime.InteropServices;
using Hybrid.Catalog.Files;

namespace Hybrid.Catalog;

/// <summary>Decides for each attribute of many items, over all of its values, whether they are numbers, true/false, or text.</summary>
/// <remarks>
/// <para>A value tells only what it could be. Where 2024 stands above "unknown", or 12 above 007, it was text all the time: an attribute whose values are not
/// all of one kind becomes text, as it was written; lists stay lists, whatever else the attribute holds. A word that says that a number is missing ("NaN") is
/// no value of an attribute that has only numbers besides, or only true and false. So first <see cref="Observe"/> every item, then <see cref="Settle"/> each.
/// </para>
/// <para>Memory: the attributes' names. Threads: one at a time.</para>
/// </remarks>
internal sealed class AttributeColumns(MissingWords missing)
{
    // Null where the kinds differ.
    private readonly Dictionary<string, AttributeKind?> _kinds = new(StringComparer.Ordinal);

    // Attributes of which some text may stand for a missing value.
    private readonly HashSet<string> _withMissing = new(StringComparer.Ordinal);
    private bool _areMixed;

    /// <summary>Whether <see cref="Settle"/> has anything to do.</summary>
    public bool NeedSettling => _areMixed || _withMissing.Any(HasOtherThanText);

    public void Observe(Item item)
    {
        foreach ((string name, AttributeValue value) in item.Attributes)
        {
            if (value.Kind == AttributeKind.List)
                continue;
            if (IsMissing(value))
            {
                _withMissing.Add(name);
                continue;
            }
            ref AttributeKind? kind = ref CollectionsMarshal.GetValueRefOrAddDefault(_kinds, name, out bool known);
            if (!known)
            {
                kind = value.Kind;
            }
            else if (kind != value.Kind)
            {
                kind = null;
                _areMixed = true;
            }
        }
    }

    /// <summary>The item with text in the place of each value whose attribute is mixed, and without missing numbers; the item itself when it has neither.
    /// </summary>
    public Item Settle(Item item)
    {
        if (!item.Attributes.Any(a => IsToBecomeText(a.Key, a.Value) || IsToGo(a.Key, a.Value)))
            return item;
        var settled = new Dictionary<string, AttributeValue>(item.Attributes.Count, StringComparer.Ordinal);
        foreach ((string name, AttributeValue value) in item.Attributes)
        {
            if (!IsToGo(name, value))
                settled.Add(name, IsToBecomeText(name, value) ? value.AsWritten : value);
        }
        return item with { Attributes = settled };
    }

    private bool IsMissing(AttributeValue value) => value.Kind == AttributeKind.Text && missing.Has(value.Text);

    private bool HasOtherThanText(string name) => _kinds.TryGetValue(name, out AttributeKind? kind) && kind is AttributeKind.Number or AttributeKind.Boolean;

    private bool IsToGo(string name, AttributeValue value) => IsMissing(value) && HasOtherThanText(name);

    private bool IsToBecomeText(string name, AttributeValue value) =>
        value.Kind is not (AttributeKind.Text or AttributeKind.List) && _kinds.TryGetValue(name, out AttributeKind? kind) && kind is null;
}

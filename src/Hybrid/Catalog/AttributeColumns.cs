using System.Runtime.InteropServices;

namespace Hybrid.Catalog;

/// <summary>Decides for each attribute of many items, over all of its values, whether they are numbers, true/false, or text.</summary>
/// <remarks>
/// <para>A value tells only what it could be. Where 2024 stands above "n/a", or 12 above 007, it was text all the time: an attribute whose values are not all
/// of one kind becomes text, as it was written. So first <see cref="Observe"/> every item, then <see cref="Settle"/> each. A list is one without doubt:
/// it stays, and says nothing of what the others are.</para>
/// <para>Memory: the attributes' names. Threads: one at a time.</para>
/// </remarks>
internal sealed class AttributeColumns
{
    // Null where the kinds differ.
    private readonly Dictionary<string, AttributeKind?> _kinds = new(StringComparer.Ordinal);

    /// <summary>Whether <see cref="Settle"/> has anything to do.</summary>
    public bool AreMixed { get; private set; }

    public void Observe(Item item)
    {
        foreach ((string name, AttributeValue value) in item.Attributes)
        {
            if (value.Kind == AttributeKind.List)
                continue;
            ref AttributeKind? kind = ref CollectionsMarshal.GetValueRefOrAddDefault(_kinds, name, out bool known);
            if (!known)
            {
                kind = value.Kind;
            }
            else if (kind != value.Kind)
            {
                kind = null;
                AreMixed = true;
            }
        }
    }

    /// <summary>The item with text in the place of each value whose attribute is mixed; the item itself when it has none.</summary>
    public Item Settle(Item item)
    {
        if (!AreMixed || !item.Attributes.Any(a => IsToBecomeText(a.Key, a.Value)))
            return item;
        var settled = new Dictionary<string, AttributeValue>(item.Attributes.Count, StringComparer.Ordinal);
        foreach ((string name, AttributeValue value) in item.Attributes)
            settled.Add(name, IsToBecomeText(name, value) ? value.AsWritten : value);
        return item with { Attributes = settled };
    }

    private bool IsToBecomeText(string name, AttributeValue value) =>
        value.Kind is not (AttributeKind.Text or AttributeKind.List) && _kinds.TryGetValue(name, out AttributeKind? kind) && kind is null;
}

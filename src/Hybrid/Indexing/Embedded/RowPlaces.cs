using System.Runtime.CompilerServices;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <summary>Which row of which cell an item is in.</summary>
internal readonly record struct RowPlace(int Cell, int Row);

/// <summary>Where the items of an index are: a table made with its cells, and what has changed since.</summary>
/// <remarks>The table has no ids, only numbers of rows by the hashes of their ids: six bytes a row. Not for concurrent use.</remarks>
internal sealed class RowPlaces
{
    private readonly Dictionary<ItemId, RowPlace?> _changed = [];   // null: gone
    private readonly int[] _firsts = [];   // the number of the first row of each cell, and of the one that would come next
    private readonly int[] _table = [];    // numbers of rows + 1, the next free slot after that of the hash; 0: none

    public RowPlaces()
    {
    }

    /// <param name="cells">Their rows, none of them dead.</param>
    /// <param name="twice">An item that two of them are of.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // all rows pass here before the runtime would find out that it is worth it
    public RowPlaces(IvfCell[] cells, out ItemId? twice)
    {
        twice = null;
        _firsts = new int[cells.Length + 1];
        for (int cell = 0; cell < cells.Length; cell++)
            _firsts[cell + 1] = _firsts[cell] + cells[cell].Length;
        _table = new int[(int)Math.Min(Array.MaxLength, 1 + _firsts[^1] * 3L / 2)];
        Span<byte> bytes = stackalloc byte[ItemId.MaxBytes];
        for (int cell = 0; cell < cells.Length; cell++)
        {
            for (int row = 0; row < cells[cell].Length; row++)
            {
                int hash = cells[cell][row].IdHash, slot = SlotOf(hash);
                for (; _table[slot] != 0; slot = slot + 1 < _table.Length ? slot + 1 : 0)
                {
                    RowPlace other = PlaceOf(_table[slot] - 1);
                    if (cells[other.Cell][other.Row].IdHash == hash && cells[other.Cell][other.Row].Id == cells[cell][row].Id)
                        twice = cells[cell][row].Id;
                }
                _table[slot] = _firsts[cell] + row + 1;
            }
        }
    }

    /// <param name="cells">As they are now.</param>
    public RowPlace? Find(ItemId item, IvfCell[] cells)
    {
        if (_changed.TryGetValue(item, out RowPlace? changed))
            return changed;
        if (_table.Length == 0 || item.Value is null)
            return null;
        Span<byte> utf8 = stackalloc byte[ItemId.MaxBytes];
        utf8 = utf8[..System.Text.Encoding.UTF8.GetBytes(item.Value, utf8)];
        for (int slot = SlotOf(RowOrigin.HashOf(utf8)); _table[slot] != 0; slot = slot + 1 < _table.Length ? slot + 1 : 0)
        {
            // Rows that have moved are among the changes, and others may be in their places.
            RowPlace place = PlaceOf(_table[slot] - 1);
            if (place.Row < cells[place.Cell].Length && cells[place.Cell][place.Row].HasId(utf8))
                return place;
        }
        return null;
    }

    /// <param name="place">Null: the item is gone.</param>
    public void Set(ItemId item, RowPlace? place)
    {
        if (place is null && _table.Length == 0)
            _changed.Remove(item);
        else
            _changed[item] = place;
    }

    private int SlotOf(int hash) => (int)((uint)hash % (uint)_table.Length);

    private RowPlace PlaceOf(int number)
    {
        int cell = Array.BinarySearch(_firsts, number);
        if (cell < 0)
            cell = ~cell - 1;
        // Cells without rows begin where the next one does.
        while (_firsts[cell + 1] == number)
            cell++;
        return new(cell, number - _firsts[cell]);
    }
}

using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

internal sealed partial class IvfIndex
{
    /// <summary>What a writer has changed of a layout, and nobody sees yet.</summary>
    private sealed class Batch(Layout before)
    {
        private readonly Dictionary<ItemId, RowPlace?> _moved = [];   // null: gone
        private readonly HashSet<Array> _own = [];
        private readonly IvfCell[] _cells = [.. before.Cells];
        private int _count = before.Count, _changes = before.Changes;

        public void Upsert(ItemId item, in IndexedRow row)
        {
            int cell = KMeans.Nearest(row.Vector.Span, before.Centroids).Cell;
            if (Find(item) is { } place)
            {
                if (place.Cell != cell)
                    _changes++;
                TakeOut(place);
            }
            else
            {
                _changes++;
                _count++;
            }
            _moved[item] = new(cell, _cells[cell].Length);
            _cells[cell] = _cells[cell].Append(row);
        }

        public bool Remove(ItemId item)
        {
            if (Find(item) is not { } place)
                return false;
            _moved[item] = null;
            TakeOut(place);
            _changes++;
            _count--;
            return true;
        }

        public Layout ToLayout()
        {
            for (int number = 0; number < _cells.Length; number++)
            {
                if (_cells[number].IsWorn)
                    Renew(number);
            }
            return before with { Cells = _cells, Count = _count, Changes = _changes };
        }

        /// <summary>Brings the places of the layout before to where the rows are now.</summary>
        public void Place(RowPlaces places)
        {
            foreach ((ItemId item, RowPlace? place) in _moved)
                places.Set(item, place);
        }

        private RowPlace? Find(ItemId item) => _moved.TryGetValue(item, out RowPlace? moved) ? moved : before.Places.Find(item, before.Cells);

        private void TakeOut(RowPlace place) => _cells[place.Cell] = _cells[place.Cell].Remove(place.Row, _own);

        private void Renew(int number)
        {
            IvfCell cell = _cells[number] = _cells[number].WithoutDead();
            for (int row = 0; row < cell.Length; row++)
                _moved[cell[row].Id] = new(number, row);
        }
    }
}

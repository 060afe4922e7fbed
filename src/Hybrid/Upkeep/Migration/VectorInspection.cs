using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Upkeep.Migration;

/// <summary>Looks through vectors before anything is built on them.</summary>
/// <remarks>Memory: 16 bytes a row, and the means. Cost: one pass, and a look into the records for each row.</remarks>
public static class VectorInspection
{
    /// <summary>Keys looked up in the records at a time.</summary>
    private const int ChunkSize = 1_024;

    /// <param name="catalog">The items that the vectors should be of; null: they are compared with nothing.</param>
    /// <param name="progress">Rows read, now and then.</param>
    public static VectorReport Of(
        IEnumerable<KeyedVector> rows, RecordStore? catalog = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var survey = new Survey();
        var looked = new List<ItemId>(ChunkSize);
        foreach (KeyedVector row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            survey.Add(row);
            if (catalog is not null && survey.LastId is { } id)
                looked.Add(id);
            if (looked.Count == ChunkSize)
                survey.Compare(looked, catalog!);   // ! : something was looked for
            if (survey.Rows % ChunkSize == 0)
                progress?.Report(survey.Rows);
        }
        if (looked.Count > 0)
            survey.Compare(looked, catalog!);   // ! : likewise
        progress?.Report(survey.Rows);
        return survey.ToReport(catalog);
    }

    private sealed class Survey
    {
        private readonly Dictionary<int, (long Rows, double[] Sum, long Counted)> _byDimension = [];
        private readonly HashSet<UInt128> _keys = [], _ids = [];
        private long _zeros, _notFinite, _duplicates, _notIds, _merged, _known, _withText, _units, _measured, _integers, _guids;
        private double _least = double.PositiveInfinity, _most, _sum;
        private string? _firstNotId, _firstDuplicate, _firstMerged;

        public long Rows { get; private set; }

        /// <summary>The id of the row that was added last, if it is one that no row had before.</summary>
        public ItemId? LastId { get; private set; }

        public void Add(KeyedVector row)
        {
            Rows++;
            AddKey(row.Key);
            ReadOnlySpan<float> vector = row.Vector.Span;
            ref (long Rows, double[] Sum, long Counted) known = ref CollectionsMarshal.GetValueRefOrAddDefault(_byDimension, vector.Length, out _);
            known.Sum ??= new double[vector.Length];
            known.Rows++;
            double norm = TensorPrimitives.Norm(vector);
            // A norm may overflow where each number is finite.
            if (!double.IsFinite(norm) && !TensorPrimitives.IsFiniteAll(vector))
            {
                _notFinite++;
                return;
            }
            if (norm == 0)
            {
                _zeros++;
                return;
            }
            (_least, _most, _sum, _measured) = (Math.Min(_least, norm), Math.Max(_most, norm), _sum + norm, _measured + 1);
            if (Math.Abs(norm - 1) <= 1e-3)
                _units++;
            known.Counted++;
            double[] sum = known.Sum;
            double scale = 1 / norm;
            for (int i = 0; i < sum.Length; i++)
                sum[i] += vector[i] * scale;
        }

        /// <summary>Looks these up, and empties the list.</summary>
        public void Compare(List<ItemId> ids, RecordStore catalog)
        {
            IReadOnlyDictionary<ItemId, Item> found = catalog.Find(ids);
            _known += found.Count;
            _withText += found.Values.Count(item => !string.IsNullOrWhiteSpace(item.Title) || !string.IsNullOrWhiteSpace(item.Text));
            ids.Clear();
        }

        public VectorReport ToReport(RecordStore? catalog)
        {
            // Of the vectors that most rows have; a few of another length tell nothing.
            KeyValuePair<int, (long Rows, double[] Sum, long Counted)> main = _byDimension.MaxBy(one => one.Value.Rows);
            return new VectorReport
            {
                Rows = Rows,
                KeyType = Rows == 0 ? "none" : _integers == Rows ? "integer" : _guids == Rows ? "uuid" : "text",
                Dimensions = _byDimension.OrderByDescending(one => one.Value.Rows).ToDictionary(one => one.Key, one => one.Value.Rows),
                LeastNorm = _measured == 0 ? 0 : _least,
                MeanNorm = _measured == 0 ? 0 : _sum / _measured,
                GreatestNorm = _most,
                UnitRows = _units,
                NormOfMean = main.Value.Sum is { } sum && main.Value.Counted > 0 ? Math.Sqrt(sum.Sum(x => x * x)) / main.Value.Counted : 0,
                Zeros = _zeros,
                NotFinite = _notFinite,
                Duplicates = _duplicates,
                FirstDuplicate = _firstDuplicate,
                NotIds = _notIds,
                FirstNotId = _firstNotId,
                Merged = _merged,
                FirstMerged = _firstMerged,
                CatalogItems = catalog?.ItemCount,
                Known = catalog is null ? null : _known,
                WithText = catalog is null ? null : _withText,
            };
        }

        private void AddKey(string key)
        {
            LastId = null;
            if (long.TryParse(key, out _))
                _integers++;
            else if (Guid.TryParse(key, out _))
                _guids++;
            if (!_keys.Add(HashOf(key)))
            {
                _duplicates++;
                _firstDuplicate ??= key;
                return;
            }
            if (!ItemId.TryParse(key, provider: null, out ItemId id))
            {
                _notIds++;
                _firstNotId ??= key;
            }
            else if (!_ids.Add(HashOf(id.Value)))
            {
                _merged++;
                _firstMerged ??= key;
            }
            else
            {
                LastId = id;
            }
        }

        private static UInt128 HashOf(string text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text.AsSpan()));
    }
}

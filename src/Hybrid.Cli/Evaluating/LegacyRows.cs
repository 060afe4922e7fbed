using System.Numerics.Tensors;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Recommending.Sources;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Cli.Evaluating;

/// <summary>The old vectors of the items of a log.</summary>
/// <param name="Vectors">[items × dimension], in the log's order; a row of zeros: the item has none.</param>
internal sealed record LegacyRows(float[] Vectors, int Dimension)
{
    public int Count => Enumerable.Range(0, Vectors.Length / Dimension).Count(row => Vectors.AsSpan(row * Dimension, Dimension).ContainsAnyExcept(0f));

    /// <exception cref="DataFileException">The file cannot be read, or has no vector of an item.</exception>
    public static LegacyRows Read(string file, LegacyReading reading, TrainingLog log, CancellationToken cancellationToken)
    {
        Dictionary<ItemId, int> rows = log.Items.Index().ToDictionary(one => one.Item, one => one.Index);
        float[] vectors = [];
        int dimension = 0;
        foreach (KeyedVector row in LegacyVectors.Read(file, reading, cancellationToken))
        {
            if (dimension == 0 && row.Vector.Length > 0)
                vectors = new float[(long)rows.Count * (dimension = row.Vector.Length)];
            if (row.Vector.Length == dimension && TensorPrimitives.IsFiniteAll(row.Vector.Span) && ItemId.TryParse(row.Key, null, out ItemId id)
                && rows.TryGetValue(id, out int place))
            {
                row.Vector.CopyTo(vectors.AsMemory(place * dimension));
            }
        }
        return dimension > 0 ? new(vectors, dimension) : throw new DataFileException(file, "it has no vector that can be used");
    }

    /// <summary>Trains Item2Vec on the histories of a log.</summary>
    public static LegacyRows Train(TrainingLog log, SourceKnobs knobs, CancellationToken cancellationToken)
    {
        IEnumerable<IReadOnlyList<ItemId>> histories = Enumerable.Range(0, log.Users.Count).Where(user => log[user].Length >= 2)
            .Select(user => (IReadOnlyList<ItemId>)Array.ConvertAll(log[user].ToArray(), code => log.Items[code]));
        Item2VecModel model = Item2Vec.Train(ItemSequences.From(histories), knobs.Behavior, cancellationToken: cancellationToken);
        var vectors = new float[log.Items.Count * model.Dimension];
        foreach ((int place, ItemId item) in log.Items.Index())
        {
            if (model.TryGetVector(item, out ReadOnlyMemory<float> vector))
                vector.CopyTo(vectors.AsMemory(place * model.Dimension));
        }
        return new(vectors, model.Dimension);
    }
}

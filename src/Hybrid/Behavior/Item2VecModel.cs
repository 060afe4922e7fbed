using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Behavior;

/// <summary>Behaviour vectors by item, and who is close to whom.</summary>
/// <remarks>
/// <para>Shapes: [n × d], row-major, as training left them: not of unit length, because frequent items grow longer and a mean of raw vectors weighs by
/// that.</para>
/// <para>Scores: cosine in [−1, 1], higher is closer; equal scores come in ascending <see cref="ItemId"/>. A vector of zeros has cosine 0 with
/// everything.</para>
/// <para>Threads: immutable.</para>
/// </remarks>
public sealed class Item2VecModel
{
    /// <summary>Of a model whose vectors are as training left them.</summary>
    internal const string OwnLineage = "item2vec";

    private readonly ItemId[] _items;
    private readonly long[] _counts;
    private readonly ReadOnlyMemory<float> _vectors;
    private readonly float[] _inverseNorms;
    private readonly Dictionary<ItemId, int> _rows;
    private readonly Lazy<UnitRowCodes> _codes;
    private VectorSpace? _space;

    internal Item2VecModel(Item2VecOptions options, ItemId[] items, long[] counts, ReadOnlyMemory<float> vectors, long pairs, string lineage = OwnLineage,
        SpaceMap? fromText = null, TrainingState? state = null, float[]? inverseNorms = null, string? hash = null)
    {
        FromText = fromText;
        State = state;
        Options = options;
        Lineage = lineage;
        Pairs = pairs;
        _items = items;
        _counts = counts;
        _vectors = vectors;
        _rows = new Dictionary<ItemId, int>(items.Length);
        for (int row = 0; row < items.Length; row++)
            _rows.Add(items[row], row);
        _inverseNorms = inverseNorms ?? InverseNormsOf();
        _codes = new Lazy<UnitRowCodes>(() => new UnitRowCodes(_vectors.Span, Dimension, _inverseNorms));
        if (hash is not null)
            _space = new VectorSpace(Lineage, hash, Dimension, VectorSpaceKind.Behavior);
    }

    /// <summary>Floats per vector.</summary>
    public int Dimension => Options.VectorSize;

    /// <summary>[n]: the items that have a vector, by count, descending, ties by id.</summary>
    public IReadOnlyList<ItemId> Items => _items;

    /// <summary>[n]: how often each of <see cref="Items"/> occurred in training.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>[n × d], row-major, a row for each of <see cref="Items"/>.</summary>
    public ReadOnlyMemory<float> Vectors => _vectors;

    /// <summary>[n]: by what each vector is multiplied to have length 1; 0 for one of zeros.</summary>
    internal ReadOnlySpan<float> InverseNorms => _inverseNorms;

    /// <summary>What the model was trained with.</summary>
    public Item2VecOptions Options { get; }

    /// <summary>Pairs (item, neighbour) trained in all epochs together, each with its negatives.</summary>
    public long Pairs { get; }

    /// <summary>Model "item2vec", or of a model that was turned (<see cref="Like"/>) the names of both parents; hash: SHA-256 of the ids and the vectors, so
    /// every training makes a space of its own.</summary>
    public VectorSpace Space => _space ??= new VectorSpace(Lineage, Hash(), Dimension, VectorSpaceKind.Behavior);

    /// <summary>Leads text vectors into this space, so that an item that nobody has touched yet has a vector too; null where none was fitted.</summary>
    public SpaceMap? FromText { get; }

    /// <summary>Whether <see cref="Item2Vec.Continue"/> can go on from it: it comes from training, or was loaded to that end.</summary>
    public bool CanContinue => State is not null;

    internal TrainingState? State { get; }

    /// <summary>The space's model name.</summary>
    internal string Lineage { get; }

    /// <summary>This model, turned as a whole to lie as near as it can to an earlier one, so that vectors kept elsewhere stay comparable.</summary>
    /// <remarks>Orthogonal Procrustes over the vectors at length 1 of the items that both have, weighted by min(count, 50), without centring: no length and no
    /// cosine changes, so every order by score stays, up to the rounding of float32.</remarks>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    /// <exception cref="AlignmentException">They share fewer than 200 items, or agree with each other less than twice as often as chance.</exception>
    public (Item2VecModel Model, LikenessReport Report) Like(Item2VecModel earlier, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        if (earlier.Dimension != Dimension)
        {
            throw new ArgumentException(
                $"The earlier model has {earlier.Dimension} floats a vector, this one {Dimension}: train with VectorSize {earlier.Dimension}.",
                nameof(earlier));
        }
        int[] rows = [.. Enumerable.Range(0, _items.Length).Where(row => earlier.Contains(_items[row]))];
        if (rows.Length == 0)
            throw new AlignmentException($"{Space} and {earlier.Space} share no item.");
        float[] ours = UnitRows(rows), theirs = earlier.UnitRows([.. rows.Select(row => earlier._rows[_items[row]])]);
        var pairs = new SpacePairs(Space, ours, earlier.Space, theirs, [.. rows.Select(row => _counts[row])]);
        (SpaceMap map, AlignmentReport report) =
            SpaceAlignment.Fit(pairs, new AlignmentOptions { Kind = SpaceMapKind.Rotation, Centre = false }, cancellationToken);
        // The contexts turn with the vectors: no product of the two changes.
        TrainingState? state = State is null ? null : State with { Contexts = map.Apply(State.Contexts) };
        var turned = new Item2VecModel(Options, _items, _counts, map.Apply(_vectors), Pairs, map.Space.Model, state: state);
        double[] cosines = [.. rows.Select((row, i) =>
            (double)TensorPrimitives.CosineSimilarity(turned.Row(row), theirs.AsSpan(i * Dimension, Dimension))).Order()];
        return (turned, new LikenessReport(earlier.Space, cosines[cosines.Length / 2], report));
    }

    /// <summary>This model with a map from text vectors to its own, fitted (ridge) on the items that have both, weighted by min(count, 50).</summary>
    /// <param name="texts">The space of the text vectors.</param>
    /// <param name="vectors">[m × d of the texts]: of <paramref name="items"/>, in their order.</param>
    /// <exception cref="AlignmentException">Fewer than 200 of the items are known here, or the map agrees with the true neighbours less than twice as often as
    /// chance.</exception>
    public (Item2VecModel Model, AlignmentReport Report) MappedFrom(VectorSpace texts, IReadOnlyList<ItemId> items, ReadOnlyMemory<float> vectors,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(items);
        int[] known = [.. Enumerable.Range(0, items.Count).Where(i => _rows.TryGetValue(items[i], out int row) && _inverseNorms[row] > 0)];
        if (known.Length == 0)
            throw new AlignmentException($"None of the {items.Count:N0} items has a vector in {Space}.");
        int[] rows = [.. known.Select(i => _rows[items[i]])];
        var sources = new float[known.Length * texts.Dimension];
        for (int i = 0; i < known.Length; i++)
            vectors.Span.Slice(known[i] * texts.Dimension, texts.Dimension).CopyTo(sources.AsSpan(i * texts.Dimension));
        (SpaceMap map, AlignmentReport report) = SpaceAlignment.Fit(
            new SpacePairs(texts, sources, Space, UnitRows(rows), [.. rows.Select(row => _counts[row])]),
            new AlignmentOptions { Kind = SpaceMapKind.Ridge }, cancellationToken);
        return (new Item2VecModel(Options, _items, _counts, _vectors, Pairs, Lineage, map, State), report);
    }

    /// <summary>This model, which has learned from the records up to an event.</summary>
    internal Item2VecModel Through(long lastEvent) =>
        new(Options, _items, _counts, _vectors, Pairs, Lineage, FromText, State is null ? null : State with { LastEvent = lastEvent });

    /// <summary>How this model, which has learned on from an earlier one, differs from it.</summary>
    internal ContinuedReport Since(Item2VecModel earlier, CancellationToken cancellationToken)
    {
        const int asked = 200, neighbors = 10;
        ItemId[] kept = [.. earlier._items];
        double[] cosines = [.. kept.Select((item, row) =>
            (double)TensorPrimitives.CosineSimilarity(Row(_rows[item]), earlier.Row(row))).Order()];
        var shared = new ConcurrentBag<int>();
        int step = Math.Max(1, kept.Length / asked);
        Parallel.For(0, Math.Min(asked, kept.Length), new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            ItemId item = kept[i * step];
            IEnumerable<ItemId> others = kept.Where(other => other != item);
            IReadOnlyList<Neighbor> before = Among(earlier), now = Among(this);
            shared.Add(before.Select(near => near.Item).Intersect(now.Select(near => near.Item)).Count());

            IReadOnlyList<Neighbor> Among(Item2VecModel model) => TensorPrimitives.Norm(model.Row(model._rows[item])) is var norm && norm > 0
                ? model.NearestAmong(model.Row(model._rows[item]), neighbors, others) : [];
        });
        int most = Math.Min(neighbors, kept.Length - 1);
        return new ContinuedReport(earlier.Space, _items.Length - kept.Length, cosines[cosines.Length / 2],
            most == 0 ? 1 : shared.Average() / most);
    }

    /// <summary>Rows of vectors at length 1; zeros stay zeros.</summary>
    private float[] UnitRows(int[] rows)
    {
        var unit = new float[rows.Length * Dimension];
        for (int i = 0; i < rows.Length; i++)
            TensorPrimitives.Multiply(Row(rows[i]), _inverseNorms[rows[i]], unit.AsSpan(i * Dimension, Dimension));
        return unit;
    }

    public bool Contains(ItemId item) => _rows.ContainsKey(item);

    /// <param name="vector">[d], not of unit length; empty when there is none.</param>
    public bool TryGetVector(ItemId item, out ReadOnlyMemory<float> vector)
    {
        bool known = _rows.TryGetValue(item, out int row);
        vector = known ? _vectors.Slice(row * Dimension, Dimension) : default;
        return known;
    }

    /// <summary>The items whose vectors point most nearly where the item's does, best first, without itself.</summary>
    /// <inheritdoc cref="MostSimilar(IReadOnlyCollection{ItemId}, IReadOnlyCollection{ItemId}, int)"/>
    public IReadOnlyList<Neighbor> MostSimilar(ItemId item, int count = 10) => MostSimilar([item], [], count);

    /// <summary>The items nearest to Σ positive − Σ negative of unit vectors, best first, without the given ones: gensim's most_similar.</summary>
    /// <param name="positive">Items to be near to; one given twice weighs twice.</param>
    /// <param name="negative">Items to be far from.</param>
    /// <param name="count">At least 1; fewer return when there are fewer.</param>
    /// <exception cref="KeyNotFoundException">An item has no vector here; the message names it.</exception>
    /// <exception cref="ArgumentException">No item is given, or they cancel each other out.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public IReadOnlyList<Neighbor> MostSimilar(IReadOnlyCollection<ItemId> positive, IReadOnlyCollection<ItemId> negative, int count = 10)
    {
        ArgumentNullException.ThrowIfNull(positive);
        ArgumentNullException.ThrowIfNull(negative);
        if (positive.Count + negative.Count == 0)
            throw new ArgumentException("Similar to what? Give at least one item.", nameof(positive));

        // gensim divides by the number of items; a cosine does not see that.
        var query = new float[Dimension];
        foreach (ItemId item in positive)
            AddUnit(item, 1, query);
        foreach (ItemId item in negative)
            AddUnit(item, -1, query);
        // Sums of unit vectors that should be zero are rounding errors of some 1e-8 a term.
        if (TensorPrimitives.Norm<float>(query) < 1e-6f * (positive.Count + negative.Count))
            throw new ArgumentException("The items cancel each other out: no direction is left to search in.", nameof(positive));
        return Nearest(query, count, [.. positive, .. negative]);
    }

    /// <summary>The items with the largest cosine to a vector of this space, best first.</summary>
    /// <remarks>Exact: cost n·d multiply-adds of bytes, and of the floats of those rows that may be among the best. The bytes are made when they are first
    /// needed, and are a quarter of the vectors.</remarks>
    /// <param name="query">[d], of any length but zero: a mean of <see cref="TryGetVector"/>'s.</param>
    /// <param name="count">At least 1; fewer return when there are fewer.</param>
    /// <param name="exclude">Items to leave out; those that have no vector are ignored.</param>
    /// <exception cref="ArgumentException">The query has another number of floats, is zero, or is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public IReadOnlyList<Neighbor> Nearest(ReadOnlySpan<float> query, int count, IReadOnlyCollection<ItemId>? exclude = null)
    {
        float norm = NormOf(query, count);
        HashSet<int> excluded = [.. (exclude ?? []).Where(Contains).Select(item => _rows[item])];
        var best = new TopK<ItemId>(count);
        float[] copy = query.ToArray(), unit = new float[Dimension];
        TensorPrimitives.Divide(query, norm, unit);
        float Score(int row) => Cosine(copy, norm, Row(row), row);
        foreach (int row in _codes.Value.MayBeNearest(unit, (int)Math.Min(int.MaxValue, (long)count + excluded.Count), Score))
        {
            if (!excluded.Contains(row) && Score(row) is var score && score >= best.Threshold)
                best.Add(score, _items[row]);
        }
        return Neighbors(best);
    }

    /// <summary>As <see cref="Nearest(ReadOnlySpan{float}, int, IReadOnlyCollection{ItemId})"/>, among these items alone, each given once; those without a
    /// vector are left out.</summary>
    internal IReadOnlyList<Neighbor> NearestAmong(ReadOnlySpan<float> query, int count, IEnumerable<ItemId> items)
    {
        float norm = NormOf(query, count);
        var best = new TopK<ItemId>(count);
        foreach (ItemId item in items)
        {
            if (_rows.TryGetValue(item, out int row))
                best.Add(Cosine(query, norm, Row(row), row), item);
        }
        return Neighbors(best);
    }

    /// <summary>The cosine of an item with a vector of this space, the same bits as <see cref="Nearest"/> gives it; null where the item has no
    /// vector.</summary>
    /// <param name="query">[d]; one of zeros has cosine 0 with everything.</param>
    internal float? Score(ItemId item, ReadOnlySpan<float> query)
    {
        if (!_rows.TryGetValue(item, out int row))
            return null;
        float norm = TensorPrimitives.Norm(query);
        return norm > 0 ? Cosine(query, norm, Row(row), row) : 0;
    }

    private float NormOf(ReadOnlySpan<float> query, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (query.Length != Dimension)
            throw new ArgumentException($"The query has {query.Length} floats, the behaviour vectors have {Dimension}.", nameof(query));
        float norm = TensorPrimitives.Norm(query);
        return norm > 0 && float.IsFinite(norm) ? norm
            : throw new ArgumentException($"The query has length {norm}: no direction to search in.", nameof(query));
    }

    private float Cosine(ReadOnlySpan<float> query, float norm, ReadOnlySpan<float> vector, int row) =>
        Math.Clamp(TensorPrimitives.Dot(query, vector) * _inverseNorms[row] / norm, -1, 1);

    private static Neighbor[] Neighbors(TopK<ItemId> best) =>
        best.ToSortedArray((score, key) => new Neighbor(key, score));

    /// <summary>Writes the model to a file, which appears whole or not at all: it is written beside its place, flushed to the disk and renamed.</summary>
    /// <exception cref="Item2VecException">The file cannot be written; an older one at that place is as it was.</exception>
    public void Save(string path) => Item2VecFile.Save(this, path);

    /// <summary>Reads a model that <see cref="Save"/> wrote.</summary>
    /// <remarks>The vectors of a file of 64 MB or more stay there, and the system shares their memory among processes and takes it back when it needs it. A
    /// damaged file is refused here: all that is used is compared with its checksum once.</remarks>
    /// <param name="toContinue">Whether also what <see cref="Item2Vec.Continue"/> needs, which is as much again.</param>
    /// <exception cref="Item2VecException">There is no such file, it cannot be read, is no model, is damaged, or was written by a newer version.</exception>
    public static Item2VecModel Load(string path, bool toContinue = false) => Item2VecFile.Load(path, toContinue);

    private ReadOnlySpan<float> Row(int row) => _vectors.Span.Slice(row * Dimension, Dimension);

    private void AddUnit(ItemId item, float weight, Span<float> sum)
    {
        if (!_rows.TryGetValue(item, out int row))
        {
            throw new KeyNotFoundException($"'{item}' has no behaviour vector: it occurs in no session, or less often than MinCount {Options.MinCount}. "
                + "Ask Contains first, or train on newer events.");
        }
        TensorPrimitives.MultiplyAdd(Row(row), weight * _inverseNorms[row], sum, sum);
    }

    private float[] InverseNormsOf()
    {
        var inverse = new float[_items.Length];
        Parallel.ForEach(Partitioner.Create(0, Math.Max(1, inverse.Length)), part =>
        {
            for (int row = part.Item1; row < Math.Min(part.Item2, inverse.Length); row++)
            {
                float norm = TensorPrimitives.Norm(Row(row));
                inverse[row] = norm > 0 ? 1 / norm : 0;
            }
        });
        return inverse;
    }

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int row = 0; row < _items.Length; row++)
        {
            // Ids hold no control characters, so the zero ends each.
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(_items[row].Value + '\0'));
            hash.AppendData(MemoryMarshal.AsBytes(Row(row)));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

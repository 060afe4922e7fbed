using System.Globalization;
using System.Numerics.Tensors;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Recommending.Sources;

/// <summary>What is near to the history by vectors: of texts, or of behaviour.</summary>
/// <remarks>
/// <para>score_j = cosine of v_j and Σ_k decay^(m−k)·v[h_k] of unit vectors; in [−1, 1].</para>
/// <para>Exact: an answer costs n·d multiply-adds.</para>
/// </remarks>
public sealed class VectorSource : RecommendationSource
{
    private const string OfBehaviorName = "item2vec", OfBehaviorLikeness = "shoppers go from one to the other:";

    private readonly VectorSourceOptions _options;
    private readonly float[] _vectors;
    private readonly int _dimension;
    private readonly int[] _items;
    private readonly int[] _rows;
    private readonly string _likeness;

    private VectorSource(string name, string likeness, ItemCodes codes, int[] items, float[] vectors, int dimension, VectorSourceOptions options)
        : base(codes)
    {
        Name = name;
        _likeness = likeness;
        _options = options;
        _items = items;
        _vectors = vectors;
        _dimension = dimension;
        _rows = new int[codes.Count];
        Array.Fill(_rows, -1);
        for (int row = 0; row < items.Length; row++)
            _rows[items[row]] = row;
    }

    public override string Name { get; }

    private protected override float Nothing => float.NegativeInfinity;

    /// <summary>Compares texts: source "text", or "text-last" where only the last item counts.</summary>
    /// <param name="vectors">[items × dimension], row-major, a unit vector for each of the log's items in their order; one of zeros where it has no
    /// text.</param>
    /// <exception cref="ArgumentException">The length is not that of so many vectors.</exception>
    public static VectorSource OfTexts(TrainingLog log, ReadOnlyMemory<float> vectors, int dimension, VectorSourceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (vectors.Length != (long)log.Items.Count * dimension)
        {
            throw new ArgumentException($"{log.Items.Count} vectors of {dimension} have {(long)log.Items.Count * dimension} floats, not {vectors.Length}.",
                nameof(vectors));
        }
        return Of("text", "its text is near to", log.Codes, options,
            code => vectors.Slice(code * dimension, dimension), dimension);
    }

    /// <summary>Compares behaviour vectors: source "item2vec", or "item2vec-last".</summary>
    public static VectorSource OfBehavior(TrainingLog log, Item2VecModel model, VectorSourceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(model);
        return Of(OfBehaviorName, OfBehaviorLikeness, log.Codes, options,
            code => model.TryGetVector(log.Codes[code], out ReadOnlyMemory<float> vector) ? vector : default, model.Dimension);
    }

    private static VectorSource Of(
        string name, string likeness, ItemCodes codes, VectorSourceOptions? options, Func<int, ReadOnlyMemory<float>> vectorOf, int dimension)
    {
        options ??= new VectorSourceOptions();
        int[] items = [.. Enumerable.Range(0, codes.Count).Where(code => vectorOf(code).Span.ContainsAnyExcept(0f))];
        float[] rows = new float[items.Length * dimension];
        for (int row = 0; row < items.Length; row++)
        {
            Span<float> own = rows.AsSpan(row * dimension, dimension);
            vectorOf(items[row]).Span.CopyTo(own);
            UnitVector.Normalize(own);
        }
        return new VectorSource(options.Decay == 0 ? $"{name}-last" : name, likeness, codes, items, rows, dimension, options);
    }

    /// <summary>The same with another decay, which needs no fit.</summary>
    internal VectorSource With(VectorSourceOptions options) => new(Name, _likeness, Codes, _items, _vectors, _dimension, options);

    internal override void Write(SourceFile.Writer file)
    {
        file.WriteOptions(_options);
        file.Write<int>(_items);
        file.Write(_dimension);
        for (int row = 0; row < _items.Length; row++)
            file.Write<float>(_vectors.AsSpan(row * _dimension, _dimension));
    }

    /// <summary>Reads one of behaviour vectors.</summary>
    internal static VectorSource Read(TrainingLog log, SourceFile.Reader file)
    {
        VectorSourceOptions options = file.ReadOptions<VectorSourceOptions>();
        int[] items = file.ReadPlaces(log.Items.Count);
        int dimension = file.ReadNumber();
        float[][] rows = [.. items.Select(_ => file.ReadArray<float>())];
        if (dimension < 1 || items.Contains(-1) || !Array.TrueForAll(rows, row => row.Length == dimension))
            throw new FormatException("its parts do not fit.");
        float[] vectors = new float[(long)rows.Length * dimension];
        for (int row = 0; row < rows.Length; row++)
            rows[row].CopyTo(vectors, row * dimension);
        string name = options.Decay == 0 ? $"{OfBehaviorName}-last" : OfBehaviorName;
        return new VectorSource(name, OfBehaviorLikeness, log.Codes, items, vectors, dimension, options);
    }

    private protected override void AddScores(CodedQuery query, Span<float> scores)
    {
        float[] sum = new float[_dimension];
        foreach ((int item, float weight) in Weights(query))
            TensorPrimitives.MultiplyAdd(Row(item), weight, sum, sum);
        if (!(TensorPrimitives.Norm<float>(sum) > 0))
            return;
        UnitVector.Normalize(sum);
        float[] found = new float[_items.Length];
        InnerProducts.ScoreRows(sum, _vectors, found);
        for (int row = 0; row < found.Length; row++)
            scores[_items[row]] = found[row];
    }

    private IEnumerable<(int Item, float Weight)> Weights(CodedQuery query) =>
        RecencyWeights.Of(Array.FindAll(query.History, item => _rows[item] >= 0), _options.Decay);

    private ReadOnlySpan<float> Row(int item) => _vectors.AsSpan(_rows[item] * _dimension, _dimension);

    private protected override string Explain(CodedQuery query, int item)
    {
        ItemId because = Codes[Weights(query).MaxBy(one => one.Weight * TensorPrimitives.Dot(Row(one.Item), Row(item))).Item];
        return string.Create(CultureInfo.InvariantCulture, $"{_likeness} {because}");
    }
}

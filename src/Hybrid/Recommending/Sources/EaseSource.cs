using System.Globalization;
using System.Numerics.Tensors;

namespace Hybrid.Recommending.Sources;

/// <summary>The linear model that tells each item of a history best from all others: EASE.</summary>
/// <remarks>
/// <para>P = (XᵀX + λI)⁻¹, B = −P/diag(P) with a zero diagonal; score_j = Σ_k decay^(m−k)·B[h_k, j]. Steck: Embarrassingly shallow autoencoders for sparse
/// data, WWW 2019.</para>
/// <para>Over the items that have events: 4·n² bytes, and n³/2 multiply-adds to fit.</para>
/// </remarks>
public sealed class EaseSource : RecommendationSource
{
    /// <summary>The most items with events that it takes: half a gigabyte of weights.</summary>
    public const int MaxItems = 11_000;

    private readonly EaseOptions _options;
    private readonly int[] _items;
    private readonly int[] _rows;
    private readonly float[] _weights;   // [side × side]
    private readonly int _side;

    private EaseSource(ItemCodes codes, EaseOptions options, int[] items, int[] rows, float[] weights, int side)
        : base(codes)
    {
        _options = options;
        _items = items;
        _rows = rows;
        _weights = weights;
        _side = side;
    }

    public override string Name => "ease";

    private protected override float Nothing => float.NegativeInfinity;

    /// <summary>Why it cannot be fitted to a log; null where it can.</summary>
    internal static string? WhyNot(TrainingLog log) => log.CountItems().Count(count => count > 0) is var n && n <= MaxItems ? null
        : string.Create(CultureInfo.InvariantCulture,
            $"EASE weighs every item against every other, and {n:N0} items have events: up to {MaxItems:N0} it can be fitted. Use sequential rules or "
            + $"item-kNN, which answer as well on logs that have an order.");

    /// <exception cref="ArgumentException">More than <see cref="MaxItems"/> items have events.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static EaseSource Fit(TrainingLog log, EaseOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        options ??= new EaseOptions();
        int[] counts = log.CountItems();
        int[] items = [.. Enumerable.Range(0, counts.Length).Where(item => counts[item] > 0)];
        int n = items.Length;
        if (WhyNot(log) is { } reason)
            throw new ArgumentException(reason, nameof(log));
        int[] rows = new int[counts.Length];
        Array.Fill(rows, -1);
        for (int row = 0; row < n; row++)
            rows[items[row]] = row;
        int side = SymmetricInverse.SideOf(n);
        float[] matrix = new float[side * side];
        double trace = AddGram(log, options, rows, matrix, side);
        float lambda = (float)(options.Lambda * (log.Events == 0 ? 1 : trace / log.Events));
        for (int i = 0; i < side; i++)
            matrix[(i * side) + i] = i < n ? matrix[(i * side) + i] + lambda : 1;
        SymmetricInverse.NegativeInverse(matrix, side, cancellationToken);
        float[] diagonal = [.. Enumerable.Range(0, n).Select(j => -matrix[(j * side) + j])];
        // The upper half is −P. Each thread writes its row's part behind the diagonal, and that column's: no element has two.
        Parallel.For(0, n, i =>
        {
            for (int j = i + 1; j < n; j++)
            {
                float p = matrix[(i * side) + j];
                matrix[(i * side) + j] = p / diagonal[j];
                matrix[(j * side) + i] = p / diagonal[i];
            }
            matrix[(i * side) + i] = 0;
        });
        return new EaseSource(log.Codes, options, items, rows, matrix, side);
    }

    /// <summary>The same with what of a history counts, which needs no fit; null where more is to be changed.</summary>
    internal EaseSource? With(EaseOptions options) => _options with { Decay = options.Decay, Last = options.Last } == options
        ? new EaseSource(Codes, options, _items, _rows, _weights, _side) : null;

    internal override void Write(SourceFile.Writer file)
    {
        file.WriteOptions(_options);
        file.Write<int>(_items);
        for (int row = 0; row < _items.Length; row++)
            file.Write<float>(_weights.AsSpan(row * _side, _items.Length));
    }

    internal static EaseSource Read(TrainingLog log, SourceFile.Reader file)
    {
        EaseOptions options = file.ReadOptions<EaseOptions>();
        int[] items = file.ReadPlaces(log.Items.Count), rows = new int[log.Items.Count];
        int n = items.Length;
        if (n > MaxItems || items.Contains(-1))
            throw new FormatException("its items are none.");
        Array.Fill(rows, -1);
        float[] weights = new float[n * n];
        for (int row = 0; row < n; row++)
        {
            rows[items[row]] = row;
            float[] values = file.ReadArray<float>();
            if (values.Length != n)
                throw new FormatException("its parts do not fit.");
            values.CopyTo(weights, row * n);
        }
        return new EaseSource(log.Codes, options, items, rows, weights, side: n);
    }

    /// <summary>Adds Xᵀ·diag(length^−β)·X.</summary>
    /// <returns>Its trace.</returns>
    private static double AddGram(TrainingLog log, EaseOptions options, int[] rows, float[] matrix, int side)
    {
        double[] weights = [.. Enumerable.Range(0, log.Users.Count).Select(user => Math.Pow(log[user].Length, -options.LengthExponent))];
        ItemOccurrences occurrences = log.Occurrences;
        // Row by row, so that threads do not meet.
        Parallel.For(0, rows.Length, item =>
        {
            if (rows[item] < 0)
                return;
            Span<float> row = matrix.AsSpan(rows[item] * side, side);
            foreach ((int user, int _) in occurrences[item])
            {
                foreach (int other in log[user])
                    row[rows[other]] += (float)weights[user];
            }
        });
        return Enumerable.Range(0, log.Users.Count).Sum(user => weights[user] * log[user].Length);
    }

    private protected override void AddScores(CodedQuery query, Span<float> scores)
    {
        int n = _items.Length;
        float[] sums = new float[n];
        bool isKnown = false;
        foreach ((int item, float weight) in RecencyWeights.Of(query.History, _options.Decay, _options.Last))
        {
            if (_rows[item] < 0)
                continue;
            isKnown = true;
            TensorPrimitives.MultiplyAdd(_weights.AsSpan(_rows[item] * _side, n), weight, sums, sums);
        }
        for (int row = 0; isKnown && row < n; row++)
            scores[_items[row]] = sums[row];
    }

    private protected override string Explain(CodedQuery query, int item)
    {
        int because = RecencyWeights.Of(query.History, _options.Decay, _options.Last).Where(one => _rows[one.Item] >= 0)
            .MaxBy(one => one.Weight * _weights[(_rows[one.Item] * _side) + _rows[item]]).Item;
        return $"goes with {Codes[because]}, by what shoppers have together";
    }
}

using System.Globalization;

namespace Hybrid.Recommending.Sources;

/// <summary>What those have who have the items of the history, the newest first.</summary>
/// <remarks>
/// <para>C = Xᵀ·diag(length^−β)·X, X: users × items, 0 or 1; n: its diagonal, the item's users by their weights; S_ij = C_ij / (n_i^(1−α)·n_j^α + shrink);
/// score_j = Σ_k decay^(m−k)·S[h_k, j].</para>
/// <para>Cost of a fit: the sum of the squares of the histories' lengths.</para>
/// </remarks>
public sealed class ItemKnnSource : RecommendationSource
{
    private readonly ItemKnnOptions _options;
    private readonly RelatedRows _rows;
    private readonly int[] _counts;

    private ItemKnnSource(ItemCodes codes, ItemKnnOptions options, RelatedRows rows, int[] counts)
        : base(codes)
    {
        _options = options;
        _rows = rows;
        _counts = counts;
    }

    public override string Name => "item-knn";

    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ItemKnnSource Fit(TrainingLog log, ItemKnnOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ItemKnnOptions knobs = options ?? new ItemKnnOptions();
        double[] weights = [.. Enumerable.Range(0, log.Users.Count).Select(user => Math.Pow(log[user].Length, -knobs.LengthExponent))];
        int[] counts = log.CountItems();
        double[] sizes = new double[counts.Length];
        for (int user = 0; user < weights.Length; user++)
        {
            foreach (int item in log[user])
                sizes[item] += weights[user];
        }
        double[] asRow = Array.ConvertAll(sizes, n => Math.Pow(n, 1 - knobs.PopularityExponent));
        double[] asColumn = Array.ConvertAll(sizes, n => Math.Pow(n, knobs.PopularityExponent));
        ItemOccurrences occurrences = log.Occurrences;
        var rows = RelatedRows.Make(log.Items.Count, knobs.MostRelated, (item, sums) =>
        {
            foreach ((int user, int position) in occurrences[item])
            {
                ReadOnlySpan<int> history = log[user];
                for (int i = 0; i < history.Length; i++)
                {
                    if (i != position)
                        sums.Add(history[i], weights[user]);
                }
            }
        }, (row, column, sum) => sum / ((asRow[row] * asColumn[column]) + knobs.Shrink), cancellationToken);
        return new ItemKnnSource(log.Codes, knobs, rows, counts);
    }

    /// <summary>The same with another decay, which needs no fit; null where more is to be changed.</summary>
    internal ItemKnnSource? With(ItemKnnOptions options) =>
        _options with { Decay = options.Decay } == options ? new ItemKnnSource(Codes, options, _rows, _counts) : null;

    internal override void Write(SourceFile.Writer file)
    {
        file.WriteOptions(_options);
        _rows.Write(file);
    }

    internal static ItemKnnSource Read(TrainingLog log, SourceFile.Reader file) =>
        new(log.Codes, file.ReadOptions<ItemKnnOptions>(), RelatedRows.Read(log.Items.Count, file), log.CountItems());

    private protected override void AddScores(CodedQuery query, Span<float> scores)
    {
        foreach ((int item, float weight) in RecencyWeights.Of(query.History, _options.Decay))
            _rows.Add(item, weight, scores);
    }

    private protected override string Explain(CodedQuery query, int item)
    {
        (int because, _) = RecencyWeights.Of(query.History, _options.Decay).MaxBy(one => one.Weight * _rows.Find(one.Item, item));
        return string.Create(CultureInfo.InvariantCulture, $"had by those who have {Codes[because]} ({_counts[because]:N0} of them)");
    }
}

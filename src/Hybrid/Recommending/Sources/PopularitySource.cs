using System.Globalization;

namespace Hybrid.Recommending.Sources;

/// <summary>What most users have: the least that every other source has to be better than.</summary>
/// <remarks>score_j = Σ over events of j of 2^(−age / half-life); by category it is multiplied by the category's share of the history's weights.</remarks>
public sealed class PopularitySource : RecommendationSource
{
    private readonly float[] _scores;
    private readonly int[] _counts;
    private readonly int[]? _categories;
    private readonly PopularityOptions _options;

    private PopularitySource(ItemCodes codes, float[] scores, int[] counts, int[]? categories, PopularityOptions options)
        : base(codes)
    {
        _scores = scores;
        _counts = counts;
        _categories = categories;
        _options = options;
    }

    public override string Name => _categories is not null ? "popularity-category" : _options.HalfLife is not null ? "popularity-recent" : "popularity";

    /// <inheritdoc/>
    public override bool AnswersWithoutHistory => _categories is null;

    /// <summary>Counts the log. Cost: one pass.</summary>
    public static PopularitySource Fit(TrainingLog log, PopularityOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        options ??= new PopularityOptions();
        double[] scores = new double[log.Items.Count];
        double newest = double.NegativeInfinity;
        for (int user = 0; user < log.Users.Count; user++)
        {
            foreach (double days in log.DaysOf(user))
                newest = days > newest ? days : newest;
        }
        for (int user = 0; user < log.Users.Count; user++)
        {
            ReadOnlySpan<int> history = log[user];
            ReadOnlySpan<double> days = log.DaysOf(user);
            for (int i = 0; i < history.Length; i++)
                scores[history[i]] += options.HalfLife is not { } half || double.IsNaN(days[i]) ? 1 : double.Exp2((days[i] - newest) / half.TotalDays);
        }
        int[]? categories = null;
        if (options.Category is { } category)
        {
            var places = new Dictionary<string, int>(StringComparer.Ordinal);
            categories = [.. log.Items.Select(item =>
                category(item) is not { Length: > 0 } name ? -1 : places.TryGetValue(name, out int place) ? place : places[name] = places.Count)];
        }
        return new PopularitySource(log.Codes, Array.ConvertAll(scores, score => (float)score), log.CountItems(), categories, options);
    }

    internal override void Write(SourceFile.Writer file)
    {
        file.WriteOptions(_options);
        file.Write<float>(_scores);
        file.Write<int>(_categories ?? []);
    }

    internal static PopularitySource Read(TrainingLog log, SourceFile.Reader file)
    {
        PopularityOptions options = file.ReadOptions<PopularityOptions>();
        float[] scores = file.ReadArray<float>();
        int[] categories = file.ReadPlaces(log.Items.Count);
        return scores.Length == log.Items.Count && (categories.Length == 0 || categories.Length == scores.Length)
            ? new PopularitySource(log.Codes, scores, log.CountItems(), categories.Length == 0 ? null : categories, options)
            : throw new FormatException("it has another number of items than the log.");
    }

    private protected override void AddScores(CodedQuery query, Span<float> scores)
    {
        if (_categories is null)
        {
            _scores.CopyTo(scores);
            return;
        }
        var weights = new Dictionary<int, float>();
        float sum = 0;
        foreach ((int item, float weight) in RecencyWeights.Of(query.History, _options.Decay))
        {
            if (_categories[item] < 0)
                continue;
            weights[_categories[item]] = weights.GetValueOrDefault(_categories[item]) + weight;
            sum += weight;
        }
        for (int item = 0; item < scores.Length; item++)
        {
            if (weights.TryGetValue(_categories[item], out float weight))
                scores[item] = _scores[item] * weight / sum;
        }
    }

    private protected override string Explain(CodedQuery query, int item) =>
        string.Create(CultureInfo.InvariantCulture, $"{(_counts[item] == 1 ? "1 shopper has" : $"{_counts[item]:N0} shoppers have")} it")
        + (_categories is not null ? ", and it is of a category that you looked at" : _options.HalfLife is not null ? ", many of them lately" : "");
}

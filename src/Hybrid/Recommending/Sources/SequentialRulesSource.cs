using System.Globalization;

namespace Hybrid.Recommending.Sources;

/// <summary>What followed the items of the history with others, soon after the newest.</summary>
/// <remarks>
/// <para>T[a, b] = Σ over a before b in a history, L ≤ D places apart, of 1/L or decay^(L−1), plus <c>back</c> times the same pairs reversed;
/// T[a, b] /= (row sum + 1)^r·(column sum + 1)^c; score_j = Σ_k q^(m−k)·T[h_k, j].</para>
/// <para>Cost of a fit: 2·D for each event.</para>
/// </remarks>
public sealed class SequentialRulesSource : RecommendationSource
{
    private readonly SequentialRulesOptions _options;
    private readonly RelatedRows _rows;
    private readonly TrainingLog _log;

    private SequentialRulesSource(TrainingLog log, SequentialRulesOptions options, RelatedRows rows)
        : base(log.Codes)
    {
        _options = options;
        _rows = rows;
        _log = log;
    }

    public override string Name => _options is { Distance: 1, Last: 1 } ? "markov" : "sequential-rules";

    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static SequentialRulesSource Fit(TrainingLog log, SequentialRulesOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        SequentialRulesOptions knobs = options ?? new SequentialRulesOptions();
        int longest = Enumerable.Range(0, log.Users.Count).Select(user => log[user].Length).DefaultIfEmpty().Max();
        double[] near = [.. Enumerable.Range(1, Math.Min(knobs.Distance, Math.Max(1, longest)))
            .Select(places => knobs.DistanceDecay is { } decay ? Math.Pow(decay, places - 1) : 1.0 / places)];
        (double[] asRow, double[] asColumn) = Divisors(log, knobs, near);
        ItemOccurrences occurrences = log.Occurrences;
        var rows = RelatedRows.Make(log.Items.Count, knobs.MostRelated, (item, sums) =>
        {
            foreach ((int user, int position) in occurrences[item])
            {
                ReadOnlySpan<int> history = log[user];
                for (int places = 1; places <= near.Length && position + places < history.Length; places++)
                    sums.Add(history[position + places], near[places - 1]);
                for (int places = 1; knobs.Back > 0 && places <= near.Length && places <= position; places++)
                    sums.Add(history[position - places], knobs.Back * near[places - 1]);
            }
        }, (row, column, sum) => sum / (asRow[row] * asColumn[column]), cancellationToken);
        return new SequentialRulesSource(log, knobs, rows);
    }

    /// <summary>(row sum + 1)^r and (column sum + 1)^c, without the matrix: what stands before and behind an event says what it adds to both.</summary>
    private static (double[] AsRow, double[] AsColumn) Divisors(TrainingLog log, SequentialRulesOptions knobs, double[] near)
    {
        double[] upTo = new double[near.Length + 1];
        for (int places = 1; places <= near.Length; places++)
            upTo[places] = upTo[places - 1] + near[places - 1];
        double[] rows = new double[log.Items.Count], columns = new double[log.Items.Count];
        for (int user = 0; user < log.Users.Count; user++)
        {
            ReadOnlySpan<int> history = log[user];
            for (int i = 0; i < history.Length; i++)
            {
                double behind = upTo[Math.Min(near.Length, history.Length - 1 - i)], before = upTo[Math.Min(near.Length, i)];
                rows[history[i]] += behind + (knobs.Back * before);
                columns[history[i]] += before + (knobs.Back * behind);
            }
        }
        return (Array.ConvertAll(rows, sum => Math.Pow(sum + 1, knobs.RowExponent)), Array.ConvertAll(columns, sum => Math.Pow(sum + 1, knobs.ColumnExponent)));
    }

    /// <summary>The same with what of a history counts, which needs no fit; null where more is to be changed.</summary>
    internal SequentialRulesSource? With(SequentialRulesOptions options) =>
        _options with { Decay = options.Decay, Last = options.Last } == options ? new SequentialRulesSource(_log, options, _rows) : null;

    internal override void Write(SourceFile.Writer file)
    {
        file.WriteOptions(_options);
        _rows.Write(file);
    }

    internal static SequentialRulesSource Read(TrainingLog log, SourceFile.Reader file) =>
        new(log, file.ReadOptions<SequentialRulesOptions>(), RelatedRows.Read(log.Items.Count, file));

    private protected override void AddScores(CodedQuery query, Span<float> scores)
    {
        foreach ((int item, float weight) in RecencyWeights.Of(query.History, _options.Decay, _options.Last))
            _rows.Add(item, weight, scores);
    }

    private protected override string Explain(CodedQuery query, int item)
    {
        (int because, _) = RecencyWeights.Of(query.History, _options.Decay, _options.Last).MaxBy(one => one.Weight * _rows.Find(one.Item, item));
        int followers = 0;
        foreach ((int user, int position) in _log.Occurrences[because])
        {
            ReadOnlySpan<int> history = _log[user];
            if (history[(position + 1)..Math.Min(history.Length, position + 1 + _options.Distance)].Contains(item))
                followers++;
        }
        return followers == 0
            ? $"often just before {Codes[because]}"
            : string.Create(CultureInfo.InvariantCulture, $"{(followers == 1 ? "1 shopper" : $"{followers:N0} shoppers")} went on to it from {Codes[because]}");
    }
}

using System.Diagnostics;
using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Recommending.Sources;

namespace Hybrid.Evaluation;

/// <summary>Chooses the knobs of sources by NDCG@10 on a split.</summary>
/// <remarks>
/// <para>From the knobs at the start one is changed at a time, in an order by the seed, each of its values tried; the best is kept; and so on until no single
/// change makes it better. Ties keep what was there.</para>
/// <para>Give it an inner split (<see cref="Split.Inner"/>): what knobs were chosen on says nothing of how good they are. The same split, seed and time for all
/// trials give the same knobs, as long as <see cref="Item2VecOptions.Workers"/> is 1. Not for concurrent use.</para>
/// </remarks>
/// <param name="split">What is fitted and asked.</param>
/// <param name="texts">The items' text vectors; null: "text" cannot be tuned.</param>
/// <param name="trials">Where trials are noted, and found again by the next run; null: nowhere.</param>
public sealed class Tuner(Split split, ItemTexts? texts = null, TrialFile? trials = null)
{
    private const int Length = 10;

    /// <summary>More than a timer takes would be refused.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly Dictionary<string, double> _known = [];

    /// <summary>The sources that have knobs.</summary>
    public static IReadOnlyList<string> Sources { get; } = [.. SourceFitter.Names.Where(KnobChoices.BySource.ContainsKey)];

    /// <param name="progress">Told the seconds that have passed, after each trial.</param>
    /// <exception cref="ArgumentException">The source has no knobs, or cannot be fitted to this log; the message says why.</exception>
    /// <exception cref="NothingToLearnException">It needs behaviour vectors, and no history has two items.</exception>
    /// <exception cref="IOException">A trial cannot be noted.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what was tried is noted.</exception>
    public TunedSource Tune(
        string source, SourceKnobs start, TuneOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        options ??= new TuneOptions();
        if (!KnobChoices.BySource.TryGetValue(source, out KnobChoices[]? knobs))
            throw new ArgumentException($"The source '{PlainText.Brief(source)}' has no knobs. Those that have: {string.Join(", ", Sources)}.", nameof(source));
        if (new SourceFitter(split.Train, start, texts).WhyNot(source) is { } reason)
            throw new ArgumentException(reason, nameof(source));
        knobs = Shuffled(knobs, options.Seed);
        long began = Stopwatch.GetTimestamp();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        (SourceKnobs Knobs, RecommendationSource? Fitted, double Score) best = (start, null, 0);
        int count = 0;
        (best.Score, best.Fitted) = Try(start, cancellationToken);   // without it nothing can be said
        double before = best.Score;
        TimeSpan left = options.Time - Stopwatch.GetElapsedTime(began);
        if (left > TimeSpan.Zero)
            time.CancelAfter(left < Longest ? left : Longest);
        bool isOver = left <= TimeSpan.Zero;
        // Each knob in its turn; over when as many in a row have changed nothing as there are.
        for (int turn = 0, unchanged = 0; unchanged < knobs.Length && !isOver; turn++)
        {
            unchanged++;
            SourceKnobs from = best.Knobs;
            foreach (Func<SourceKnobs, SourceKnobs> change in knobs[turn % knobs.Length].Values)
            {
                SourceKnobs changed = change(from);
                if (KeyOf(source, changed) == KeyOf(source, from))
                    continue;
                try
                {
                    (double score, RecommendationSource? fitted) = Try(changed, time.Token);
                    if (score > best.Score)
                    {
                        best = (changed, fitted, score);
                        unchanged = 0;
                    }
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    isOver = true;
                    break;
                }
            }
        }
        return new TunedSource(source, best.Knobs, before, best.Score, count, IsComplete: !isOver);

        (double Score, RecommendationSource? Fitted) Try(SourceKnobs changed, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            string key = KeyOf(source, changed);
            if (_known.TryGetValue(key, out double known))
                return (known, null);
            RecommendationSource? fitted = null;
            if (trials?.Find(source, key) is not { } score)
            {
                best.Fitted ??= new SourceFitter(split.Train, best.Knobs, texts).Fit(source, stop);
                fitted = Refit(source, best.Fitted, best.Knobs, changed, stop);
                score = Ask(fitted, stop);
                trials?.Add(source, key, score);
            }
            _known[key] = score;
            count++;
            progress?.Report((long)Stopwatch.GetElapsedTime(began).TotalSeconds);
            return (score, fitted);
        }
    }

    /// <summary>How good a source is with given knobs on this split: NDCG@10, the mean over its queries.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public double Measure(string source, SourceKnobs knobs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(knobs);
        return Ask(new SourceFitter(split.Train, knobs, texts).Fit(source, cancellationToken), cancellationToken);
    }

    /// <summary>The source with other knobs; fitted anew only where these are of the fit.</summary>
    private RecommendationSource Refit(
        string source, RecommendationSource fitted, SourceKnobs before, SourceKnobs knobs, CancellationToken cancellationToken)
    {
        RecommendationSource? same = fitted switch
        {
            ItemKnnSource knn => knn.With(knobs.ItemKnn),
            SequentialRulesSource rules => rules.With(source == "markov" ? knobs.Markov : knobs.SequentialRules),
            EaseSource ease => ease.With(knobs.Ease),
            VectorSource vectors when source == "text" => vectors.With(knobs.Text),
            VectorSource vectors when before.Behavior == knobs.Behavior => vectors.With(knobs.Item2Vec),
            _ => null,
        };
        return same ?? new SourceFitter(split.Train, knobs, texts).Fit(source, cancellationToken);
    }

    private double Ask(RecommendationSource source, CancellationToken cancellationToken)
    {
        double[] scores = new double[split.Queries.Count];
        var callers = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, scores.Length, callers, i =>
        {
            IReadOnlyList<Neighbor> found = source.Score(split.Queries[i].Question, Length);
            scores[i] = Judge.Ndcg([.. found.Select(one => one.Item)], [.. split.Queries[i].Targets], Length);
        });
        return scores.Average();
    }

    private static string KeyOf(string source, SourceKnobs knobs) => JsonSerializer.Serialize(KnobChoices.PartOf(source, knobs), KnobFile.Json);

    /// <summary>In an order by a seed, the same on every machine.</summary>
    private static T[] Shuffled<T>(IEnumerable<T> things, int seed)
    {
        T[] shuffled = [.. things];
        var random = new SplitMix64((ulong)seed);
        for (int i = shuffled.Length - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }
        return shuffled;
    }
}

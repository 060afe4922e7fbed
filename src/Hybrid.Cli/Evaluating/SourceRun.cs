using System.Diagnostics;
using Hybrid.Behavior;
using Hybrid.Cli.Measuring;
using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;

namespace Hybrid.Cli.Evaluating;

/// <summary>Fits a source, asks it all queries of a split, and judges its answers.</summary>
internal sealed class SourceRun(Split split, SourceFitter fitter, JudgeOptions options, CancellationToken cancellationToken)
{
    /// <summary>Answers of which each is timed by itself.</summary>
    private const int Timed = 500;

    public SourceReport Run(string name, IProgress<long> progress)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true), started = Stopwatch.GetTimestamp();
        RecommendationSource source = fitter.Fit(name, cancellationToken);
        double fit = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double memory = Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;

        SourceQuery[] questions = [.. split.Queries.Select(query => query.Question)];
        foreach (SourceQuery question in questions.Take(20))
            source.Score(question, Judge.Cut);
        double[] times = [.. questions.Take(Timed).Select(question =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            long asked = Stopwatch.GetTimestamp();
            source.Score(question, Judge.Cut);
            return Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
        })];

        var answers = new IReadOnlyList<string>[questions.Length];
        long answered = 0, begun = Stopwatch.GetTimestamp();
        var callers = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, questions.Length, callers, i =>
        {
            answers[i] = [.. source.Score(questions[i], Judge.Cut).Select(found => found.Item.Value)];
            long done = Interlocked.Increment(ref answered);
            if (done % 256 == 0)
            {
                lock (progress)
                    progress.Report(done);
            }
        });
        double rate = questions.Length / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Dictionary<UserId, IReadOnlyList<string>> byUser = split.Queries.Zip(answers).Where(pair => pair.Second.Count > 0)
            .ToDictionary(pair => pair.First.User, pair => pair.Second);
        return new SourceReport(
            name, fit, memory, Measurement.Percentile(times, 0.5), Measurement.Percentile(times, 0.99), rate, Judge.Of(split, byUser, options))
        {
            Answers = byUser,
        };
    }
}

using System.Diagnostics;
using Hybrid.Encoding;

namespace Hybrid.Cli.Bench;

/// <summary>One process' share of `hybrid bench encode`: what encode_speed.py of a Python user measures, and what a service asks for.</summary>
/// <param name="TextsPerS">Over all texts in calls of <see cref="Slice"/>; the best of three.</param>
/// <param name="SingleP50Ms">Of the first 200, one a call.</param>
/// <param name="CallersTextsPerS">Of eight callers with one text a call.</param>
/// <param name="CallerTextsPerS">Of one such caller.</param>
/// <param name="TokenizerTextsPerS">Cutting into tokens alone, on all threads.</param>
/// <param name="PeakManyMb">The most memory that the process has had when it had encoded all texts.</param>
/// <param name="PeakMb">The same when it had encoded single ones too.</param>
/// <param name="AllocatedBytes">Of the managed heap, a call with one text, beyond the vector that it returns.</param>
internal sealed record EncodeRun(
    double TextsPerS, double SingleP50Ms, double TokenizerTextsPerS, double PeakManyMb, double PeakMb, double CallersTextsPerS, double CallerTextsPerS,
    double AllocatedBytes)
{
    private const int Slice = 4_096, Singles = 200, Callers = 8, Times = 3;

    /// <summary>Where a float[] has its length, and its type.</summary>
    private const int ArrayHeader = 24;

    public static EncodeRun Measure(string model, string file, CancellationToken cancellationToken)
    {
        string[] texts = File.ReadAllLines(file);
        using TextEncoder encoder = TextEncoder.Load(model);
        float[] vectors = new float[texts.Length * encoder.Dimension];
        double best = Enumerable.Range(0, Times).Max(_ => Rate(texts.Length, () =>
        {
            for (int start = 0; start < texts.Length; start += Slice)
            {
                int count = Math.Min(Slice, texts.Length - start);
                encoder.Encode(new ArraySegment<string>(texts, start, count), TextRole.Passage,
                    vectors.AsSpan(start * encoder.Dimension, count * encoder.Dimension), cancellationToken);
            }
        }));
        double peakOfMany = PeakMegabytes();
        string[] singles = [.. texts.Take(Singles)];
        double[] times = new double[singles.Length];
        for (int i = 0; i < singles.Length; i++)
            times[i] = singles.Length / Rate(singles.Length, () => encoder.Encode(singles[i], TextRole.Passage)) * 1000;
        Array.Sort(times);
        double peak = PeakMegabytes(), tokenizer = Rate(texts.Length, () => Parallel.ForEach(texts, text => encoder.Tokenizer.CountTokens(text)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        double one = Rate(singles.Length, () => Array.ForEach(singles, text => encoder.Encode(text, TextRole.Passage)));
        double allocated = ((double)(GC.GetAllocatedBytesForCurrentThread() - before) / singles.Length) - (4 * encoder.Dimension) - ArrayHeader;
        int next = 0;
        double eight = Rate(Callers * singles.Length, () => Task.WaitAll([.. Enumerable.Range(0, Callers).Select(_ => Task.Factory.StartNew(() =>
        {
            for (int i; (i = Interlocked.Increment(ref next) - 1) < Callers * singles.Length;)
                encoder.Encode(singles[i % singles.Length], TextRole.Passage);
        }, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))], cancellationToken));
        return new(best, times[times.Length / 2], tokenizer, peakOfMany, peak, eight, one, allocated);
    }

    private static double PeakMegabytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / 1024.0 / 1024.0;
    }

    private static double Rate(int count, Action work)
    {
        long started = Stopwatch.GetTimestamp();
        work();
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}

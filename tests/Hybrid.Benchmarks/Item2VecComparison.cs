// Measures  Item2Vec training beside gensim's Word2Vec (sg=1, 5 negatives, sample 1e-3, exponent .75, min_count 1) on the same sessions: seconds of training
//           alone, and the process's CPU time, which other programs on the machine change less. In turn within one run; medians, lowest and highest beside.
// Data      a file of sessions, one a line, ids with spaces between.
// Run       dotnet run -c Release --project tests/Hybrid.Benchmarks -- item2vec --sessions FILE --python /usr/bin/python3 --peer gensim_speed.py --rounds 3
//           gensim_speed.py SESSIONS SIZE WINDOW WORKERS EPOCHS prints a line {"seconds": …}; without --python and --peer ours alone is measured.
//
// Where the time went before the pair kernel (64-d, window 5, one worker, online-retail; CPU time on a busy AMD EPYC, 2026-11-29): 467 ns a pair, 4.9 of the
// 96 GFLOP/s that two FMA units of eight floats have at 3 GHz. A pair is 18 calls on spans of 64 floats, each of eight multiply-adds of eight
// floats, and six MathF.Exp one after the other.
// Now 115 ns a pair, 20 GFLOP/s: all six targets in one pass over the input, their exponentials in one vector, the negatives of a centre shared by its
// neighbours, so that a window's rows stay in the first-level cache. What is left is mostly loads and stores of the targets' rows (14 and 7 a step of eight).
// Two workers: without sharing they took 9 to 19 s of CPU where one took 3.3 (128-d), as each fetched lines that the other had just written; with it 2.5 to
// 4.8 where one takes 2.5. Then 12 M pairs/s together where two trainings that share nothing did 23 (64-d); with negatives from parts of the items in turn, and
// rows that begin with a line, 16.4 of 24.5. What is left are the rows of the sessions' own items, which both write. On processors that are far from each
// other that costs more: the ratio of two workers to one was 1.3 to 2.1 within a day.
// Where the vectors exceed the caches (64-d, one worker, 5 million occurrences): 3.7 M pairs/s with 200,000 items and 2.9 with a million before; asking for
// rows one centre ahead brought a quarter, pages of 2 MiB a tenth with 200,000 and a quarter with a million, columns of the noise one draw ahead a tenth, whole
// lines the rest: 9.9 and 6.6 on a quieter machine. Vectors of 512 bits brought less than a tenth on Zen 5, and are not used.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Benchmarks;

internal static class Item2VecComparison
{
    private const int Window = 5;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.ValueOf("--sessions") is not { } file)
        {
            Console.Error.WriteLine("item2vec --sessions FILE [--python PYTHON --peer gensim_speed.py] [--rounds N] [--sizes 64,128] [--epochs 5]");
            return 2;
        }
        int rounds = int.Parse(arguments.ValueOf("--rounds") ?? "3", CultureInfo.InvariantCulture);
        int epochs = int.Parse(arguments.ValueOf("--epochs") ?? "5", CultureInfo.InvariantCulture);
        int[] sizes = Array.ConvertAll((arguments.ValueOf("--sizes") ?? "64,128").Split(','), size => int.Parse(size, CultureInfo.InvariantCulture));
        string? python = arguments.ValueOf("--python"), peer = arguments.ValueOf("--peer");
        ItemSequences sessions = ItemSequences.From(File.ReadLines(file).Select(line => Array.ConvertAll(line.Split(' '), id => new ItemId(id))));
        Console.WriteLine($"{sessions.Count:N0} sessions, {sessions.Occurrences:N0} occurrences of {sessions.Items.Count:N0} items; window {Window}, "
            + $"{epochs} epochs");
        Item2Vec.Train(sessions, OptionsOf(64, 2, epochs: 1));   // compiled
        foreach (int size in sizes)
        {
            foreach (int workers in (int[])[1, 2])
            {
                var ours = new List<double>();
                var all = new List<double>();
                var cpu = new List<double>();
                var apart = new List<double>();
                var theirs = new List<double>();
                long pairs = 0;
                for (int round = 0; round < rounds; round++)
                {
                    TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
                    long began = Stopwatch.GetTimestamp();
                    var training = new TrainingTime();
                    pairs = Item2Vec.Train(sessions, OptionsOf(size, workers, epochs), training).Pairs;
                    all.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                    ours.Add(training.Seconds);
                    cpu.Add((Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
                    if (workers > 1)
                        apart.Add(Apart(sessions, OptionsOf(size, 1, epochs), workers));
                    if (python is not null && peer is not null)
                        theirs.Add(await AskAsync(python, peer, file, OptionsOf(size, workers, epochs)));
                }
                Console.WriteLine($"{size}-d, {workers} workers: {Show(ours)} s, with what goes before and after {Show(all)} s, of CPU {Show(cpu)} s, "
                    + $"{Show([.. ours.Select(s => pairs / s / 1e6)])} M pairs/s"
                    + (apart.Count == 0 ? ""
                        : $"; as many trainings of one worker that share nothing: {Show([.. apart.Select(s => pairs * workers / s / 1e6)])}")
                    + (theirs.Count == 0 ? "" : $"; gensim {Show(theirs)} s, times as fast: {Show([.. theirs.Zip(ours, (their, our) => their / our)])}"));
            }
        }
        return 0;
    }

    // What the machine has to give: its processors may share a core, or their memory.
    private static double Apart(ItemSequences sessions, Item2VecOptions options, int trainings)
    {
        var times = new TrainingTime[trainings];
        Parallel.For(0, trainings, new ParallelOptions { MaxDegreeOfParallelism = trainings },
            i => Item2Vec.Train(sessions, options, times[i] = new TrainingTime()));
        return times.Max(time => time.Seconds);
    }

    // Of the epochs alone, as gensim's program measures its own.
    private sealed class TrainingTime : IProgress<Item2VecProgress>
    {
        public double Seconds { get; private set; }

        public void Report(Item2VecProgress value) => Seconds = value.Elapsed.TotalSeconds;
    }

    public static Item2VecOptions OptionsOf(int size, int workers, int epochs) =>
        new() { VectorSize = size, Window = Window, Epochs = epochs, Workers = workers, Sample = 1e-3, MinCount = 1 };

    /// <summary>The seconds that gensim trains for.</summary>
    /// <param name="more">What the program takes besides: exponent, sample, least count, seed, and a file for the vectors.</param>
    public static async Task<double> AskAsync(string python, string peer, string sessions, Item2VecOptions options, params string[] more)
    {
        int[] numbers = [options.VectorSize, options.Window, options.Workers, options.Epochs];
        string[] words = [peer, sessions, .. numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)), .. more];
        using Process process = Process.Start(new ProcessStartInfo(python, words) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{python} did not start.");
        string answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? JsonElement.Parse(answer).GetProperty("seconds").GetDouble()
            : throw new InvalidOperationException($"{peer} ended with {process.ExitCode}; what it said is above.");
    }

    public static string Show(List<double> values)
    {
        values = [.. values.Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{values[values.Count / 2]:0.00} ({values[0]:0.00} – {values[^1]:0.00})");
    }
}

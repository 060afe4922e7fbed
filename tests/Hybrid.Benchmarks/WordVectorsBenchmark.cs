// Measures  reading a GloVe file and asking all analogy questions of questions-words, beside gensim's load_word2vec_format and evaluate_word_analogies on
//           the same files; medians of the rounds, taken in turn in one run, lowest and highest beside them. Equal accuracy is required.
// Data      the GloVe file and the questions of ../shared/data/word-vectors, unpacked (7,849 words, 50-d; 2,274 of 19,544 questions are known).
// Run       dotnet run -c Release --project tests/Hybrid.Benchmarks -- vectors --vectors glove.txt --questions questions-words.txt
//           --python /usr/bin/python3 --rounds 5     (an interpreter that has gensim, such as Debian's with python3-gensim)
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hybrid.Behavior.Words;

namespace Hybrid.Benchmarks;

internal static class WordVectorsBenchmark
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.ValueOf("--vectors") is not { } file || arguments.ValueOf("--questions") is not { } questions)
        {
            Console.Error.WriteLine("vectors --vectors FILE --questions FILE [--python PYTHON] [--rounds N]");
            return 2;
        }
        int rounds = int.Parse(arguments.ValueOf("--rounds") ?? "5", CultureInfo.InvariantCulture);
        using PythonPeer? gensim = arguments.ValueOf("--python") is { } python ? new PythonPeer(python, "gensim_peer.py") : null;
        double[] load = new double[rounds], evaluate = new double[rounds], theirLoad = new double[rounds], theirEvaluate = new double[rounds];
        WordVectors.Load(file).Evaluate(AnalogySection.Read(questions));   // compiled
        for (int round = 0; round < rounds; round++)
        {
            long begun = Stopwatch.GetTimestamp();
            var vectors = WordVectors.Load(file);
            load[round] = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            begun = Stopwatch.GetTimestamp();
            AnalogyScore total = vectors.Evaluate(AnalogySection.Read(questions)).Total;   // gensim reads the questions within this too
            evaluate[round] = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            if (gensim is null)
                continue;
            theirLoad[round] = (await gensim.AskAsync($"load {file}")).GetProperty("seconds").GetDouble();
            JsonElement theirs = await gensim.AskAsync($"evaluate {questions}");
            theirEvaluate[round] = theirs.GetProperty("seconds").GetDouble();
            if (theirs.GetProperty("accuracy").GetDouble() != total.Accuracy)
                throw new InvalidOperationException($"gensim has {theirs.GetProperty("accuracy").GetDouble()}, we have {total.Accuracy}.");
        }
        Write("load", load, theirLoad, gensim is not null);
        Write("evaluate", evaluate, theirEvaluate, gensim is not null);
        return 0;
    }

    private static void Write(string what, double[] ours, double[] theirs, bool hasPeer)
    {
        Console.WriteLine($"{what}: {Show(ours, "s")}"
            + (hasPeer ? $", gensim {Show(theirs, "s")}; times as fast: {Show([.. theirs.Zip(ours, (their, our) => their / our)], "")}" : ""));
    }

    private static string Show(double[] values, string unit)
    {
        Array.Sort(values = [.. values]);
        return string.Create(CultureInfo.InvariantCulture, $"{values[values.Length / 2]:0.000} ({values[0]:0.000} – {values[^1]:0.000}) {unit}").TrimEnd();
    }
}

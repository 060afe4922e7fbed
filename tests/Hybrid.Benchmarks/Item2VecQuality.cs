// Measures  what Item2Vec's vectors are worth beside gensim's, trained with the same knobs and seeds on the same sessions: HR@10, how often a session's
//           last item is among the ten nearest to the mean of those before it that are not in it already.
// Data      a file of sessions, one a line, ids with spaces between; those of fewer than three different items are trained on and not asked.
// Run       dotnet run -c Release --project tests/Hybrid.Benchmarks -- item2vec-quality --sessions FILE --python python3 --peer gensim_speed.py
//           With [--workers N], default 1. For each of five seeds both figures; then the mean of their paired differences with its 95 % interval
//           (Student's t). Sessions are asked every so many, so that at most 3,000 are.
using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Behavior.Words;
using Hybrid.Catalog;

namespace Hybrid.Benchmarks;

internal static class Item2VecQuality
{
    private const int Seeds = 5, MostAsked = 3_000, Shown = 10;

    // Of Student's t with four degrees of freedom.
    private const double T95 = 2.776;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.ValueOf("--sessions") is not { } file || arguments.ValueOf("--python") is not { } python || arguments.ValueOf("--peer") is not { } peer)
        {
            Console.Error.WriteLine("item2vec-quality --sessions FILE --python PYTHON --peer gensim_speed.py [--workers 1]");
            return 2;
        }
        int workers = int.Parse(arguments.ValueOf("--workers") ?? "1", CultureInfo.InvariantCulture);
        string[][] sessions = [.. File.ReadLines(file).Select(line => line.Split(' '))];
        string[][] asked = [.. sessions.Where(session => session.Distinct().Count() >= 3)];
        asked = [.. asked.Where((_, i) => i % (1 + asked.Length / MostAsked) == 0)];
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string training = Path.Combine(folder.FullName, "training.txt"), vectors = Path.Combine(folder.FullName, "vectors.bin");
            // Both learn from all but the last items; gensim reads as many lines as there are.
            string[][] known = [.. sessions.Select(session => session[..^1])];
            await File.WriteAllLinesAsync(training, known.Select(session => string.Join(' ', session)));
            ItemSequences sequences = ItemSequences.From(known.Select(session => Array.ConvertAll(session, id => new ItemId(id))));
            var differences = new List<double>();
            for (int seed = 1; seed <= Seeds; seed++)
            {
                Item2VecOptions options = Item2VecComparison.OptionsOf(64, workers, epochs: 5) with { Seed = seed };
                double ours = HitRate(WordVectors.Of(Item2Vec.Train(sequences, options)), asked);
                string[] same = [".75", "1e-3", "1", seed.ToString(CultureInfo.InvariantCulture), vectors];
                await Item2VecComparison.AskAsync(python, peer, training, options, same);
                double theirs = HitRate(WordVectors.Load(vectors, new WordVectorReading { Format = WordVectorFormat.Word2VecBinary }), asked);
                differences.Add(ours - theirs);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: HR@{Shown} {ours:0.0000}, gensim {theirs:0.0000}"));
            }
            double mean = differences.Average();
            double deviation = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (Seeds - 1));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"ours less gensim's over {Seeds} seeds, {asked.Length:N0} sessions asked: {mean:0.0000} ± {T95 * deviation / Math.Sqrt(Seeds):0.0000}"));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double HitRate(WordVectors vectors, string[][] sessions) => sessions.AsParallel().Average(session =>
    {
        string[] history = [.. session[..^1].Distinct()];
        return vectors.Contains(session[^1]) && vectors.MostSimilar([.. history.Select(key => (VectorTerm)key)], [], Shown).Any(near => near.Key == session[^1])
            ? 1.0 : 0;
    });
}

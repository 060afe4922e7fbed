// Measures  how many of a reference tokenizer's texts, of millions, have the same ids here.
// Data      what infra/unigram/reference.py lines wrote.
// Run       PEERS/bin/python infra/unigram/reference.py lines OUT.jsonl FILE.csv.gz …
//           dotnet run -c Release --project tests/Hybrid.Benchmarks -- unigram OUT.jsonl
using System.Text.Json;
using Hybrid.Encoding;

namespace Hybrid.Benchmarks;

internal static class UnigramReference
{
    private const int Limit = 512, MostShown = 10;

    /// <returns>1 when a text has other ids, or there is none.</returns>
    public static int Run(string file)
    {
        string model = Path.Combine("models", "multilingual-e5-small-en-zh", "tokenizer.json");
        var tokenizer = new UnigramTokenizer(model, File.ReadAllBytes(model));
        int[] ids = new int[Limit];
        int texts = 0, others = 0;
        foreach (string line in File.ReadLines(file))
        {
            var one = JsonElement.Parse(line);
            int count = tokenizer.Encode(one.GetProperty("text").GetString() ?? "", ids, out _, out _);
            texts++;
            if (one.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).SequenceEqual(ids.Take(count)))
                continue;
            if (++others <= MostShown)
                Console.WriteLine($"{line} has the ids {string.Join(',', ids.Take(count))}");
        }
        Console.WriteLine($"{texts:N0} texts, {others:N0} with other ids");
        return texts > 0 && others == 0 ? 0 : 1;
    }
}

// Measures  how many of a reference tokenizer's texts, of hundred thousands, have the same ids here.
// Data      what infra/tokenizers/reference.py or infra/unigram/reference.py wrote with "lines".
// Run       PEERS/bin/python infra/tokenizers/reference.py lines FOLDER
//           dotnet run -c Release --project tests/Hybrid.Benchmarks -- tokenizer FOLDER/KIND.json FOLDER/KIND.jsonl
using System.Text.Json;
using Hybrid.Encoding;

namespace Hybrid.Benchmarks;

internal static class TokenizerComparison
{
    private const int Limit = 512, MostShown = 10;

    /// <param name="tokenizerFile">A tokenizer.json.</param>
    /// <returns>1 when a text has other ids, or there is none.</returns>
    public static int Run(string tokenizerFile, string file)
    {
        byte[] content = File.ReadAllBytes(tokenizerFile);
        EncoderTokenizer tokenizer = TokenizerFiles.Open(tokenizerFile, content, TokenizerFiles.Describe(tokenizerFile, tokenizerFile, content));
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

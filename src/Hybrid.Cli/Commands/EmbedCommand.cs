using System.CommandLine;
using Hybrid.Cli.Output;
using Hybrid.Encoding;
using Hybrid.Recommending;

namespace Hybrid.Cli.Commands;

internal static class EmbedCommand
{
    /// <summary>Lines encoded at a time: enough to form batches by length.</summary>
    private const int ChunkSize = 256;

    private sealed record Vector(string Text, int[]? Ids, float[] Embedding);

    public static Command Create()
    {
        var tokens = new Option<bool>("--tokens") { Description = "Show each text's token ids as well." };
        Option<string?> model = SharedOptions.Model();
        var command = new ExampleCommand("embed", "Encode lines of text from standard input; one JSON object with the vector for each line.",
            "embed < titles.txt > vectors.jsonl",
            "embed --tokens <<< \"wireless headphones\"")
        { tokens, model };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using TextEncoder encoder = TextEncoder.Load(parsed.GetValue(model) ?? new HybridOptions().ModelPath);
            using var lines = new StreamReader(Console.OpenStandardInput());
            await using var output = new StreamWriter(Console.OpenStandardOutput());
            var chunk = new List<string>(ChunkSize);
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                chunk.Add(line);
                // Somebody who types sees each answer at once; a file goes through in batches.
                if (chunk.Count == ChunkSize || !Console.IsInputRedirected)
                    Flush();
            }
            Flush();
            return ExitCode.Done;

            void Flush()
            {
                float[] vectors = new float[chunk.Count * encoder.Dimension];
                encoder.Encode(chunk, TextRole.Query, vectors, cancellationToken);
                for (int i = 0; i < chunk.Count; i++)
                {
                    int[]? ids = parsed.GetValue(tokens) ? encoder.TokenIds(chunk[i], TextRole.Query) : null;
                    output.WriteLine(JsonOutput.Line(new Vector(chunk[i], ids, vectors[(i * encoder.Dimension)..((i + 1) * encoder.Dimension)])));
                }
                output.Flush();
                chunk.Clear();
            }
        });
        return command;
    }
}

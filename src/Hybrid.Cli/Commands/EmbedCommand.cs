using System.CommandLine;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;
using Hybrid.Cli.Output;
using Hybrid.Encoding;

namespace Hybrid.Cli.Commands;

internal static class EmbedCommand
{
    /// <summary>Lines encoded at a time: enough to form batches by length.</summary>
    private const int ChunkSize = 256;

    private sealed record Vector(string Text, int[]? Ids, float[] Embedding);

    public static Command Create()
    {
        var tokens = new Option<bool>("--tokens") { Description = "Show each text's token ids as well." };
        Option<string?> model = SharedOptions.Model(ModelFolder.DefaultName);
        Option<int?> dimension = SharedOptions.Dimension("all");
        var command = new ExampleCommand("embed", "Encode lines of text from standard input; one JSON object with the vector for each line.",
            "embed < titles.txt > vectors.jsonl",
            "embed --tokens <<< \"wireless headphones\"")
        { tokens, model, dimension };
        // Reads block; Ctrl-C is heard once the action is a task that runs.
        command.SetAction((parsed, cancellationToken) =>
            Task.Run(() => Run(parsed.GetValue(model), parsed.GetValue(dimension), parsed.GetValue(tokens), cancellationToken), cancellationToken));
        return command;
    }

    private static int Run(string? model, int? dimension, bool showsTokens, CancellationToken cancellationToken)
    {
        using TextEncoder encoder = TextEncoder.Load(ModelFolder.Find(model ?? ModelFolder.DefaultName), new TextEncoderOptions { Dimension = dimension ?? 0 });
        using var input = new StandardInput(cancellationToken);
        var lines = new LineReader(input, StandardInput.Name, cancellationToken);
        using var output = new StreamWriter(Console.OpenStandardOutput());
        var chunk = new List<string>(ChunkSize);
        while (lines.Read() is { } line)
        {
            if (line.Fault is not null)
            {
                Flush();
                throw new DataFileException(StandardInput.Name, line.Fault, line.Number, line.FaultColumn);
            }
            chunk.Add(line.Text);
            // Somebody who types sees each answer at once; a file goes through in batches.
            if (chunk.Count == ChunkSize || !Console.IsInputRedirected)
                Flush();
        }
        Flush();
        Terminal.NoteUnknownTexts(encoder.UnknownTextWarning);
        return ExitCode.Done;

        void Flush()
        {
            float[] vectors = new float[chunk.Count * encoder.Dimension];
            encoder.Encode(chunk, TextRole.Query, vectors, cancellationToken);
            for (int i = 0; i < chunk.Count; i++)
            {
                int[]? ids = showsTokens ? encoder.TokenIds(chunk[i], TextRole.Query) : null;
                output.WriteLine(JsonOutput.Line(new Vector(chunk[i], ids, vectors[(i * encoder.Dimension)..((i + 1) * encoder.Dimension)])));
            }
            output.Flush();
            chunk.Clear();
        }
    }
}

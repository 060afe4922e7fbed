using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hybrid.Cli.Demo;
using Hybrid.Cli.Output;
using Hybrid.Encoding;

namespace Hybrid.Cli.Bench;

/// <summary>The measurements of `hybrid bench encode`: processes that encode the same lines, ours and the peer's in turn.</summary>
/// <remarks>
/// <para>Where a text's time goes, all-MiniLM-L6-v2 on two cores of an AMD EPYC, as processor time of one thread: 500 titles of 7 tokens take 955 ms, of which
/// the network alone takes 943 and cutting into tokens .4; 60 movie texts of 76 tokens 1,323, 1,323 and .7. What is left, ids to int64 and vectors to their
/// rows, is 1 %. So what counts is how the network runs: <see cref="NetworkRuns"/> has that.</para>
/// <para>Threads are as many as processors, on both sides.</para>
/// </remarks>
/// <param name="Python">With the peer's packages; null: ours alone.</param>
/// <param name="Peer">A script that takes MODEL TEXTS THREADS and prints one line of JSON, texts_per_s, single_p50_ms, tokenizer_texts_per_s and peak_mb in
/// it.</param>
internal sealed record EncodeBench(string Model, string PeerModel, IReadOnlyList<string> Files, string? Python, string? Peer, int Rounds, int MostTexts)
{
    public const string RunCommand = "encode-run";

    private const int Seed = 7;

    private static readonly JsonSerializerOptions Lenient = new(JsonOutput.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    private sealed record PeerRun(double TextsPerS, double SingleP50Ms, double TokenizerTextsPerS, double PeakMb);

    /// <summary>A line of the table, with a figure a round.</summary>
    /// <param name="Ratio">Ours to the peer's of the same round; for callers eight's to one's.</param>
    public sealed record Line(string Texts, string What, string Unit, double[] Hybrid, double[]? Peer, double[]? Ratio);

    public async Task<IReadOnlyList<Line>> RunAsync(CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hybrid-bench-");
        try
        {
            List<Line> lines = [];
            List<(string Name, IEnumerable<string> Texts)> sets = [.. Files.Select(file => (Path.GetFileName(file), File.ReadLines(file)))];
            sets.Add(("demo", SyntheticShop.Generate(Seed).Items.Select(ItemTextTemplate.Default.TextOf)));
            foreach ((string name, IEnumerable<string> texts) in sets)
            {
                string file = Path.Combine(folder.FullName, "texts.txt");
                string[] chosen = [.. texts.Where(text => !string.IsNullOrWhiteSpace(text)).Take(MostTexts)
                    .Select(text => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
                await File.WriteAllLinesAsync(file, chosen, cancellationToken);
                lines.AddRange(await MeasureAsync($"{chosen.Length:N0} of {name}", file, cancellationToken));
            }
            return lines;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<Line[]> MeasureAsync(string name, string file, CancellationToken cancellationToken)
    {
        List<EncodeRun> ours = [];
        List<PeerRun> theirs = [];
        for (int round = 0; round < Rounds; round++)
        {
            ours.Add(await AskAsync<EncodeRun>([.. Itself(), "bench", RunCommand, Model, file], cancellationToken));
            if (Python is not null && Peer is not null)
            {
                string threads = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);
                theirs.Add(await AskAsync<PeerRun>([Python, Peer, PeerModel, file, threads], cancellationToken));
            }
        }
        return
        [
            Of("all texts", "texts/s", run => run.TextsPerS, run => run.TextsPerS),
            Of("one text, p50", "ms", run => run.SingleP50Ms, run => run.SingleP50Ms),
            Of("tokenizer alone", "texts/s", run => run.TokenizerTextsPerS, run => run.TokenizerTextsPerS),
            Of("peak memory, many texts", "MB", run => run.PeakManyMb, run => run.PeakMb),
            Of("peak memory, single ones too", "MB", run => run.PeakMb, run => run.PeakMb),
            new(name, "eight callers, of one", "texts/s", [.. ours.Select(run => run.CallersTextsPerS)], null,
                [.. ours.Select(run => run.CallersTextsPerS / run.CallerTextsPerS)]),
            new(name, "allocated a call", "bytes", [.. ours.Select(run => run.AllocatedBytes)], null, null),
        ];

        Line Of(string what, string unit, Func<EncodeRun, double> mine, Func<PeerRun, double> its) => new(name, what, unit, [.. ours.Select(mine)],
            theirs.Count == 0 ? null : [.. theirs.Select(its)], theirs.Count == 0 ? null : [.. ours.Zip(theirs, (a, b) => mine(a) / its(b))]);
    }

    /// <summary>The command that runs now, as a process is started.</summary>
    private static string[] Itself()
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The system does not say which program runs.");
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, typeof(EncodeBench).Assembly.Location] : [program];
    }

    private static async Task<T> AskAsync<T>(string[] command, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })
            ?? throw new UsageException($"{command[0]} does not start.");
        try
        {
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new UsageException($"{string.Join(' ', command)} ended with {process.ExitCode}; what it said is above.");
            return JsonSerializer.Deserialize<T>(output, Lenient) ?? throw new UsageException($"{string.Join(' ', command)} printed no figures.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}

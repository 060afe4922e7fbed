using System.Text.Json;
using Hybrid.Api.Messages;
using Hybrid.Catalog.Files;
using Hybrid.Cli.Output;

namespace Hybrid.Cli.Queries;

/// <summary>Answers a JSONL file of queries: one result a line, in order; a line that cannot be answered gets an error object with its number.</summary>
internal static class BatchRunner
{
    private sealed record Answer<TQuery>(long Line, TQuery Query, IReadOnlyList<ResultItem> Results, IReadOnlyList<string>? Warnings);

    private sealed record Refusal(long Line, string Error);

    /// <returns>The exit code: <see cref="ExitCode.BadInput"/> when any line was refused.</returns>
    /// <param name="warn">What may be a slip in a query; null where nothing is.</param>
    /// <param name="file">Its path, or "-" for standard input.</param>
    public static async Task<int> RunAsync<TQuery>(
        string file, Func<TQuery, CancellationToken, Task<IReadOnlyList<ResultItem>>> answer, Func<TQuery, IReadOnlyList<string>?> warn,
        CancellationToken cancellationToken)
        where TQuery : class
    {
        bool isStandardInput = file == StandardInput.Path;
        using Stream input = isStandardInput ? new StandardInput(cancellationToken) : DataFiles.Open(file);
        var lines = new LineReader(input, isStandardInput ? StandardInput.Name : file, cancellationToken);
        long answered = 0, refused = 0;
        var said = new HashSet<string>(StringComparer.Ordinal);
        // Each result leaves at once, so that a reader of the pipe can follow; a flush a line costs little beside a query.
        while (lines.Read() is { } line)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (line.Fault is null && string.IsNullOrWhiteSpace(line.Text))
                continue;
            try
            {
                if (line.Fault is not null)
                    throw new UsageException($"Character {line.FaultColumn}: {line.Fault}");
                TQuery query = JsonSerializer.Deserialize<TQuery>(line.Text, JsonOutput.Options) ?? throw new JsonException("null is no query");
                IReadOnlyList<ResultItem> results = await answer(query, cancellationToken);
                IReadOnlyList<string>? warnings = warn(query);
                JsonOutput.WriteLine(new Answer<TQuery>(line.Number, query, results, warnings));
                foreach (string warning in (warnings ?? []).Where(said.Add))
                    Terminal.Note($"Warning: {warning} (First in line {line.Number}.)");
                answered++;
            }
            catch (Exception bad) when (bad is JsonException || Failures.IsOfTheQuery(bad))
            {
                JsonOutput.WriteLine(new Refusal(line.Number, bad is JsonException json ? Explain<TQuery>(json) : Failures.MessageOf(bad)));
                refused++;
            }
        }
        if (refused == 0)
            return ExitCode.Done;
        Terminal.Note($"{refused:N0} of {refused + answered:N0} queries could not be answered; each has an \"error\" in its place.");
        return ExitCode.BadInput;
    }

    private static string Explain<TQuery>(JsonException bad)
    {
        string[] fields = [.. typeof(TQuery).GetProperties().Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name))];
        string field = bad.Path?.Split('.', '[') is ["$", { Length: > 0 } name, ..] ? name : "";
        string what = bad.InnerException is JsonException ? $"it is not JSON from character {bad.BytePositionInLine + 1} on"
            : fields.Contains(field) ? $"the value of '{field}' is of the wrong kind"
            : field.Length > 0 ? $"there is no field '{field}'"
            : "it is not a JSON object";
        return $"Not a query: {what}. A line is one JSON object with some of the fields {string.Join(", ", fields)}.";
    }
}
